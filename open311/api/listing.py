"""The requests of a list, in its order, and how many there are in all."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet, Value

from lib.postgresql.unindexed import UnindexedMoment
from open311.api.parameters import UPDATED, RequestQuery
from open311.representation import OPEN, STATUSES, annotate_originals, load_requests
from requests_app.browsing import search, search_words
from requests_app.browsing.area import Area
from requests_app.models import ApiKey, ServiceRequest
from requests_app.models.map_point import MapDistance

MAX_ROWS_COUNTED = 100_000  # beyond that many, their number is the planner's guess


@dataclass(frozen=True)
class Page:
    """`total` is of all pages; `is_estimate` where they were not counted to the end."""

    rows: list[ServiceRequest]
    total: int
    is_estimate: bool


def find_page(asked: RequestQuery, key: ApiKey | None = None) -> Page:
    """Find one page with at most four statements: rows, photos, words and the number.

    Private requests that were filed with `key` are found by their ids alone. Of words, the requests
    are those of the thousand that changed last, where more than that say them.
    """
    if asked.references == []:
        return Page([], 0, False)
    if asked.references:
        readable = ServiceRequest.objects.readable_by_key(key)
        return _count_page(asked, readable.filter(reference__any=asked.references))
    public = ServiceRequest.objects.public()
    if search_words.is_indexed(asked.words):
        matches = search.find(_SearchQuery(asked))
        rows = _find_rows(asked, public.filter(pk__any=matches.ids))
        return Page(rows, len(matches.ids), not matches.is_all)
    wanted = _filter_by_place(asked, _filter_by_dates(asked, public))
    if asked.kinds is not None:
        # One alone is asked for as the index has it, in whose order it then comes.
        one = asked.kinds[0] if len(asked.kinds) == 1 else None
        wanted = wanted.filter(Q(category=one) if one else Q(category__any=asked.kinds))
    if asked.wanted_status:
        wanted = wanted.filter(STATUSES[asked.wanted_status])
    if asked.words:
        wanted = search_words.narrow(wanted, asked.words)
    return _count_page(asked, wanted)


def _count_page(asked: RequestQuery, wanted: QuerySet) -> Page:
    """Find the rows, and count those of all pages. A page that is not full is the last one."""
    rows = _find_rows(asked, wanted)
    if 0 < len(rows) < asked.page_size or (not rows and asked.page == 1):
        return Page(rows, asked.offset + len(rows), False)
    ids = _order_requests(asked, wanted).values("pk")  # in whose order an index has them
    total = ids[: MAX_ROWS_COUNTED + 1].count()
    if total <= MAX_ROWS_COUNTED:
        return Page(rows, total, False)
    plan = json.loads(wanted.order_by().values("pk").explain(format="json"))
    return Page(rows, max(total, int(plan[0]["Plan"]["Plan Rows"])), True)


def _find_rows(asked: RequestQuery, wanted: QuerySet) -> list[ServiceRequest]:
    """Find the page in an index alone, so that the requests of the pages before are not read."""
    ids = _order_requests(asked, wanted).values("pk")[asked.offset : asked.offset + asked.page_size]
    found = _order_requests(asked, ServiceRequest.objects.filter(Q(pk__any=ids)))
    return load_requests(list(annotate_originals(found)))


def _order_requests(asked: RequestQuery, requests: QuerySet) -> QuerySet:
    """Order the requests. Open ones are sorted where all times are asked for.

    They are few then: nearly all that changed since long ago is closed by now.
    """
    moment: F | UnindexedMoment = F("changed_at" if asked.sort == UPDATED else "filed_at")
    if asked.wanted_status == OPEN and asked.since is None:
        moment = UnindexedMoment(moment)
    if asked.is_descending:
        return requests.order_by(moment.desc(), "-pk")
    return requests.order_by(moment.asc(), "pk")


def _filter_by_dates(asked: RequestQuery, requests: QuerySet) -> QuerySet:
    bounds = {
        "filed_at__gte": asked.since,
        "filed_at__lte": asked.until,
        "changed_at__gte": asked.after,
        "changed_at__lte": asked.before,
    }
    return requests.filter(**{name: each for name, each in bounds.items() if each is not None})


def _filter_by_place(asked: RequestQuery, requests: QuerySet) -> QuerySet:
    if asked.area:
        requests = _filter_by_area(asked.area, requests, is_led=asked.is_led_by_filing)
    if circle := asked.circle:
        requests = _filter_by_area(circle.bounding_area, requests, is_led=asked.is_led_by_filing)
        away = MapDistance(circle.latitude, circle.longitude)
        requests = requests.alias(away=away).filter(away__lte=circle.radius_degrees)
    return requests


def _filter_by_area(area: Area, requests: QuerySet, *, is_led: bool) -> QuerySet:
    """Narrow the requests to an area; without its index where the time of filing leads to fewer."""
    if not is_led:
        return area.narrow(requests)
    edges = requests.alias(lat=F("latitude") + Value(0), lng=F("longitude") + Value(0))
    return edges.filter(lat__range=(area.south, area.north), lng__range=(area.west, area.east))


class _SearchQuery:
    """The query as `requests_app.browsing.search` asks for words: what else its index knows."""

    zone = None
    state = ""

    def __init__(self, asked: RequestQuery) -> None:
        self.asked, self.words, self.kinds = asked, asked.words, asked.kinds
        self.show = asked.wanted_status or "all"
        self.which = STATUSES.get(asked.wanted_status)
        self.first_moment: datetime | None = max(
            filter(None, [asked.since, asked.after]), default=None
        )

    def narrow_to_days_and_area(self, requests: QuerySet) -> QuerySet:
        return _filter_by_place(self.asked, _filter_by_dates(self.asked, requests))
