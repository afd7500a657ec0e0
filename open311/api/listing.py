"""Which requests a list has, in its order, and how many there are in all."""

import json
import math
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Q

from open311.api.parameters import UPDATED, Asked
from open311.representation import STATUSES, Row, rows_of
from requests_app.browsing import search_words
from requests_app.browsing.search import Found, Searches
from requests_app.models import ServiceRequest
from requests_app.models.map_point import InCircle
from santa311.lib.postgresql.any_of import IsAnyOf
from santa311.lib.postgresql.plans import planned_each_time

COUNTED = 100_000  # beyond that many, their number is the planner's guess
_METERS = 111_195  # in a degree of a great circle
_FARTHEST_NORTH = 85  # degrees: where maps end
_EVERY = Q()


@dataclass(frozen=True)
class Page:
    """`total` is of all pages; `is_estimate` where they were not counted to the end."""

    rows: list[Row]
    total: int
    is_estimate: bool


def page_of(asked) -> Page:
    """At most four statements: rows, photos, words and the number."""
    if asked.references == []:
        return Page([], 0, False)
    if asked.references:
        return _page(asked, _public().filter(IsAnyOf("reference", asked.references)))
    if asked.words and asked.words.isascii():
        return _page_of_found(asked, _Sought(asked).found())
    wanted = _narrowed(asked, _public())
    if asked.words:
        wanted = search_words.narrow(wanted, asked.words)
    return _page(asked, wanted)


def _public():
    return ServiceRequest.objects.public()


def _page(asked, wanted):
    with planned_each_time(connection):
        rows = rows_of(_in_order(asked, ServiceRequest.objects.filter(_those(asked, wanted))))
        total, is_estimate = _total(asked, wanted, len(rows))
    return Page(rows, total, is_estimate)


def _those(asked, wanted):
    """Found in an index alone, so that those of the pages before need not be read."""
    ids = _in_order(asked, wanted).values("pk")
    return IsAnyOf("pk", ids[asked.offset : asked.offset + asked.page_size])


def _in_order(asked, requests):
    field = "changed_at" if asked.sort == UPDATED else "filed_at"
    sign = "-" if asked.is_descending else ""
    return requests.order_by(f"{sign}{field}", f"{sign}pk")


def _total(asked, wanted, here):
    """(how many, whether that is a guess). A page that is not full is the last one."""
    if 0 < here < asked.page_size or (not here and asked.page == 1):
        return asked.offset + here, False
    counted = wanted.order_by().values("pk")
    found = counted[: COUNTED + 1].count()
    if found <= COUNTED:
        return found, False
    return max(found, _guessed(counted)), True


def _guessed(requests):
    plan = json.loads(requests.explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def _narrowed(asked, requests):
    """All that is asked for but words."""
    requests = _placed(asked, _dated(asked, requests))
    if asked.kinds is not None:
        requests = requests.filter(IsAnyOf("category", asked.kinds))
    return requests.filter(STATUSES[asked.status]) if asked.status else requests


def _dated(asked, requests):
    bounds = {
        "filed_at__gte": asked.since,
        "filed_at__lte": asked.until,
        "changed_at__gte": asked.after,
        "changed_at__lte": asked.before,
    }
    return requests.filter(**{name: each for name, each in bounds.items() if each is not None})


def _placed(asked, requests):
    if asked.area:
        requests = asked.area.narrow(requests)
    if asked.circle:
        requests = requests.filter(_in_circle(asked.circle))
    return requests


def _in_circle(circle):
    """A degree of longitude, in which the map measures, is shorter far from the equator."""
    north = min(abs(circle.latitude), _FARTHEST_NORTH)
    degrees = circle.radius / _METERS / math.cos(math.radians(north))
    return InCircle(circle.latitude, circle.longitude, degrees)


def _page_of_found(asked, found: Found):
    """Of the thousand that changed last, where more than that say the words."""
    wanted = _public().filter(IsAnyOf("pk", found.ids))
    page = _page(asked, wanted)
    return page if found.is_all else replace(page, is_estimate=True)


@dataclass(frozen=True)
class _Sought:
    """As `requests_app.browsing.search` asks for words: what else its index knows, and what not."""

    asked: Asked
    zone = None
    state = ""

    def found(self):
        return Searches().of(self)

    @property
    def words(self):
        return self.asked.words

    @property
    def kinds(self):
        return self.asked.kinds

    @property
    def show(self):
        return self.asked.status or "all"

    @property
    def which(self):
        return STATUSES.get(self.asked.status, _EVERY)

    @property
    def first_moment(self):
        return max(filter(None, [self.asked.since, self.asked.after]), default=None)

    def query(self):
        return ""  # asked once

    def but(self, **_known):
        return self

    def narrow(self, requests):
        return _placed(self.asked, _dated(self.asked, requests))
