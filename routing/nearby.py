"""Requests of the same kind around a place."""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from city import geo
from requests_app import badge
from requests_app.badge import Badge
from requests_app.models import ServiceRequest
from requests_app.status import OPEN, Status
from routing.queue import with_pictures
from santa311.lib import clock

LEAST_RADIUS = 200  # metres
LATELY = timedelta(days=30)
MOST = 5
_METRES_PER_DEGREE = 111_320.0
_FEET = 3.28084


@dataclass(frozen=True)
class Similar:
    """A request like the one that is read; `metres` away."""

    service_request: ServiceRequest
    metres: float
    badge: Badge

    @property
    def distance(self) -> str:
        return said_distance(self.metres)

    @property
    def pin(self) -> tuple[float, float, str]:
        """(latitude, longitude, kind) for the base map."""
        status = self.service_request.status
        done = status in {Status.COMPLETED, Status.CLOSED}
        kind = "working" if status == Status.IN_PROGRESS else "reported"
        return (*self.service_request.coordinates, "fixed" if done else kind)


def similar(service_request) -> list[Similar]:
    """Open ones and those of the last 30 days in the same group of categories, nearest first."""
    if service_request.coordinates is None:
        return []
    radius = max(LEAST_RADIUS, service_request.category.radius_m)
    since = clock.now() - LATELY
    rows = (
        ServiceRequest.objects.filter(_box(service_request.coordinates, radius))
        .filter(Q(status__in=OPEN) | Q(filed_at__gte=since))
        .filter(category__group=service_request.category.group_id, is_hidden=False)
        .exclude(pk=service_request.pk)
        .exclude(status=Status.CLOSED, duplicate_of__isnull=False)
        .select_related("hold_reason", "decline_reason", "agency")
        .order_by("-filed_at")
    )
    found = [_measured(row, service_request) for row in with_pictures(rows)[:100]]
    return sorted((one for one in found if one.metres <= radius), key=lambda one: one.metres)[:MOST]


def _measured(row, service_request):
    metres = geo.distance_m(row.coordinates, service_request.coordinates)
    return Similar(row, metres, badge.for_others(row))


def _box(place, metres) -> Q:
    """At least `metres` around (latitude, longitude), as two ranges that an index can use."""
    lat, lng = place
    north = metres / _METRES_PER_DEGREE
    east = north / max(0.01, math.cos(math.radians(lat)))
    return Q(latitude__range=(lat - north, lat + north), longitude__range=(lng - east, lng + east))


def said_distance(metres) -> str:
    """As people of the language measure: 110 ft · 34 m."""
    if get_language().startswith("en"):
        return _("%(n)s ft") % {"n": round(metres * _FEET / 10) * 10}
    return _("%(n)s m") % {"n": round(metres / 5) * 5}
