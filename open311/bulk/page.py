"""What the page of the open data shows."""

from collections.abc import Iterable

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from city.models import Category, CategoryGroup, City
from lib import clock
from open311.bulk.columns import COLUMNS
from open311.bulk.export import FORMATS
from open311.bulk.publishing import NIGHT
from open311.bulk.selection import Refused
from open311.models import OpenDataEdition
from requests_app.browsing.states import STATES


def open_data_page(query: QueryDict, refused: Refused | None = None) -> dict:
    """Return the context of the page, with the fields of `query` and what is refused of them."""
    edition = OpenDataEdition.objects.current()
    public = Category.objects.filter(is_private=False).order_by("position", "name")
    return {
        "edition": edition,
        "editions": list(OpenDataEdition.objects.finished().order_by("-began_at", "-pk")),
        "files": list(edition.files.order_by("format")) if edition else [],
        "formats": list(FORMATS.values()),
        "made_at": clock.localtime(clock.now()).replace(hour=NIGHT.hour, minute=NIGHT.minute),
        "columns": COLUMNS,
        "states": STATES.values(),
        "sensitive": [each for each in public if each.is_location_sensitive],
        "groups": _group(public),
        "typed": {name: query.get(name, "") for name in ("from", "to", "service_code")},
        "refused": refused,
        "problems": [(refused.field or "selection", refused.words)] if refused else [],
        "address": settings.BASE_URL + reverse("open_data"),
        "license": City.current().data_license,
    }


def _group(public: Iterable[Category]) -> list[tuple[CategoryGroup, list[Category]]]:
    """Return the groups with their categories, deactivated ones included."""
    found = {}
    for category in public:
        found.setdefault(category.group_id, []).append(category)
    groups = CategoryGroup.objects.filter(pk__in=found)
    return [(group, found[group.pk]) for group in groups]
