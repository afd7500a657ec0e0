"""What a line of the security log was done to, in words, and where the administration shows it."""

from collections.abc import Iterable, Mapping

from django.apps import apps
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy

# The words of each kind of id, and whose rows these are.
_ROWS = {
    "key": (gettext_lazy("API key %s"), "requests_app.apikey"),
    "webhook": (gettext_lazy("Webhook %s"), "open311.webhook"),
    "draft": (gettext_lazy("Draft of the routing rules: %s"), "routing.ruledraft"),
    "user": (gettext_lazy("Account %s"), "accounts.user"),
}
_WORDS = {
    "page": gettext_lazy("The page “%s”"),
    "sheet": gettext_lazy("The file %s"),
    "photo": gettext_lazy("The photo %s"),
}
_FIXED = {
    "page:unknown": gettext_lazy("An unknown page"),
    "data:link": gettext_lazy("The data behind a private link"),
    "data:browser": gettext_lazy("The data of one browser"),
    "data:retention": gettext_lazy("Personal data older than the city keeps it"),
}


def in_words(target, rows: Mapping[str, Model]) -> str:
    """Of an id such as `page:desk` or `key:3`, of which `rows` may have the row; anything else as
    it is.
    """
    kind, _colon, name = target.partition(":")
    if _is_a_row(target):
        return _ROWS[kind][0] % rows.get(target, name)
    if kind in _WORDS and target not in _FIXED:
        return _WORDS[kind] % name.replace("_", " ")
    return str(_FIXED.get(target, target))


def rows_of(targets: Iterable[str]) -> dict[str, Model]:
    """The rows of those that are still there. One query for each kind."""
    ids = [target.split(":") for target in targets if _is_a_row(target)]
    kinds = {kind: {pk for one, pk in ids if one == kind} for kind, _pk in ids}
    return {
        f"{kind}:{row.pk}": row
        for kind, pks in kinds.items()
        for row in apps.get_model(_ROWS[kind][1]).objects.filter(pk__in=pks)
    }


def address_of(target) -> str:
    """Nothing for what has no page."""
    kind, _colon, name = target.partition(":")
    if _is_a_row(target):
        return reverse(f"admin:{_ROWS[kind][1].replace('.', '_')}_change", args=[name])
    if kind == "request" and name:
        return reverse("admin:requests_app_servicerequest_changelist", query={"q": name})
    return ""


def _is_a_row(target) -> bool:
    kind, _colon, name = target.partition(":")
    return kind in _ROWS and name.isdecimal()
