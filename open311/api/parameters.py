"""What a list of requests was asked for, read once from the query.

An empty parameter is an absent one, an unknown one is ignored, and whatever makes no sense is told
in one refusal with a sentence for each.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from city import cache
from city.coordinates import BadCoordinate, parse_point
from city.models import Category
from lib import clock
from lib.text import clean_line
from open311.api.circle import Circle
from open311.api.moments import typed_moment
from open311.formats import Refused
from open311.representation import STATUSES
from requests_app import reference
from requests_app.browsing import search_words
from requests_app.browsing.area import Area

MOST_ROWS, MOST_PAGES = 1_000, 100
MAX_UPDATES_AT_ONCE = 5_000  # for a reader that knows no pages
SPAN, SECOND = timedelta(days=90), timedelta(seconds=1)
LONGEST = 100  # letters that are searched for, and that are said back of anything else
FARTHEST = 100_000  # meters
EXTENDED_WEIGHT = 5  # times the work
REQUESTED, UPDATED = "requested_datetime", "updated_datetime"
SORTS = {sign + name: (name, sign == "-") for name in (REQUESTED, UPDATED) for sign in ("", "-")}
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{0,9})?", re.ASCII)
_YES, _NO = {"true", "1", "yes"}, {"false", "0", "no", ""}


@dataclass(frozen=True)
class Asked:
    """`references` overrides all that narrows. `kinds` are ids of categories; None: all of them.

    `since` and `until` are about the filing, both included. `after` and
    `before` are about the latest public change.
    """

    references: list[str] | None = None
    kinds: list[int] | None = None
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: datetime | None = None
    before: datetime | None = None
    area: Area | None = None
    circle: Circle | None = None
    words: str = ""
    sort: str = REQUESTED
    is_descending: bool = True
    page: int = 1
    page_size: int = MOST_ROWS
    is_extended: bool = False

    @classmethod
    def by(cls, query) -> "Asked":
        """Raises Refused: 404 for a service that we do not have, 400 for all else."""
        return QueryReader(query).asked()

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size

    @property
    def is_led_by_filing(self) -> bool:
        """Return True if few days of filing lead to fewer requests than anything else."""
        return self.since is not None and self.after is None and self.before is None

    @property
    def weight(self) -> int:
        """What it counts for who asks: the work of up to a hundred rows is one."""
        hundreds = -(-self.page_size // 100)
        return hundreds * EXTENDED_WEIGHT if self.is_extended else hundreds


def is_extended(query) -> bool:
    """The same for a single request. Raises Refused."""
    reader = QueryReader(query)
    found = reader.extensions()
    reader.refuse()
    return found


def listed(query, name) -> list[str]:
    """What was given under this name, once or several times, with commas between."""
    given = ",".join(query.getlist(name)).split(",")
    return list(dict.fromkeys(filter(None, map(str.strip, given))))


class QueryReader:
    def __init__(self, query):
        self.query = query
        self.problems, self.unknown = [], []

    def asked(self):
        page, page_size = self.page(), self.page_size()
        given = {
            "page": page,
            "page_size": page_size,
            "is_extended": self.extensions(),
            "references": self.references(),
        }
        if given["references"] is None:
            given |= self.narrowing()
        self.refuse()
        return Asked(**given)

    def narrowing(self):
        after, before = self.moment("updated_after"), self.moment("updated_before", is_end=True)
        self.check_order("updated_after", after, "updated_before", before)
        since, until = self.dates(is_updated=bool(after or before))
        sort, is_descending = self.sort(is_updated=bool(after or before))
        return {
            "kinds": self.kinds(),
            "status": self.status(),
            "since": since,
            "until": until,
            "after": after,
            "before": before,
            "area": self.area(),
            "circle": self.circle(),
            "words": self.words(),
            "sort": sort,
            "is_descending": is_descending,
        }

    def refuse(self):
        if self.problems or self.unknown:
            raise Refused(400 if self.problems else 404, *self.problems, *self.unknown)

    def text(self, *names):
        return next((text for name in names if (text := self._text(name))), "")

    def _text(self, name):
        return ",".join(filter(None, map(str.strip, self.query.getlist(name))))

    def problem(self, words, **named):
        shown = {key: str(value)[:LONGEST] for key, value in named.items()}
        self.problems.append(words % shown)

    def references(self):
        given = listed(self.query, "service_request_id")
        if len(given) > MOST_ROWS:
            self.problem(
                _("service_request_id takes %(most)s ids at most; there are %(n)s."),
                most=MOST_ROWS,
                n=len(given),
            )
        return [found for each in given if (found := reference.tidy(each))] if given else None

    def kinds(self):
        codes, known = listed(self.query, "service_code"), categories()
        for code in codes:
            if code not in known:
                words = _("There's no service with the service_code “%(code)s”.")
                self.unknown.append(words % {"code": code[:LONGEST]})
        return [known[code] for code in codes if code in known] if codes else None

    def status(self):
        """Both are all."""
        given = [each.lower() for each in listed(self.query, "status")]
        for each in given:
            if each not in STATUSES:
                self.problem(_("status is open or closed, not “%(given)s”."), given=each)
        return given[0] if len(given) == 1 and given[0] in STATUSES else ""

    def moment(self, name, *, is_end=False):
        typed = self.text(name)
        if not typed:
            return None
        try:
            return typed_moment(typed, is_end=is_end)
        except ValueError:
            words = _("%(name)s isn't a date like 2026-11-30T17:00:00Z: “%(typed)s”.")
            self.problem(words, name=name, typed=typed)
            return None

    def check_order(self, first, since, last, until):
        if since and until and since > until:
            self.problem(_("%(first)s is later than %(last)s."), first=first, last=last)

    def dates(self, *, is_updated: bool) -> tuple[datetime | None, datetime | None]:
        """Read the span (since, until); without one it is the last 90 days.

        A span of more than 90 days is a problem: a bare list cannot say that it is cut short. What
        `is_updated`, or of named requests, is narrowed otherwise and has no such limit.
        """
        since, until = self.moment("start_date"), self.moment("end_date", is_end=True)
        self.check_order("start_date", since, "end_date", until)
        if is_updated:
            return since, until
        if since is None:
            return (until or clock.now()) - SPAN, until
        if (until or clock.now()) - since >= SPAN + SECOND:  # the last one is included
            self.problem(
                _(
                    "From start_date to end_date (or to now) are more than %(most)s days. Ask for "
                    "one span after another; for requests, updated_after has no such limit, and "
                    "%(address)s has all of them."
                ),
                most=SPAN.days,
                address=settings.BASE_URL + reverse("open_data"),
            )
        return since, until

    def area(self):
        typed = self.text("bbox")
        area = Area.of(typed) if typed else None
        if typed and area is None:
            words = _("bbox isn't west,south,east,north in degrees: “%(typed)s”.")
            self.problem(words, typed=typed)
        return area

    def circle(self):
        given = [self.text("lat"), self.text("long", "lng"), self.text("radius")]
        if not any(given):
            return None
        if not all(given):
            self.problem(_("lat, long and radius go together; radius is in meters."))
            return None
        try:
            latitude, longitude = map(float, parse_point(*given[:2]))
        except BadCoordinate as problem:
            self.problems.append(str(problem))
            return None
        radius = float(given[2]) if _DECIMAL.fullmatch(given[2]) else 0
        if not 0 < radius <= FARTHEST:
            words = _("radius is a number of meters up to %(most)s, not “%(typed)s”.")
            self.problem(words, most=FARTHEST, typed=given[2])
        return Circle(latitude, longitude, radius)

    def words(self):
        typed = clean_line(self.text("q")[: 20 * LONGEST])
        if len(typed) > LONGEST:
            self.problem(_("q is too long; %(most)s characters are searched for."), most=LONGEST)
        elif typed and not search_words.terms(typed):
            self.problem(_("q has no words we can search for: “%(typed)s”."), typed=typed)
        return typed

    def sort(self, *, is_updated):
        typed = self.text("sort")
        if typed and typed not in SORTS:
            words = _("sort is one of %(known)s, not “%(typed)s”.")
            self.problem(words, known=", ".join(SORTS), typed=typed)
        usual = UPDATED if is_updated else f"-{REQUESTED}"
        return SORTS.get(typed) or SORTS[usual]

    def page(self):
        page = max(1, self.number("page", 1))
        if page > MOST_PAGES:
            self.problem(
                _(
                    "page goes up to %(most)s. To read on, ask for requests with updated_after, "
                    "for updates with start_date: the updated_datetime of the last one you have."
                ),
                most=MOST_PAGES,
            )
        return page

    def page_size(self):
        size = self.number("page_size", MOST_ROWS)
        if size == 0:
            self.problem(_("page_size is 1 at least."))
        return min(size, MOST_ROWS)

    def number(self, name, usual):
        typed = self.text(name)
        if not typed:
            return usual
        if not _WHOLE.fullmatch(typed):
            self.problem(_("%(name)s isn't a whole number: “%(typed)s”."), name=name, typed=typed)
            return usual
        return int(typed)

    def extensions(self):
        typed = self.text("extensions").lower()
        if typed not in _YES | _NO:
            self.problem(_("extensions is true or false, not “%(typed)s”."), typed=typed)
        return typed in _YES


@cache.remembered
def categories():
    """Ids by service code; also of those no longer in use, of which there are requests."""
    return dict(Category.objects.values_list("service_code", "pk"))
