"""Filters of the inbox: what a URL can choose, and its parsing."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from django.db.models import Model, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city import cache
from city.models import Category, Department, Zone
from lib.text import clean_short_line

MAX_SEARCH_LENGTH = 100
TABS = {
    "todo": (_("Jobs"), "list"),
    "planned": (_("Planned"), "calendar"),
    "waiting": (_("Waiting"), "pause"),
    "done": (_("Done"), "check"),
}
# Filter -> the column whose value is in the URL.
FILTER_COLUMNS = {"department": "slug", "category": "service_code", "zone": "slug"}


class FilterChoices(NamedTuple):
    """The departments of a user, and the city's zones and categories, for the filters."""

    departments: list[Department]
    zones: list[Zone]
    categories: list[Category]


class InboxFilters(NamedTuple):
    """The filters of an inbox.

    `departments` are ids. `here` is (latitude, longitude) in degrees, or None. `words` are searched
    in all tabs; "" means no search.
    """

    tab: str
    words: str
    view: str
    departments: tuple[int, ...]
    department: Department | None
    zone: Zone | None
    category: Category | None
    is_mine: bool
    by_distance: bool
    here: tuple[float, float] | None

    @property
    def is_narrowed(self) -> bool:
        """Return True if a zone or category is chosen; a department does not count."""
        return bool(self.zone or self.category)


class CategoryAndZone(Protocol):
    """Filters with the chosen category and zone, each None if all are chosen (a protocol)."""

    @property
    def category(self) -> Category | None: ...

    @property
    def zone(self) -> Zone | None: ...


def load_choices_of_user(user: User) -> FilterChoices:
    """Return the departments of the user, and all zones and categories."""
    offered = load_all_choices()
    own = [department for department in offered.departments if department.pk in user.roles]
    return offered._replace(departments=own)


@cache.cache_per_version
def load_all_choices() -> FilterChoices:
    """Return all departments, zones and categories, these by name; cached."""
    return FilterChoices(
        departments=list(Department.objects.all()),
        zones=list(Zone.objects.all()),
        categories=list(Category.objects.order_by("name")),
    )


def parse_filters(
    query: QueryDict, offered: FilterChoices, here: tuple[float, float] | None = None
) -> InboxFilters:
    """Parse the query of a URL; values that are not offered are ignored.

    The default is the tab "todo" as a list, of all offered departments, by distance if `here`
    is known. A search (`q`) has no map.
    """
    department = find_chosen("department", offered.departments, query)
    mine = [department] if department else offered.departments
    tab = query.get("tab", "")
    words = clean_short_line(query.get("q", ""), MAX_SEARCH_LENGTH)
    return InboxFilters(
        tab=tab if tab in TABS else "todo",
        words=words,
        view="map" if query.get("view") == "map" and not words else "list",
        departments=tuple(each.pk for each in mine),
        department=department,
        zone=find_chosen("zone", offered.zones, query),
        category=find_chosen("category", offered.categories, query),
        is_mine=query.get("whose") == "mine",
        by_distance=query.get("sort", "near" if here else "") == "near",
        here=here,
    )


def find_chosen[Entry: Model](
    name: str, entries: Iterable[Entry], query: QueryDict
) -> Entry | None:
    """Return the entry whose slug or code the query has under `name`, or None.

    `name` is a key of FILTER_COLUMNS.
    """
    return next(
        (row for row in entries if getattr(row, FILTER_COLUMNS[name]) == query.get(name)), None
    )


def category_and_zone_condition(filters: CategoryAndZone, prefix: str = "") -> Q:
    """Return the condition for the category and zone of `filters`, if set.

    `prefix` is the lookup from the queried model to the request.
    """
    rows = {"category": filters.category, "zone": filters.zone}
    return Q(**{f"{prefix}{name}": row for name, row in rows.items() if row})
