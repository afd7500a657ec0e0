"""What the public list was asked for, read once from the address, and the address again."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
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
from requests_app.browsing.search import Found, Searches
from requests_app.browsing.states import SHOWS, STATES
from requests_app.models import ServiceRequest

MOST_FORMER = 20  # older systems that gave the same number
LONGEST = 100  # letters of the words, and of anything else that is said back
A_TIME = timedelta(days=400)
YEARS = range(1970, 2101)
_GROUP = "group:"  # what the form's one list of categories puts before a group's name


@dataclass(frozen=True)
class Filters:
    """Values that exist; `lost` says of each one that does not why it did not count.

    `since` and `until` are days on which a request was filed, in the city's time, both included.
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
    lost: tuple[str | Promise, ...] = ()
    searches: Searches = field(default_factory=Searches, compare=False, repr=False)

    @classmethod
    def from_query(cls, query) -> "Filters":
        """`query` is a request's GET."""
        return _Reader(query).filters()

    def narrow(self, requests) -> QuerySet:
        """Those of `requests` that are meant, in every state."""
        if self.kinds is not None:
            requests = requests.filter(category__in=self.kinds)
        if self.zone:
            requests = requests.filter(zone=self.zone)
        requests = self.narrow_to_days_and_area(requests)
        return search_words.narrow(requests, self.words, self._former) if self.words else requests

    def narrow_to_days_and_area(self, requests: QuerySet) -> QuerySet:
        """Return those of `requests` of the days and the area that are meant."""
        if since := self.first_moment:
            requests = requests.filter(filed_at__gte=since, changed_at__gte=since)
        if self.until:
            requests = requests.filter(
                filed_at__lt=clock.start_of_day(self.until + timedelta(days=1))
            )
        return self.area.narrow(requests) if self.area else requests

    def shown(self, requests) -> QuerySet:
        """Those of `requests` that are in the list."""
        return self.narrow(requests).filter(self.which)

    @property
    def which(self) -> Q:
        """How those in the list stand."""
        return STATES[self.state].which if self.state else SHOWS[self.show].which

    @property
    def is_of_a_time(self) -> bool:
        """Whether their days are few enough that sorting all that was filed on them is quickest."""
        since, until = self.since, self.until or clock.localtime(clock.now()).date()
        return since is not None and until - since <= A_TIME

    @property
    def is_counted(self) -> bool:
        """Whether the database keeps how many there are, by category, zone and how they stand."""
        return not (self.since or self.until or self.words or self.area)

    def narrow_counts(self, counts) -> QuerySet:
        """The same of what is counted by category and zone."""
        if self.kinds is not None:
            counts = counts.filter(category__in=self.kinds)
        return counts.filter(zone=self.zone.pk) if self.zone else counts

    @property
    def _former(self) -> list[int]:
        """The ids of the requests that had this number in an older system."""
        rows = ServiceRequest.objects.with_former_number(self.words).values_list("pk", flat=True)
        return self.searches.once(f"formerly {self.words}", lambda: list(rows[:MOST_FORMER]))

    @property
    def is_searched(self) -> bool:
        """Whether an index of words answers this: neither numbers of older systems nor scripts
        that are looked for within words.
        """
        return search_words.is_indexed(self.words) and not self._former

    @property
    def found(self) -> Found:
        """Those in the list, where `is_searched`."""
        return self.searches.of(self)

    @property
    def first_moment(self) -> datetime | None:
        return clock.start_of_day(self.since) if self.since else None

    @property
    def kinds(self) -> list[int] | None:
        """The ids of the categories that are meant; None for all."""
        if self.category:
            return [self.category.pk]
        if self.group:
            return [one.pk for one in _categories().values() if one.group_id == self.group.pk]
        return None

    def but(self, **changes) -> "Filters":
        return replace(self, lost=(), **changes)

    def query(self, cursor: str = "", view: str = "") -> str:
        """Return the query of an address, with `?` in front unless it is empty."""
        more = {"cursor": cursor, "view": view}
        pairs = [*self.pairs(), *((name, value) for name, value in more.items() if value)]
        return "?" + urlencode(pairs) if pairs else ""

    def pairs(self) -> list[tuple[str, object]]:
        """Names of the query and what stands there as a text, in one order whatever the order they
        came in.
        """
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


