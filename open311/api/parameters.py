"""The query parameters of lists of requests, updates and removals.

Empty parameters count as absent, unknown ones are ignored. All problems make one RequestRefused.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from city import cache
from city.coordinates import BadCoordinate, parse_point
from city.models import Category
from lib import clock
from lib.text import clean_line
from open311.api.circle import Circle
from open311.api.moments import parse_moment
from open311.formats import RequestRefused
from open311.representation import STATUSES
from requests_app import reference
from requests_app.browsing import search_words
from requests_app.browsing.area import Area

MAX_ROWS_PER_PAGE, MAX_PAGE = 1_000, 100
MAX_UPDATES_AT_ONCE = 5_000  # for a client that asks for no page
MAX_SPAN, ONE_SECOND = timedelta(days=90), timedelta(seconds=1)
MAX_TEXT_LENGTH = 100  # letters of a search, and of a value quoted in a problem
MAX_RADIUS_METERS = 100_000  # meters
EXTENDED_WEIGHT = 5  # times as many calls as without extensions
REQUESTED, UPDATED = "requested_datetime", "updated_datetime"
SORTS = {sign + name: (name, sign == "-") for name in (REQUESTED, UPDATED) for sign in ("", "-")}
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{0,9})?", re.ASCII)
_YES, _NO = {"true", "1", "yes"}, {"false", "0", "no", ""}


def split_list_parameter(query: QueryDict, name: str) -> list[str]:
    """Return the distinct values of a parameter, which may be repeated or comma-separated."""
    given = ",".join(query.getlist(name)).split(",")
    return list(dict.fromkeys(filter(None, map(str.strip, given))))


def parse_extensions(query: QueryDict) -> bool:
    """Return True if `extensions` are asked for. Raise RequestRefused if the value is invalid."""
    reader = QueryReader(query)
    found = reader.read_extensions()
    reader.raise_problems()
    return found


class QueryReader:
    """A reader of query parameters, which collects the problems found in them."""

    page: int
    page_size: int

    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.problems: list[str] = []
        self.unknown: list[str] = []

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size

    def raise_problems(self) -> None:
        """Raise RequestRefused with all problems: 404 for unknown services alone, else 400."""
        if self.problems or self.unknown:
            raise RequestRefused(400 if self.problems else 404, *self.problems, *self.unknown)

    def text(self, *names: str) -> str:
        """Return the first parameter that is not blank, its values joined by commas; else ""."""
        texts = (",".join(filter(None, map(str.strip, self.query.getlist(name)))) for name in names)
        return next(filter(None, texts), "")

    def add_problem(self, words: str, values: Mapping[str, object] = MappingProxyType({})) -> None:
        """Add a sentence for raise_problems(), with shortened `values` filled in."""
        shown = {key: str(value)[:MAX_TEXT_LENGTH] for key, value in values.items()}
        self.problems.append(words % shown)

    def read_references(self) -> list[str] | None:
        """Return the valid request ids, None if absent; add a problem above MAX_ROWS_PER_PAGE."""
        given = split_list_parameter(self.query, "service_request_id")
        if len(given) > MAX_ROWS_PER_PAGE:
            self.add_problem(
                _("service_request_id takes %(most)s ids at most; there are %(n)s."),
                {"most": MAX_ROWS_PER_PAGE, "n": len(given)},
            )
        return (
            [found for each in given if (found := reference.normalize_reference(each))]
            if given
            else None
        )

    def read_kinds(self) -> list[int] | None:
        """Return the category ids of service_code, None if absent; note codes in `unknown`."""
        codes, known = split_list_parameter(self.query, "service_code"), load_category_ids()
        for code in codes:
            if code not in known:
                words = _("There's no service with the service_code “%(code)s”.")
                self.unknown.append(words % {"code": code[:MAX_TEXT_LENGTH]})
        return [known[code] for code in codes if code in known] if codes else None

    def read_status(self) -> str:
        """Return the status asked for; "" for both, none, or (with a problem added) another."""
        given = [each.lower() for each in split_list_parameter(self.query, "status")]
        for each in given:
            if each not in STATUSES:
                self.add_problem(_("status is open or closed, not “%(given)s”."), {"given": each})
        return given[0] if len(given) == 1 and given[0] in STATUSES else ""

    def read_moment(self, name: str, *, is_end: bool = False) -> datetime | None:
        """Return the moment, or None if it is absent or (with a problem added) invalid."""
        typed = self.text(name)
        if not typed:
            return None
        try:
            return parse_moment(typed, is_end=is_end)
        except ValueError:
            words = _("%(name)s isn't a date like 2026-11-30T17:00:00Z: “%(typed)s”.")
            self.add_problem(words, {"name": name, "typed": typed})
            return None

    def check_order(
        self, first: str, since: datetime | None, last: str, until: datetime | None
    ) -> None:
        """Add a problem if `since` is later than `until`."""
        if since and until and since > until:
            self.add_problem(_("%(first)s is later than %(last)s."), {"first": first, "last": last})

    def read_span(self, *, is_limited: bool) -> tuple[datetime | None, datetime | None]:
        """Return the start and end, or None for each; add a problem for a bad span.

        With `is_limited`, the default start is 90 days before the end; more are a problem.
        """
        since, until = self.read_moment("start_date"), self.read_moment("end_date", is_end=True)
        self.check_order("start_date", since, "end_date", until)
        if not is_limited:
            return since, until
        if since is None:
            return (until or clock.now()) - MAX_SPAN, until
        if (until or clock.now()) - since >= MAX_SPAN + ONE_SECOND:  # the last one is included
            self.add_problem(
                _(
                    "From start_date to end_date (or to now) are more than %(most)s days. Ask for "
                    "one span after another; for requests, updated_after has no such limit, and "
                    "%(address)s has all of them."
                ),
                {"most": MAX_SPAN.days, "address": settings.BASE_URL + reverse("open_data")},
            )
        return since, until

    def read_area(self) -> Area | None:
        """Return the area of bbox, or None if it is absent or (with a problem added) invalid."""
        typed = self.text("bbox")
        area = Area.parse(typed) if typed else None
        if typed and area is None:
            words = _("bbox isn't west,south,east,north in degrees: “%(typed)s”.")
            self.add_problem(words, {"typed": typed})
        return area

    def read_circle(self) -> Circle | None:
        """Return the circle, None without a valid point; add a problem for bad or missing parts."""
        given = [self.text("lat"), self.text("long", "lng"), self.text("radius")]
        if not any(given):
            return None
        if not all(given):
            self.add_problem(_("lat, long and radius go together; radius is in meters."))
            return None
        try:
            latitude, longitude = map(float, parse_point(*given[:2]))
        except BadCoordinate as problem:
            self.problems.append(str(problem))
            return None
        radius = float(given[2]) if _DECIMAL.fullmatch(given[2]) else 0
        if not 0 < radius <= MAX_RADIUS_METERS:
            words = _("radius is a number of meters up to %(most)s, not “%(typed)s”.")
            self.add_problem(words, {"most": MAX_RADIUS_METERS, "typed": given[2]})
        return Circle(latitude, longitude, radius)

    def read_words(self) -> str:
        """Return the search text, "" if absent; add a problem if it cannot be searched."""
        typed = clean_line(self.text("q")[: 20 * MAX_TEXT_LENGTH])
        if len(typed) > MAX_TEXT_LENGTH:
            self.add_problem(
                _("q is too long; %(most)s characters are searched for."), {"most": MAX_TEXT_LENGTH}
            )
        elif typed and not search_words.split_terms(typed):
            self.add_problem(_("q has no words we can search for: “%(typed)s”."), {"typed": typed})
        elif search_words.is_too_short(typed):
            words = _("q is too short: “%(typed)s”. Search for two characters or more.")
            self.add_problem(words, {"typed": typed})
        return typed

    def read_sort(self, *, is_updated: bool) -> tuple[str, bool]:
        """Return (field, is_descending), by default oldest change if `is_updated`, else newest."""
        typed = self.text("sort")
        if typed and typed not in SORTS:
            words = _("sort is one of %(known)s, not “%(typed)s”.")
            self.add_problem(words, {"known": ", ".join(SORTS), "typed": typed})
        usual = UPDATED if is_updated else f"-{REQUESTED}"
        return SORTS.get(typed) or SORTS[usual]

    def read_page(self) -> int:
        """Return `page`, at least 1; add a problem above MAX_PAGE."""
        page = max(1, self.read_number("page", 1))
        if page > MAX_PAGE:
            self.add_problem(
                _(
                    "page goes up to %(most)s. To read on, ask for requests with updated_after, "
                    "for updates with start_date: the updated_datetime of the last one you have."
                ),
                {"most": MAX_PAGE},
            )
        return page

    def read_page_size(self) -> int:
        """Return `page_size`, at most MAX_ROWS_PER_PAGE; add a problem for 0."""
        size = self.read_number("page_size", MAX_ROWS_PER_PAGE)
        if size == 0:
            self.add_problem(_("page_size is 1 at least."))
        return min(size, MAX_ROWS_PER_PAGE)

    def read_number(self, name: str, usual: int) -> int:
        """Return the whole number, 0 or more; `usual` if absent or (adding a problem) invalid."""
        typed = self.text(name)
        if not typed:
            return usual
        if not _WHOLE.fullmatch(typed):
            self.add_problem(
                _("%(name)s isn't a whole number: “%(typed)s”."), {"name": name, "typed": typed}
            )
            return usual
        return int(typed)

    def read_extensions(self) -> bool:
        """Return `extensions` as a bool; add a problem for another value."""
        typed = self.text("extensions").lower()
        if typed not in _YES | _NO:
            self.add_problem(_("extensions is true or false, not “%(typed)s”."), {"typed": typed})
        return typed in _YES


class RequestQuery(QueryReader):
    """The parameters of a list of requests. Raises RequestRefused.

    `references` overrides all filters. `kinds` are ids of categories, None for all. `since` and
    `until` bound the time of filing, `after` and `before` the latest public change, inclusively.
    """

    kinds: list[int] | None = None
    wanted_status = words = ""
    since: datetime | None = None
    until: datetime | None = None
    after: datetime | None = None
    before: datetime | None = None
    area: Area | None = None
    circle: Circle | None = None
    sort, is_descending = REQUESTED, True

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.page, self.page_size = self.read_page(), self.read_page_size()
        self.is_extended = self.read_extensions()
        self.references = self.read_references()
        if self.references is None:
            self._read_filters()
        self.raise_problems()

    def _read_filters(self) -> None:
        """Set the filters; with a bound of the latest change, the days of filing are unlimited."""
        self.after = self.read_moment("updated_after")
        self.before = self.read_moment("updated_before", is_end=True)
        self.check_order("updated_after", self.after, "updated_before", self.before)
        is_updated = bool(self.after or self.before)
        self.since, self.until = self.read_span(is_limited=not is_updated)
        self.sort, self.is_descending = self.read_sort(is_updated=is_updated)
        self.kinds = self.read_kinds()
        self.wanted_status = self.read_status()
        self.area = self.read_area()
        self.circle = self.read_circle()
        self.words = self.read_words()

    @property
    def is_led_by_filing(self) -> bool:
        """Return True with a start and no bound of changes: the index of filing times is best."""
        return self.since is not None and self.after is None and self.before is None

    @property
    def weight(self) -> int:
        """Return the calls it counts as: one per started hundred rows, times 5 with extensions."""
        hundreds = -(-self.page_size // 100)
        return hundreds * EXTENDED_WEIGHT if self.is_extended else hundreds


class UpdateQuery(QueryReader):
    """Parameters of a list of updates: 90 days, or any span with ids. Raises RequestRefused."""

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.references = self.read_references()
        self.since, self.until = self.read_span(is_limited=self.references is None)
        self.is_paged = bool(self.text("page", "page_size"))
        self.page = self.read_page()
        self.page_size = self.read_page_size() if self.is_paged else MAX_UPDATES_AT_ONCE
        self.raise_problems()


class RemovalQuery(QueryReader):
    """Parameters of a list of removals, bounds included, 90 days. Raises RequestRefused."""

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        after = self.read_moment("updated_after")
        self.before = self.read_moment("updated_before", is_end=True)
        self.check_order("updated_after", after, "updated_before", self.before)
        self.page, self.page_size = self.read_page(), self.read_page_size()
        self.raise_problems()
        self.after = after or (self.before or clock.now()) - MAX_SPAN


@cache.cache_per_version
def load_category_ids() -> dict[str, int]:
    """Return the id of every category, in use or not, by service code."""
    return dict(Category.objects.values_list("service_code", "pk"))
