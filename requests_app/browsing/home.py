"""The home page, and “My requests”: what is going on in the city, and this device's own."""

from datetime import timedelta

from django.db.models import Case, Q, QuerySet, Sum, When

from city.base_map import request_maps
from city.cache import cache_per_version
from city.models import Category
from lib import clock
from requests_app.browsing import orders
from requests_app.browsing.rows import in_order, latest_news, ready, row
from requests_app.browsing.states import FIXED, pin_of
from requests_app.models import CategoryCount, Device, Draft, ServiceRequest
from requests_app.status import OPEN_STATUSES, Status
from requests_app.timeline import badge

NEARBY = 5
POPULAR = 6
PINS = 60
FIXED_LATELY = timedelta(days=7)
MINE = 2


def home_page(request, here=None) -> dict:
    """`here` is (latitude, longitude) of whoever looks, where they said so."""
    latest = list(_latest(clock.now()))
    shown, mine_count, draft = [], 0, None
    if request.device_key:
        mine = _mine(request)
        shown = [row(one, badge.reporter_badge) for one in ready(mine[:MINE])]
        mine_count = mine.count() if len(shown) == MINE else len(shown)
        draft = Draft.find_resumable(request.device_key)
    ids = _nearest(here) if here else [pk for pk, *_place in latest[:NEARBY]]
    nearby = [row(one) for one in in_order(ids)]
    return {
        "mine": shown,
        "mine_count": mine_count,
        "nearby": nearby,
        "is_near": here is not None,
        "popular": _popular(),
        "open_count": _open_count(),
        "city_map": request_maps.render_city_map(_pins(latest)),
        "draft": draft,
    }


def _latest(now) -> QuerySet:
    """(id, latitude, longitude, status, outcome)"""
    rows = latest_news(_going_on(ServiceRequest.objects.public(), now))
    return rows.values_list("pk", "latitude", "longitude", "status", "outcome")[:PINS]


def _nearest(here) -> list:
    going_on = _going_on(ServiceRequest.objects.public(), clock.now())
    return list(
        orders.of(orders.NEAR, here).ordered(going_on).values_list("pk", flat=True)[:NEARBY]
    )


def _open_count() -> int:
    rows = CategoryCount.objects.filter(status__in=OPEN_STATUSES)
    return rows.aggregate(n=Sum("n", default=0))["n"]


@cache_per_version
def _popular() -> list:
    return list(Category.objects.popular()[:POPULAR])


def mine_page(request) -> dict:
    """What this device reported, and what it follows, latest news first; and what it began."""
    if not request.device_key:
        return {"unfinished": None, "mine": [], "followed": []}
    followed = ServiceRequest.objects.public().filter(
        followers__device__key_hash=Device.hash_key(request.device_key)
    )
    return {
        "unfinished": Draft.find_resumable(request.device_key),
        "mine": [row(one, badge.reporter_badge) for one in ready(_mine(request)[:100])],
        "followed": [row(one) for one in ready(latest_news(followed)[:100])],
    }


def _pins(latest) -> list[tuple[float, float, str]]:
    """(latitude, longitude, kind) of each request that has a place."""
    return [
        (float(lat), float(lng), pin_of(status, outcome))
        for _pk, lat, lng, status, outcome in latest
        if lat is not None
    ]


def _mine(request) -> QuerySet:
    """What this browser reported: first what waits for an answer, then the latest news."""
    asks = Q(status__in=[Status.COMPLETED, Status.AWAITING_RESIDENT])
    key_hash = Device.hash_key(request.device_key)
    mine = ServiceRequest.objects.filter(reporter_sessions__device__key_hash=key_hash)
    return mine.annotate(turn=Case(When(asks, then=0), default=1)).order_by(
        "turn", "-changed_at", "-pk"
    )


def _going_on(public, now) -> QuerySet:
    return public.filter(
        Q(status__in=OPEN_STATUSES) | FIXED & Q(changed_at__gte=now - FIXED_LATELY)
    )
