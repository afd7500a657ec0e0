"""Whether a row of the configuration can be done without; higher rooms are asked."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.models import Agency, CategoryGroup

MAX_NAMES_LISTED = 10


@dataclass(frozen=True)
class DeactivationBlocker:
    """Why a row is needed: `words`; `work` are (name, address) pairs, of which there are `count`.

    `where` is the address at which all of it can be moved, and `how` says what to do there.
    """

    words: str
    count: int = 0
    work: tuple = ()
    where: str = ""
    how: str = ""

    def __str__(self) -> str:
        return self.words

    def as_html(self) -> str:
        """With links to the work and to the place where it is moved."""
        names = format_html_join(", ", '<a href="{1}">{0}</a>', self.work)
        more = self.count - len(self.work)
        rest = (
            ngettext(" and %(n)s more", " and %(n)s more", more) % {"n": more} if more > 0 else ""
        )
        way = format_html(' <a href="{}">{}</a>', self.where, self.how) if self.where else ""
        return format_html("{}: {}{}.{}", self.words, names, rest, way) if names else self.words


def find_deactivation_blocker(instance) -> DeactivationBlocker | None:
    """Why `instance` may not be switched off now, asked of each of SWITCH_OFF_GUARDS in turn."""
    for path in settings.SWITCH_OFF_GUARDS:
        if reason := import_string(path)(instance):
            return reason
    return None


def find_manual_deactivation_blocker(instance) -> DeactivationBlocker | None:
    """Besides, why a row that other rows in use name is not switched off by hand.

    A pack is not asked this: it brings the other rows along.
    """
    return find_deactivation_blocker(instance) or _find_active_rows_naming(instance)


def _find_active_rows_naming(instance) -> DeactivationBlocker | None:
    if isinstance(instance, CategoryGroup):
        rows = instance.categories.active()
        words = _("residents find these categories under it: %s")
    elif isinstance(instance, Agency):
        rows = instance.choice_set.active()
        words = _("these answers send people there: %s")
    else:
        return None
    names = [str(row) for row in rows[:MAX_NAMES_LISTED]]
    return DeactivationBlocker(words % ", ".join(names)) if names else None
