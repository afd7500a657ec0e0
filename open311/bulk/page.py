"""What the page of the open data shows."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from city.models import Category, CategoryGroup, City
from lib import clock
from open311.bulk import publishing
from open311.bulk.columns import COLUMNS
from open311.bulk.formats import FORMATS
from open311.bulk.selection import Refused
from open311.models import OpenDataEdition
from requests_app.browsing.states import STATES


def open_data_page(query: QueryDict, refused: Refused | None = None) -> dict:
    """Return the context of the page, with the fields of `query` and what is refused of them."""
    edition = OpenDataEdition.objects.current()
    return {
        "edition": edition,
        "editions": list(OpenDataEdition.objects.finished().order_by("-began_at", "-pk")),
        "files": list(edition.files.order_by("format")) if edition else [],
        "formats": list(FORMATS.values()),
        "made_at": _tonight(),
        "columns": COLUMNS,
        "states": STATES.values(),
        "sensitive": [each for each in _public() if each.is_location_sensitive],
        "groups": _groups(),
        "typed": {name: query.get(name, "") for name in ("from", "to", "service_code")},
        "refused": refused,
        "problems": [(refused.field or "selection", refused.words)] if refused else [],
        "address": settings.BASE_URL + reverse("open_data"),
        "license": City.current().data_license,
    }


def _tonight() -> datetime:
    night = publishing.NIGHT
    return clock.local(clock.now()).replace(hour=night.hour, minute=night.minute)


def _public() -> QuerySet[Category]:
    return Category.objects.filter(is_private=False).order_by("position", "name")


def _groups() -> list[tuple[CategoryGroup, list[Category]]]:
    """Return the groups with their public categories, deactivated ones included."""
    found = {}
    for category in _public():
        found.setdefault(category.group_id, []).append(category)
    groups = CategoryGroup.objects.filter(pk__in=found)
    return [(group, found[group.pk]) for group in groups]
