"""Contexts of the home page and of “My requests”."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Q, QuerySet, Sum, When

from city.base_map import request_maps
from city.cache import cache_per_version
from city.models import Category
from lib import clock
from requests_app.browsing import orders
from requests_app.browsing.rows import (
    annotate_supporters,
    build_row,
    load_in_id_order,
    load_with_photos,
    order_by_latest_update,
)
from requests_app.browsing.states import FIXED, pin_shape
from requests_app.models import CategoryCount, Device, Draft, ServiceRequest
from requests_app.status import OPEN_STATUSES, Status
from requests_app.timeline import badge

MAX_NEARBY = 5
MAX_POPULAR = 6
MAX_PINS = 60
RECENTLY_FIXED = timedelta(days=7)
MAX_OWN = 2


def build_home_context(request, point: tuple[float, float] | None = None) -> dict[str, Any]:
    """Return the home page's context; `point` is the visitor's (latitude, longitude) if known.

    `mine` (MAX_OWN at most, `mine_count` in all) and `nearby` are RequestRows; without a point,
    `nearby` are the latest updates and `is_near` is False. The others are `popular` (categories),
    `open_count`, `city_map` (SVG) and `draft`.
    """
    latest = list(_find_latest(clock.now()))
    shown, mine_count, draft = [], 0, None
    if request.device_key:
        mine = annotate_supporters(_find_own_requests(request))
        shown = [build_row(one, badge.reporter_badge) for one in load_with_photos(mine[:MAX_OWN])]
        mine_count = mine.count() if len(shown) == MAX_OWN else len(shown)
        draft = Draft.find_resumable(request.device_key)
    ids = _find_nearest_ids(point) if point else [pk for pk, *_place in latest[:MAX_NEARBY]]
    nearby = [build_row(one) for one in load_in_id_order(ids)]
    return {
        "mine": shown,
        "mine_count": mine_count,
        "nearby": nearby,
        "is_near": point is not None,
        "popular": _popular_categories(),
        "open_count": _count_open(),
        "city_map": request_maps.render_city_map(_build_pins(latest)),
        "draft": draft,
    }


def _find_latest(now: datetime) -> QuerySet:
    """Return (id, latitude, longitude, status, outcome) of current requests, last updated first.

    MAX_PINS at most.
    """
    rows = order_by_latest_update(_filter_current(ServiceRequest.objects.public(), now))
    return rows.values_list("pk", "latitude", "longitude", "status", "outcome")[:MAX_PINS]


def _find_nearest_ids(point: tuple[float, float]) -> list[int]:
    """Return the ids of the MAX_NEARBY public requests nearest to `point`, nearest first.

    Only open and recently fixed requests (`_filter_current`). `point` is (latitude, longitude).
    """
    going_on = _filter_current(ServiceRequest.objects.public(), clock.now())
    return list(
        orders.build_order(orders.NEAR, point)
        .sort(going_on)
        .values_list("pk", flat=True)[:MAX_NEARBY]
    )


def _count_open() -> int:
    """Return the number of open public requests, from kept counts."""
    rows = CategoryCount.objects.filter(status__in=OPEN_STATUSES)
    return rows.aggregate(n=Sum("n", default=0))["n"]


@cache_per_version
def _popular_categories() -> list[Category]:
    """Return at most MAX_POPULAR of the offered categories with `is_popular`."""
    return list(Category.objects.popular()[:MAX_POPULAR])


def build_my_requests_context(request) -> dict[str, Any]:
    """Return the context of “My requests”: `unfinished_draft`, `mine` and `followed`.

    The requests are RequestRows, the latest update first, 100 of each at most; own ones that wait
    for an answer come before others. A browser without a key has none.
    """
    if not request.device_key:
        return {"unfinished_draft": None, "mine": [], "followed": []}
    followed = ServiceRequest.objects.public().filter(
        followers__device__key_hash=Device.hash_key(request.device_key)
    )
    return {
        "unfinished_draft": Draft.find_resumable(request.device_key),
        "mine": [
            build_row(one, badge.reporter_badge)
            for one in load_with_photos(annotate_supporters(_find_own_requests(request))[:100])
        ],
        "followed": [
            build_row(one)
            for one in load_with_photos(order_by_latest_update(annotate_supporters(followed))[:100])
        ],
    }


def _build_pins(latest: Iterable[tuple]) -> list[tuple[float, float, str]]:
    """Return (latitude, longitude, kind) of each request that has a location."""
    return [
        (float(lat), float(lng), pin_shape(status, outcome))
        for _pk, lat, lng, status, outcome in latest
        if lat is not None
    ]


def _find_own_requests(request) -> QuerySet[ServiceRequest]:
    """Return this device's requests, those to answer or to check first, then by latest update."""
    asks = Q(status__in=[Status.COMPLETED, Status.AWAITING_RESIDENT])
    key_hash = Device.hash_key(request.device_key)
    mine = ServiceRequest.objects.filter(reporter_sessions__device__key_hash=key_hash)
    return mine.annotate(turn=Case(When(asks, then=0), default=1)).order_by(
        "turn", "-changed_at", "-pk"
    )


def _filter_current(public: QuerySet[ServiceRequest], now: datetime) -> QuerySet[ServiceRequest]:
    """Return the requests that are open, or finished and changed within RECENTLY_FIXED."""
    return public.filter(
        Q(status__in=OPEN_STATUSES) | FIXED & Q(changed_at__gte=now - RECENTLY_FIXED)
    )
