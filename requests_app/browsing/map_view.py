"""What the live map asks for whenever it was moved."""

import math

from django.utils.translation import gettext as _

from requests_app.browsing import grid
from requests_app.browsing.area import Area, whole_city
from requests_app.browsing.filters import Filters
from requests_app.errors import InvalidInput

ZOOM = 13.0


def map_answer(query) -> dict:
    """Rings and pins for a GET with the list's filters, a `bbox` (west,south,east,north in
    degrees; without it the whole city) and a `zoom`. InvalidInput where these make no sense.

    The list's `area` counts for the list only: around it the map goes on.
    """
    filters = Filters.from_query(query).but(area=None)
    counted = grid.counted(filters, _bbox(query.get("bbox", "")), _zoom(query.get("zoom", "")))
    rings, pins = counted.marks(filters)
    return {
        "rings": [{"at": _at(ring), "n": ring.n, "area": str(ring.area)} for ring in rings],
        "pins": [
            {
                "at": _at(pin),
                "kind": pin.kind,
                "reference": pin.reference,
                "name": pin.name,
                "words": pin.words,
            }
            for pin in pins
        ],
        "is_capped": counted.is_capped,
    }


def _at(mark) -> list:
    return [round(mark.latitude, 6), round(mark.longitude, 6)]


def _bbox(text) -> Area:
    if not text:
        return whole_city()
    area = Area.of(text)
    if area is None:
        raise InvalidInput("bbox", _("An area has four numbers: west, south, east, north."))
    return area


def _zoom(text) -> float:
    try:
        zoom = float(text[:20]) if text else ZOOM
    except ValueError:
        zoom = math.nan
    if not math.isfinite(zoom):
        raise InvalidInput("zoom", _("A zoom is a number from 8 to 20."))
    least, most = grid.ZOOMS
    return min(most, max(least, zoom))
