"""Checks whether a row of the configuration can be deactivated; higher apps add their own."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.models import Agency, CategoryGroup

MAX_NAMES_LISTED = 10


@dataclass(frozen=True)
class DeactivationBlocker:
    """A reason that prevents a deactivation.

    `words` is the reason. `work` are (name, URL) pairs of what still needs the row, the first of
    `count`. `where` is the URL of a page that moves all of it, and `how` the label of that link.
    """

    words: str
    count: int = 0
    work: tuple = ()
    where: str = ""
    how: str = ""

    def __str__(self) -> str:
        return self.words

    def as_html(self) -> SafeString | str:
        """Return the reason with links to the work and to the page that moves it, escaped.

        Without `work`, the reason alone is returned as it is.
        """
        names = format_html_join(", ", '<a href="{1}">{0}</a>', self.work)
        more = self.count - len(self.work)
        rest = (
            ngettext(" and %(n)s more", " and %(n)s more", more) % {"n": more} if more > 0 else ""
        )
        way = format_html(' <a href="{}">{}</a>', self.where, self.how) if self.where else ""
        return format_html("{}: {}{}.{}", self.words, names, rest, way) if names else self.words


def find_deactivation_blocker(instance: Model) -> DeactivationBlocker | None:
    """Return the first reason of SWITCH_OFF_GUARDS against deactivating `instance`, or None."""
    for path in settings.SWITCH_OFF_GUARDS:
        if reason := import_string(path)(instance):
            return reason
    return None


def find_manual_deactivation_blocker(instance: Model) -> DeactivationBlocker | None:
    """Return a reason against a manual deactivation, or None; active references are one, too.

    A pack may deactivate such a row, because it brings the other rows along.
    """
    return find_deactivation_blocker(instance) or _find_active_rows_naming(instance)


def _find_active_rows_naming(instance: Model) -> DeactivationBlocker | None:
    """Return a blocker with up to 10 active categories of a group or choices of an agency, or None.

    Rows of other models have no blocker.
    """
    if isinstance(instance, CategoryGroup):
        names = [str(row) for row in instance.categories.active()[:MAX_NAMES_LISTED]]
        words = _("residents find these categories under it: %s")
    elif isinstance(instance, Agency):
        names = [str(row) for row in instance.choice_set.active()[:MAX_NAMES_LISTED]]
        words = _("these answers send people there: %s")
    else:
        return None
    return DeactivationBlocker(words % ", ".join(names)) if names else None
