"""Lists of requests: this device's own, what goes on in the city, and the public list."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Case, Prefetch, Q, When
from django.urls import reverse

from city.models import Category, Zone
from city.words import said
from requests_app import badge
from requests_app.badge import Badge
from requests_app.models import Device, Photo, ServiceRequest
from requests_app.pages import maps
from requests_app.status import OPEN, Outcome, Status
from santa311.lib import clock

PER_PAGE = 20
NEARBY = 5
PINS = 60
MOST_PINS = 200
FIXED_LATELY = timedelta(days=7)
_NAMED = ("category__group", "department", "hold_reason", "decline_reason", "agency")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")
_DONE = Q(status=Status.COMPLETED) | Q(outcome__in=[Outcome.CONFIRMED, Outcome.UNANSWERED])
_SHOWN = {"open": Q(status__in=OPEN), "fixed": _DONE, "all": Q()}


@dataclass(frozen=True)
class Row:
    """One line of a list: the request, how it stands, and its first photo if there is one."""

    service_request: ServiceRequest
    badge: Badge
    photo: Photo | None

    @property
    def latitude(self) -> str:
        return "" if self.service_request.latitude is None else str(self.service_request.latitude)

    @property
    def longitude(self) -> str:
        return "" if self.service_request.longitude is None else str(self.service_request.longitude)


@dataclass(frozen=True)
class Filters:
    """What the public list was asked for; anything unknown counts as not asked."""

    show: str
    category: Category | None
    zone: Zone | None
    words: str

    @classmethod
    def from_query(cls, query, words) -> "Filters":
        """`query` is a request's GET, `words` the cleaned text to look for."""
        show = query.get("show", "open")
        code, slug = query.get("category", "")[:60], query.get("zone", "")[:60]
        return cls(
            show if show in _SHOWN else "open",
            Category.objects.filter(service_code=_plain(code)).first() if code else None,
            Zone.objects.filter(slug=_plain(slug)).first() if slug else None,
            words,
        )

    def narrow(self, requests):
        if self.category:
            requests = requests.filter(category=self.category)
        if self.zone:
            requests = requests.in_zone(self.zone)
        if self.words:
            word = self.words
            requests = requests.filter(
                Q(location_text__icontains=word)
                | Q(description__icontains=word)
                | Q(category__name__icontains=word)
            )
        return requests


def home_page(request) -> dict:
    public = ServiceRequest.objects.public()
    mine, mine_count = _mine(request), 0
    if request.device_key:
        mine_count = mine.count()
    return {
        "popular": Category.objects.popular()[:6],
        "mine": [_row(row, badge.for_reporter) for row in _ready(mine)[:2]] if mine_count else [],
        "mine_count": mine_count,
        "open_count": public.open().count(),
        "nearby": [_row(row) for row in _ready(_latest_news(_going_on(public)))[:NEARBY]],
        "city_map": maps.of_city(pins(_latest_news(_going_on(public))[:PINS])),
    }


def mine_page(request) -> dict:
    """What this device reported, and what it follows, latest news first."""
    if not request.device_key:
        return {"mine": [], "followed": []}
    followed = ServiceRequest.objects.public().filter(
        followers__device__key_hash=Device.hash_of(request.device_key)
    )
    return {
        "mine": [_row(row, badge.for_reporter) for row in _ready(_mine(request))[:100]],
        "followed": [_row(row) for row in _ready(_latest_news(followed))[:100]],
    }


def list_page(query, words) -> dict:
    """The public list for a request's GET; one page of it, and the pins of all it shows."""
    filters = Filters.from_query(query, words)
    public = filters.narrow(ServiceRequest.objects.public())
    shown = _latest_news(public.filter(_SHOWN[filters.show]))
    page = list(_ready(_before(shown, query.get("before", "")))[: PER_PAGE + 1])
    more = len(page) > PER_PAGE
    counts = {name: public.filter(which).count() for name, which in _SHOWN.items()}
    points = _points(shown[:MOST_PINS])
    return {
        "filters": filters,
        "rows": [_row(row) for row in page[:PER_PAGE]],
        "next": _cursor(page[PER_PAGE - 1]) if more else "",
        "counts": counts,
        "total": counts[filters.show],
        "per_page": PER_PAGE,
        "points": points,
        "city_map": maps.of_city([point[:3] for point in points]),
        "categories": Category.objects.active().select_related("group"),
        "zones": Zone.objects.active(),
    }


def pins(requests) -> list[tuple[float, float, str]]:
    """(latitude, longitude, kind) of each request that has a place."""
    return [point[:3] for point in _points(requests)]


def _points(requests):
    """(latitude, longitude, kind, address, name) of each request that has a place."""
    rows = requests.values_list("latitude", "longitude", "status", "reference", "category__name")
    return [
        (
            float(lat),
            float(lng),
            _pin(status),
            reverse("service_request", args=[reference]),
            said(name),
        )
        for lat, lng, status, reference, name in rows
        if lat is not None
    ]


def _pin(status):
    if status in (Status.COMPLETED, Status.CLOSED):
        return "fixed"
    return "working" if status == Status.IN_PROGRESS else "reported"


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
    return public.filter(Q(status__in=OPEN) | _DONE & Q(changed_at__gte=lately))


def _latest_news(requests):
    return requests.order_by("-changed_at", "-pk")


def _ready(requests):
    """With everything a row shows, in two queries."""
    photos = Photo.objects.filter(
        kind=Photo.Kind.REPORT, state=Photo.State.READY, is_hidden=False
    ).order_by("position", "uploaded_at")
    return requests.select_related(*_NAMED).prefetch_related(
        Prefetch("photos", photos, to_attr="shown_photos")
    )


def _row(row, stand=badge.for_others):
    return Row(row, stand(row), row.shown_photos[0] if row.shown_photos else None)


def _before(requests, cursor):
    match = _CURSOR.fullmatch(cursor)
    if not match:
        return requests
    moment = _EPOCH + timedelta(microseconds=int(match[1]))
    return requests.filter(Q(changed_at__lt=moment) | Q(changed_at=moment, pk__lt=int(match[2])))


def _cursor(row) -> str:
    return f"{(row.changed_at - _EPOCH) // timedelta(microseconds=1)}-{row.pk}"


def _plain(text):
    """PostgreSQL stores no NUL, so nothing has that name."""
    return text.replace("\0", "")
