"""Filters of the public list: parsing, applying to querysets, and writing as a query string."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from city import cache
from city.models import Category, CategoryGroup, Zone
from lib import clock
from lib.days import InvalidDay, parse_day
from lib.text import clean_line
from requests_app.browsing import orders, search_words
from requests_app.browsing.area import Area
from requests_app.browsing.search import SearchCache, SearchResult
from requests_app.browsing.states import SHOWS, STATES
from requests_app.models import CategoryCount, ServiceRequest

if TYPE_CHECKING:
    from lib.lazy_text import LazyText

MAX_FORMER_REQUESTS = 20  # with the same number, in different older systems
MAX_TEXT_LENGTH = 100  # characters of a value, which warnings repeat
MAX_SORTED_PERIOD = timedelta(days=400)
VALID_YEARS = range(1970, 2101)
GROUP_PREFIX = "group:"  # of a group's value in the form's list of categories


@dataclass(frozen=True)
class Filters:
    """Valid filters of the list. `warnings` has a message for each invalid value that was ignored.

    `since` and `until` are the first and last day of filing, in the city's time zone.
    """

    show: str = "open"
    state: str = ""
    category: Category | None = None
    group: CategoryGroup | None = None
    zone: Zone | None = None
    since: date | None = None
    until: date | None = None
    words: str = ""
    area: Area | None = None
    sort: str = orders.UPDATED
    warnings: tuple[str | Promise, ...] = ()
    search_cache: SearchCache = field(default_factory=SearchCache, compare=False, repr=False)

    @classmethod
    def from_query(cls, query: QueryDict) -> "Filters":
        """Return the filters in a request's GET; an invalid value only adds a warning."""
        return _FilterParser(query).parse()

    def narrow_requests(self, requests: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
        """Return those of `requests` that meet all filters but the status (show and state)."""
        if self.category_ids is not None:
            requests = requests.filter(category__in=self.category_ids)
        if self.zone:
            requests = requests.filter(zone=self.zone)
        requests = self.narrow_to_days_and_area(requests)
        if not self.words:
            return requests
        return search_words.narrow_to_words(requests, self.words, self._former_request_ids)

    def narrow_to_days_and_area(
        self, requests: QuerySet[ServiceRequest]
    ) -> QuerySet[ServiceRequest]:
        """Return those of `requests` that were filed on the days, in the area."""
        if since := self.since_moment:
            requests = requests.filter(filed_at__gte=since, changed_at__gte=since)
        if self.until:
            requests = requests.filter(
                filed_at__lt=clock.start_of_day(self.until + timedelta(days=1))
            )
        return self.area.narrow_requests(requests) if self.area else requests

    def filter_listed(self, requests: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
        """Return those of `requests` that meet all filters."""
        return self.narrow_requests(requests).filter(self.status_condition)

    @property
    def status_condition(self) -> Q:
        """Return the condition on status and outcome for `state`, or for `show` without one."""
        return STATES[self.state].condition if self.state else SHOWS[self.show].condition

    @property
    def has_short_period(self) -> bool:
        """Return True if there is a `since`, at most MAX_SORTED_PERIOD before `until` or today.

        Sorting so few requests beats reading an index in order.
        """
        since, until = self.since, self.until or clock.localtime(clock.now()).date()
        return since is not None and until - since <= MAX_SORTED_PERIOD

    @property
    def has_kept_counts(self) -> bool:
        """Return True if the database keeps counts for these filters: no days, words or area.

        The counts are those of `requests_app.rollups`.
        """
        return not (self.since or self.until or self.words or self.area)

    def narrow_counts(self, counts: QuerySet[CategoryCount]) -> QuerySet[CategoryCount]:
        """Return those of the kept counts that are of the category, group and zone."""
        if self.category_ids is not None:
            counts = counts.filter(category__in=self.category_ids)
        return counts.filter(zone=self.zone.pk) if self.zone else counts

    @property
    def _former_request_ids(self) -> list[int]:
        """Return the ids of requests with the search text as their number in an older system.

        At most MAX_FORMER_REQUESTS, found once.
        """
        rows = ServiceRequest.objects.with_former_number(self.words).values_list("pk", flat=True)
        return self.search_cache.get_or_compute(
            f"formerly {self.words}", lambda: list(rows[:MAX_FORMER_REQUESTS])
        )

    @property
    def is_word_search(self) -> bool:
        """True if the index of words answers the search.

        The index does not answer for numbers of older systems, and for scripts whose letters are
        searched within words.
        """
        return search_words.has_only_indexed_words(self.words) and not self._former_request_ids

    @property
    def search_result(self) -> SearchResult:
        """The matches of the word search; only valid if `is_word_search`."""
        return self.search_cache.find_result(self)

    @property
    def since_moment(self) -> datetime | None:
        """The start of the day `since` in the city's time zone, or None."""
        return clock.start_of_day(self.since) if self.since else None

    @property
    def category_ids(self) -> list[int] | None:
        """The ids of the chosen category or of the group's categories; None for all categories."""
        if self.category:
            return [self.category.pk]
        if self.group:
            return [
                one.pk for one in _categories_by_code().values() if one.group_id == self.group.pk
            ]
        return None

    def replace(self, **changes: Any) -> Self:
        """Return a copy with these values and without warnings."""
        return replace(self, warnings=(), **changes)

    def query_string(self, cursor: str = "", view: str = "") -> str:
        """Return the query string of the list with these filters: "" or with "?" in front."""
        more = {"cursor": cursor, "view": view}
        pairs = [*self.query_pairs(), *((name, value) for name, value in more.items() if value)]
        return "?" + urlencode(pairs) if pairs else ""

    def query_pairs(self) -> list[tuple[str, object]]:
        """Return names and values of the query string, in a fixed order, without defaults."""
        implied = STATES[self.state].show if self.state else "open"
        named = {
            "q": self.words,
            "show": self.show if self.show != implied else "",
            "state": self.state,
            "category": self.category and self.category.service_code,
            "group": self.group and self.group.slug,
            "zone": self.zone and self.zone.slug,
            "from": self.since,
            "to": self.until,
            "area": self.area,
            "sort": self.sort if self.sort != orders.UPDATED else "",
        }
        return [(name, value) for name, value in named.items() if value]


class _FilterParser:
    """Parser of a query string, which collects warnings about invalid values."""

    def __init__(self, query) -> None:
        self.query = query
        self.warnings: list[str | Promise] = []

    def parse(self) -> Filters:
        """Return the Filters with all warnings; two days in reverse order are swapped."""
        show, state = self.parse_show_and_state()
        category, group = self.parse_category_and_group()
        since, until = self.parse_day("from"), self.parse_day("to")
        if since and until and since > until:
            since, until = until, since
        zone = self.look_up(
            _zones_by_slug(), self.read_text("zone"), _("We don't know the area “{value}”.")
        )
        return Filters(
            show=show,
            state=state,
            category=category,
            group=group,
            zone=zone,
            since=since,
            until=until,
            words=self.parse_words(),
            area=self.parse_area(),
            sort=self.parse_sort(),
            warnings=tuple(self.warnings),
        )

    def read_text(self, name: str) -> str:
        """Return the cleaned value, cut after MAX_TEXT_LENGTH; "" if it is missing."""
        text = clean_line(self.query.get(name, "")[: 2 * MAX_TEXT_LENGTH])
        return text[:MAX_TEXT_LENGTH].rstrip()

    def warn(self, message: "LazyText", value: object) -> None:
        """Add a warning: `message` with `value` in place of “{value}”."""
        self.warnings.append(format_lazy(message, value=value))

    def look_up[T](self, known: Mapping[str, T], value: str, message: "LazyText") -> T | None:
        """Return `known[value]`, or None if it is unknown, with a warning unless it is ""."""
        if value and value not in known:
            self.warn(message, value)
        return known.get(value)

    def parse_show_and_state(self) -> tuple[str, str]:
        """Return the names of the show and of the state; a state of another show is ignored.

        A state alone implies its show. The defaults are "open" and "". Unknown names add a warning.
        """
        message = _("We don't know the status “{value}”.")
        asked = self.look_up(SHOWS, self.read_text("show"), message)
        state = self.look_up(STATES, self.read_text("state"), message)
        if state and asked and asked.name not in ("all", state.show):
            state = None
        if state:
            return state.show, state.name
        return asked.name if asked else "open", ""

    def parse_category_and_group(self) -> tuple[Category | None, CategoryGroup | None]:
        """Return the category, or the group, or neither.

        The form's one list sends a group as a category with the prefix "group:".
        """
        code, slug = self.read_text("category"), self.read_text("group")
        if code.startswith(GROUP_PREFIX):
            code, slug = "", code.removeprefix(GROUP_PREFIX)
        message = _("We don't know the category “{value}”.")
        category = self.look_up(_categories_by_code(), code, message)
        group = self.look_up(_groups_by_slug(), slug, message)
        return category, None if category else group

    def parse_day(self, name: str) -> date | None:
        """Return the day; None if it is missing or, with a warning, unreadable or out of range."""
        typed = self.read_text(name)
        if not typed:
            return None
        try:
            day = parse_day(typed)
        except InvalidDay:
            day = None
        if day is None or day.year not in VALID_YEARS:
            self.warn(_("We can't read the date “{value}”. Enter it like 11/30/2026."), typed)
            return None
        return day

    def parse_sort(self) -> str:
        """Return the name of the order; UPDATED if it is missing or, with a warning, unknown."""
        typed = self.read_text("sort")
        message = _("We don't know how to sort by “{value}”.")
        return typed if self.look_up(orders.SORT_LABELS, typed, message) else orders.UPDATED

    def parse_words(self) -> str:
        """Return the search text, or "" with a warning if it cannot be searched for.

        A text that is too long is cut, with a warning.
        """
        typed = self.read_text("q")
        if len(clean_line(self.query.get("q", "")[: 20 * MAX_TEXT_LENGTH])) > MAX_TEXT_LENGTH:
            self.warn(_("We searched for the first {value} characters only."), MAX_TEXT_LENGTH)
        if typed and not search_words.split_terms(typed):
            self.warn(_("“{value}” has no words we can search for."), typed)
            return ""
        if search_words.is_too_short(typed):
            self.warn(_("“{value}” is too short. Search for two characters or more."), typed)
            return ""
        return typed

    def parse_area(self) -> Area | None:
        """Return the area; None if it is missing or, with a warning, malformed."""
        typed = self.read_text("area")
        area = Area.parse(typed) if typed else None
        if typed and area is None:
            self.warn(_("We can't find “{value}” on the map."), typed)
        return area


def list_public_categories() -> list[Category]:
    """Return the active categories whose requests are public, which the form offers."""
    return [one for one in _categories_by_code().values() if one.is_active and not one.is_private]


def list_active_zones() -> list[Zone]:
    """Return the active zones, cached per version of the city's configuration."""
    return [zone for zone in _zones_by_slug().values() if zone.is_active]


@cache.cache_per_version
def _categories_by_code() -> dict[str, Category]:
    """Return all categories, as there are requests of inactive ones, too."""
    found = Category.objects.all()
    return {category.service_code: category for category in found}


@cache.cache_per_version
def _groups_by_slug() -> dict[str, CategoryGroup]:
    return {group.slug: group for group in CategoryGroup.objects.all()}


@cache.cache_per_version
def _zones_by_slug() -> dict[str, Zone]:
    return {zone.slug: zone for zone in Zone.objects.all()}
