"""The data of the map with JavaScript, requested whenever it is moved."""

import math
from typing import Any

from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils.translation import gettext as _

from requests_app.browsing import grid
from requests_app.browsing.area import Area, city_area
from requests_app.browsing.filters import Filters
from requests_app.browsing.grid import Cluster, Pin
from requests_app.errors import InvalidInput

DEFAULT_ZOOM = 13.0


def answer_map_data(request: HttpRequest) -> JsonResponse:
    """Return the data of `build_map_data` as JSON; 422 with a `message` for malformed input."""
    try:
        return JsonResponse(build_map_data(request.GET))
    except InvalidInput as problem:
        return JsonResponse({"message": str(problem.message)}, status=problem.status_code)


def build_map_data(query: QueryDict) -> dict[str, Any]:
    """Return `rings` (clusters), `pins` and `is_capped` for a GET with filters, `bbox` and `zoom`.

    `bbox` is west,south,east,north in degrees; the default is the whole city. The filter `area` is
    ignored, so that the map shows requests around it. Raise InvalidInput if `bbox` or `zoom` is
    malformed.
    """
    filters = Filters.from_query(query).replace(area=None)
    counted = grid.count_on_grid(
        filters, _parse_bbox(query.get("bbox", "")), _parse_zoom(query.get("zoom", ""))
    )
    clusters, pins = counted.load_marks(filters)
    return {
        "rings": [
            {"at": _rounded_point(cluster), "n": cluster.n, "area": str(cluster.area)}
            for cluster in clusters
        ],
        "pins": [
            {
                "at": _rounded_point(pin),
                "kind": pin.kind,
                "reference": pin.reference,
                "name": pin.name,
                "words": pin.status_text,
                "supporters": pin.formatted_supporters,
            }
            for pin in pins
        ],
        "is_capped": counted.is_capped,
    }


def _rounded_point(mark: Pin | Cluster) -> list[float]:
    """Return [latitude, longitude], rounded to six decimals."""
    return [round(mark.latitude, 6), round(mark.longitude, 6)]


def _parse_bbox(text: str) -> Area:
    """Return the area in `text`; that of the city for "". Raise InvalidInput if malformed."""
    if not text:
        return city_area()
    area = Area.parse(text)
    if area is None:
        raise InvalidInput("bbox", _("An area has four numbers: west, south, east, north."))
    return area


def _parse_zoom(text: str) -> float:
    """Return the zoom, clamped to ZOOM_RANGE; DEFAULT_ZOOM for "".

    Raise InvalidInput if it is not a finite number.
    """
    try:
        zoom = float(text[:20]) if text else DEFAULT_ZOOM
    except ValueError:
        zoom = math.nan
    if not math.isfinite(zoom):
        raise InvalidInput("zoom", _("A zoom is a number from 8 to 20."))
    least, most = grid.ZOOM_RANGE
    return min(most, max(least, zoom))
