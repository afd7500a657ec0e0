"""The same base map as layers for Leaflet."""

import hashlib
import json

from django.utils.translation import get_language
from shapely.geometry import shape
from shapely.ops import polylabel

from city import cache
from city.base_map import drawing
from city.geo import parts_of
from city.models import Zone
from city.translation import translated


def layers() -> tuple[str, str]:
    """(content, JSON) of all layers for Leaflet: areas, zones, outline, streets; [lat, lng] points.

    The content hash names the answer, so that browsers may keep it for ever: the zones have their
    names in the active language, so each language has a hash of its own.
    """
    language, drawn = get_language(), _drawn()
    if language not in drawn:
        drawn[language] = _layers()
    return drawn[language]


@cache.remembered
def _drawn() -> dict[str, tuple[str, str]]:
    """The layers by language, filled in as they are asked for."""
    return {}


def _layers() -> tuple[str, str]:
    areas, _zones, outline, lines, _tree = drawing.figures()
    data = {
        "areas": [
            {"kind": kind, "rings": _lat_lng(figure)}
            for kind, figure in areas
            if kind in drawing.FILLS
        ],
        "depths": [_lat_lng_line(line) for line in drawing.depths()],
        "zones": [
            {
                "name": translated(zone.name),
                "at": _label_point(zone),
                "rings": _lat_lng(shape(zone.geometry)),
            }
            for zone in Zone.objects.active()
        ],
        "outline": _lat_lng(outline),
        "streets": [
            {
                "name": drawing.short(line.name),
                "main": line.is_main,
                "points": _lat_lng_line(line.figure),
            }
            for line in lines
        ],
    }
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16], text


def _lat_lng(figure) -> list[list[list]]:
    return [_lat_lng_line(part.exterior) for part in parts_of(figure, "Polygon")]


def _lat_lng_line(line) -> list[list]:
    return [[round(y, 5), round(x, 5)] for x, y in line.coords]


def _label_point(zone) -> list[float]:
    """Where a zone's name stands: the point deepest inside it, as [lat, lng]."""
    largest = max(parts_of(shape(zone.geometry), "Polygon"), key=lambda part: part.area)
    point = polylabel(largest, 0.0005)
    return [round(point.y, 5), round(point.x, 5)]
