"""The texts and admin URLs of the targets in the security log."""

from collections.abc import Iterable, Mapping

from django.apps import apps
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy

# Kind of an id -> the text for its row, and the label of the row's model.
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


def format_target(target: str, rows: Mapping[str, Model]) -> str:
    """Return the text of an id such as `page:desk` or `key:3`; another text as it is.

    `rows` are the rows of ids that still exist.
    """
    kind, _colon, name = target.partition(":")
    if _is_row_id(target):
        return _ROWS[kind][0] % rows.get(target, name)
    if kind in _WORDS and target not in _FIXED:
        return _WORDS[kind] % name.replace("_", " ")
    return str(_FIXED.get(target, target))


def load_target_rows(targets: Iterable[str]) -> dict[str, Model]:
    """Return the existing rows by their ids, with one query per kind."""
    ids = [target.split(":") for target in targets if _is_row_id(target)]
    kinds = {kind: {pk for one, pk in ids if one == kind} for kind, _pk in ids}
    return {
        f"{kind}:{row.pk}": row
        for kind, pks in kinds.items()
        for row in apps.get_model(_ROWS[kind][1]).objects.filter(pk__in=pks)
    }


def target_url(target: str) -> str:
    """Return the admin URL of the target; "" if it has no page."""
    kind, _colon, name = target.partition(":")
    if _is_row_id(target):
        return reverse(f"admin:{_ROWS[kind][1].replace('.', '_')}_change", args=[name])
    if kind == "request" and name:
        return reverse("admin:requests_app_servicerequest_changelist", query={"q": name})
    return ""


def _is_row_id(target: str) -> bool:
    """Return whether the target is the id of a row, such as `key:3`."""
    kind, _colon, name = target.partition(":")
    return kind in _ROWS and name.isdecimal()
