"""The requests of a list, in its order, and how many there are in all."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet, Value

from city.models import Zone
from lib.postgresql.unindexed import UnindexedMoment
from open311.api.parameters import UPDATED, RequestQuery
from open311.representation import OPEN, STATUSES, annotate_originals, load_requests
from requests_app.browsing import search, search_words
from requests_app.browsing.area import Area
from requests_app.models import ApiKey, ServiceRequest
from requests_app.models.map_point import MapDistance

MAX_ROWS_COUNTED = 100_000  # above it, the total is the planner's estimate


@dataclass(frozen=True)
class Page:
    """A page; `total` counts the requests of all pages, `is_estimate` if it is not exact."""

    rows: list[ServiceRequest]
    total: int
    is_estimate: bool


def find_page(asked: RequestQuery, key: ApiKey | None = None) -> Page:
    """Return a Page (rows, total of all pages, is_estimate), found with at most four statements.

    With references, the filters are ignored, and private requests that were filed with `key` are
    included; an empty list of references gives an empty page. If too many requests have the words
    searched for, the page is of those that changed last, and `is_estimate` is True.
    """
    if asked.references == []:
        return Page([], 0, False)
    if asked.references:
        readable = ServiceRequest.objects.readable_by_key(key)
        return _count_page(asked, readable.filter(reference__any=asked.references))
    public = ServiceRequest.objects.public()
    if search_words.has_only_indexed_words(asked.words):
        matches = search.search_requests(_SearchQuery(asked))
        rows = _find_rows(asked, public.filter(pk__any=matches.ids))
        return Page(rows, len(matches.ids), not matches.is_complete)
    wanted = _filter_by_place(asked, _filter_by_dates(asked, public))
    if asked.kinds is not None:
        # A single category is compared by equality, so that its index gives the order.
        one = asked.kinds[0] if len(asked.kinds) == 1 else None
        wanted = wanted.filter(Q(category=one) if one else Q(category__any=asked.kinds))
    if asked.wanted_status:
        wanted = wanted.filter(STATUSES[asked.wanted_status])
    if asked.words:
        wanted = search_words.narrow_to_words(wanted, asked.words)
    return _count_page(asked, wanted)


def _count_page(asked: RequestQuery, wanted: QuerySet) -> Page:
    """Return the page: its rows, the number of all, and if it is an estimate (> MAX_ROWS_COUNTED).

    A page that is not full, but has rows or is the first, is the last one; then nothing is counted.
    """
    rows = _find_rows(asked, wanted)
    if 0 < len(rows) < asked.page_size or (not rows and asked.page == 1):
        return Page(rows, asked.offset + len(rows), False)
    ids = _order_requests(asked, wanted).values("pk")  # in the order of an index
    total = ids[: MAX_ROWS_COUNTED + 1].count()
    if total <= MAX_ROWS_COUNTED:
        return Page(rows, total, False)
    plan = json.loads(wanted.order_by().values("pk").explain(format="json"))
    return Page(rows, max(total, int(plan[0]["Plan"]["Plan Rows"])), True)


def _find_rows(asked: RequestQuery, wanted: QuerySet) -> list[ServiceRequest]:
    """Return the loaded requests of the page.

    The page is found in an index alone, so that the requests of the pages before are not read.
    """
    ids = _order_requests(asked, wanted).values("pk")[asked.offset : asked.offset + asked.page_size]
    found = _order_requests(asked, ServiceRequest.objects.filter(Q(pk__any=ids)))
    return load_requests(list(annotate_originals(found)))


def _order_requests(asked: RequestQuery, requests: QuerySet) -> QuerySet:
    """Return the requests in the order asked for, by time and then by id.

    Open ones are sorted without an index if all times are asked for: they are few then, because
    nearly all that changed long ago is closed.
    """
    moment: F | UnindexedMoment = F("changed_at" if asked.sort == UPDATED else "filed_at")
    if asked.wanted_status == OPEN and asked.since is None:
        moment = UnindexedMoment(moment)
    if asked.is_descending:
        return requests.order_by(moment.desc(), "-pk")
    return requests.order_by(moment.asc(), "pk")


def _filter_by_dates(asked: RequestQuery, requests: QuerySet) -> QuerySet:
    """Return the requests within the given bounds, both included; all without bounds."""
    bounds = {
        "filed_at__gte": asked.since,
        "filed_at__lte": asked.until,
        "changed_at__gte": asked.after,
        "changed_at__lte": asked.before,
    }
    return requests.filter(**{name: each for name, each in bounds.items() if each is not None})


def _filter_by_place(asked: RequestQuery, requests: QuerySet) -> QuerySet:
    """Return the requests in the area and in the circle, as far as these are given."""
    if asked.area:
        requests = _filter_by_area(asked.area, requests, is_led=asked.is_led_by_filing)
    if circle := asked.circle:
        requests = _filter_by_area(circle.bounding_area, requests, is_led=asked.is_led_by_filing)
        away = MapDistance(circle.latitude, circle.longitude)
        requests = requests.alias(away=away).filter(away__lte=circle.radius_degrees)
    return requests


def _filter_by_area(area: Area, requests: QuerySet, *, is_led: bool) -> QuerySet:
    """Return the requests in an area. With `is_led` the area's index is not used.

    The index of filing times then leads to fewer requests.
    """
    if not is_led:
        return area.narrow_requests(requests)
    edges = requests.alias(lat=F("latitude") + Value(0), lng=F("longitude") + Value(0))
    return edges.filter(lat__range=(area.south, area.north), lng__range=(area.west, area.east))


class _SearchQuery:
    """The query as the `SearchQuery` of `requests_app.browsing.search`."""

    zone: Zone | None = None
    state = ""

    def __init__(self, asked: RequestQuery) -> None:
        self.asked, self.words, self.category_ids = asked, asked.words, asked.kinds
        self.show = asked.wanted_status or "all"
        self.status_condition = STATUSES.get(asked.wanted_status, Q())
        self.since_moment: datetime | None = max(
            filter(None, [asked.since, asked.after]), default=None
        )

    def narrow_to_days_and_area(self, requests: QuerySet) -> QuerySet:
        """Return the requests within the bounds of time and place of the query."""
        return _filter_by_place(self.asked, _filter_by_dates(self.asked, requests))
