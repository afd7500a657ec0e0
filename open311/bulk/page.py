"""The context of the open data page."""

from collections.abc import Iterable

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from city.models import Category, CategoryGroup, City
from lib import clock
from open311.bulk.columns import COLUMNS
from open311.bulk.export import FORMATS
from open311.bulk.publishing import PUBLISHING_TIME
from open311.bulk.selection import SelectionRefused
from open311.models import OpenDataEdition
from requests_app.browsing.states import STATES


def build_open_data_context(query: QueryDict, refused: SelectionRefused | None = None) -> dict:
    """Return the template context of the open data page.

    It has the edition (or None) and its files, editions, `made_at`, formats, columns, states
    and categories (`groups`, `sensitive`); `typed`: from, to and service_code as typed;
    `refused`, and its error as `problems`, a list of (field, words); the page's `address`; and
    the license.
    """
    edition = OpenDataEdition.objects.current()
    public = Category.objects.filter(is_private=False).order_by("position", "name")
    return {
        "edition": edition,
        "editions": list(OpenDataEdition.objects.finished().order_by("-began_at", "-pk")),
        "files": list(edition.files.order_by("format")) if edition else [],
        "formats": list(FORMATS.values()),
        "made_at": clock.localtime(clock.now()).replace(
            hour=PUBLISHING_TIME.hour, minute=PUBLISHING_TIME.minute
        ),
        "columns": COLUMNS,
        "states": STATES.values(),
        "sensitive": [each for each in public if each.is_location_sensitive],
        "groups": _group_categories(public),
        "typed": {name: query.get(name, "") for name in ("from", "to", "service_code")},
        "refused": refused,
        "problems": [(refused.field or "selection", refused.words)] if refused else [],
        "address": settings.BASE_URL + reverse("open_data"),
        "license": City.current().data_license,
    }


def _group_categories(public: Iterable[Category]) -> list[tuple[CategoryGroup, list[Category]]]:
    """Return the groups in their order, each with its categories, deactivated ones included."""
    found: dict[int, list[Category]] = {}
    for category in public:
        found.setdefault(category.group_id, []).append(category)
    groups = CategoryGroup.objects.filter(pk__in=found)
    return [(group, found[group.pk]) for group in groups]
