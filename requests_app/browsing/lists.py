"""Lists of requests on other pages: what goes on in the city, and this device's own."""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import Case, Q, Sum, When

from city.base_map import pins_page
from city.cache import remembered
from city.models import Category
from requests_app.browsing import orders
from requests_app.browsing.rows import in_order, latest_news, ready, row
from requests_app.browsing.states import FIXED, pin_of
from requests_app.models import CategoryCount, Device, ServiceRequest
from requests_app.status import OPEN, Status
from requests_app.timeline import badge
from santa311.lib import clock

NEARBY = 5
POPULAR = 6
PINS = 60
FIXED_LATELY = timedelta(days=7)
COUNTED_FOR = 10  # s: everybody reads the same number


def home_page(request, here=None) -> dict:
    """`here` is (latitude, longitude) of whoever looks, where they said so."""
    public = ServiceRequest.objects.public()
    latest = latest_news(_going_on(public))
    ids = orders.of(orders.NEAR, here).ordered(_going_on(public)) if here else latest
    mine, mine_count = _mine(request), 0
    if request.device_key:
        mine_count = mine.count()
    return {
        "popular": _popular(),
        "mine": [row(one, badge.for_reporter) for one in ready(mine[:2])] if mine_count else [],
        "mine_count": mine_count,
        "open_count": cache.get_or_set("open_count", _open_count, COUNTED_FOR),
        "nearby": [row(one) for one in in_order(list(ids.values_list("pk", flat=True)[:NEARBY]))],
        "is_near": here is not None,
        "city_map": pins_page.of_city(pins(latest[:PINS])),
    }


def _open_count():
    rows = CategoryCount.objects.filter(status__in=OPEN)
    return rows.aggregate(n=Sum("n", default=0))["n"]


@remembered
def _popular():
    return list(Category.objects.popular()[:POPULAR])


def mine_page(request) -> dict:
    """What this device reported, and what it follows, latest news first."""
    if not request.device_key:
        return {"mine": [], "followed": []}
    followed = ServiceRequest.objects.public().filter(
        followers__device__key_hash=Device.hash_of(request.device_key)
    )
    return {
        "mine": [row(one, badge.for_reporter) for one in ready(_mine(request)[:100])],
        "followed": [row(one) for one in ready(latest_news(followed)[:100])],
    }


def pins(requests) -> list[tuple[float, float, str]]:
    """(latitude, longitude, kind) of each request that has a place."""
    rows = requests.values_list("latitude", "longitude", "status", "outcome")
    return [
        (float(lat), float(lng), pin_of(status, outcome))
        for lat, lng, status, outcome in rows
        if lat is not None
    ]


def _mine(request):
    """What this browser reported: first what waits for an answer, then the latest news."""
    asks = Q(status__in=[Status.COMPLETED, Status.AWAITING_RESIDENT])
    key_hash = Device.hash_of(request.device_key)
    mine = ServiceRequest.objects.filter(reporter_sessions__device__key_hash=key_hash)
    return mine.annotate(turn=Case(When(asks, then=0), default=1)).order_by(
        "turn", "-changed_at", "-pk"
    )


def _going_on(public):
    lately = clock.now() - FIXED_LATELY
    return public.filter(Q(status__in=OPEN) | FIXED & Q(changed_at__gte=lately))