class _Reader:
    """Reads one query; notes what it could not understand."""

    def __init__(self, query) -> None:
        self.query = query
        self.lost: list[str | Promise] = []

    def filters(self) -> Filters:
        show, state = self.show_and_state()
        category, group = self.category_and_group()
        since, until = self.day("from"), self.day("to")
        if since and until and since > until:
            since, until = until, since
        zone = self.one_of(_zones(), self.text("zone"), _("We don't know the area “{value}”."))
        return Filters(
            show=show,
            state=state,
            category=category,
            group=group,
            zone=zone,
            since=since,
            until=until,
            words=self.words(),
            area=self.area(),
            sort=self.sort(),
            lost=tuple(self.lost),
        )

    def text(self, name) -> str:
        return clean_line(self.query.get(name, "")[: 2 * LONGEST])[:LONGEST].rstrip()

    def lose(self, message, value) -> None:
        self.lost.append(format_lazy(message, value=value))

    def one_of(self, known, value, message) -> Any:
        if value and value not in known:
            self.lose(message, value)
        return known.get(value)

    def show_and_state(self) -> tuple[str, str]:
        """A third, and a finer state only where it belongs to that third."""
        message = _("We don't know the status “{value}”.")
        asked = self.one_of(SHOWS, self.text("show"), message)
        state = self.one_of(STATES, self.text("state"), message)
        if state and asked and asked.name not in ("all", state.show):
            state = None
        if state:
            return state.show, state.name
        return asked.name if asked else "open", ""

    def category_and_group(self) -> tuple[Any, Any]:
        code, slug = self.text("category"), self.text("group")
        if code.startswith(_GROUP):
            code, slug = "", code.removeprefix(_GROUP)
        message = _("We don't know the category “{value}”.")
        category = self.one_of(_categories(), code, message)
        group = self.one_of(_groups(), slug, message)
        return category, None if category else group

    def day(self, name) -> date | None:
        typed = self.text(name)
        if not typed:
            return None
        try:
            day = parse_day(typed)
        except InvalidDay:
            day = None
        if day is None or day.year not in YEARS:
            self.lose(_("We can't read the date “{value}”. Enter it like 11/30/2026."), typed)
            return None
        return day

    def sort(self) -> str:
        typed = self.text("sort")
        message = _("We don't know how to sort by “{value}”.")
        return typed if self.one_of(orders.LABELS, typed, message) else orders.UPDATED

    def words(self) -> str:
        typed = self.text("q")
        if len(clean_line(self.query.get("q", "")[: 20 * LONGEST])) > LONGEST:
            self.lose(_("We searched for the first {value} characters only."), LONGEST)
        if typed and not search_words.terms(typed):
            self.lose(_("“{value}” has no words we can search for."), typed)
            return ""
        if search_words.is_too_short(typed):
            self.lose(_("“{value}” is too short. Search for two characters or more."), typed)
            return ""
        return typed

    def area(self) -> Area | None:
        typed = self.text("area")
        area = Area.of(typed) if typed else None
        if typed and area is None:
            self.lose(_("We can't find “{value}” on the map."), typed)
        return area


def of_use() -> Iterable[Category]:
    """Categories to choose from: in use, and not those whose requests nobody else may see."""
    return [one for one in _categories().values() if one.is_active and not one.is_private]


def zones_of_use() -> Iterable[Zone]:
    return [zone for zone in _zones().values() if zone.is_active]


@cache.cache_per_version
def _categories() -> dict:
    """By service code; also those no longer in use, of which there are requests."""
    found = Category.objects.all()
    return {category.service_code: category for category in found}


@cache.cache_per_version
def _groups() -> dict:
    return {group.slug: group for group in CategoryGroup.objects.all()}


@cache.cache_per_version
def _zones() -> dict:
    return {zone.slug: zone for zone in Zone.objects.all()}
