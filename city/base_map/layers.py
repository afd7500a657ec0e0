"""The base map as layers for Leaflet."""

import hashlib
import json

from django.utils.translation import get_language
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel

from city import cache
from city.base_map import drawing
from city.geo import select_parts
from city.models import Zone
from city.translation import translate


def load_layers() -> tuple[str, str]:
    """Return (content hash, JSON) of all layers: areas, zones, outline, streets; [lat, lng] points.

    Browsers may cache the response for ever by its hash. Zone names are in the active language, so
    each language has its own hash.
    """
    language, drawn = get_language(), _layers_by_language()
    if language not in drawn:
        drawn[language] = _build_layers()
    return drawn[language]


@cache.cache_per_version
def _layers_by_language() -> dict[str, tuple[str, str]]:
    """Return a cached dict of (content hash, JSON text) by language, filled on demand."""
    return {}


def _build_layers() -> tuple[str, str]:
    """Return (content hash, JSON text) of the layers in the active language."""
    areas, _zones, outline, lines, _tree = drawing.load_figures()
    data = {
        "areas": [
            {"kind": kind, "rings": _list_rings(figure)}
            for kind, figure in areas
            if kind in drawing.FILLS
        ],
        "depths": [_list_points(line) for line in drawing.load_depth_lines()],
        "zones": [
            {
                "name": translate(zone.name),
                "at": _label_point(zone),
                "rings": _list_rings(shape(zone.geometry)),
            }
            for zone in Zone.objects.active()
        ],
        "outline": _list_rings(outline),
        "streets": [
            {
                "name": drawing.abbreviate_street(line.name),
                "main": line.is_main,
                "points": _list_points(line.figure),
            }
            for line in lines
        ],
    }
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16], text


def _list_rings(figure: BaseGeometry) -> list[list[list[float]]]:
    """Return the outer ring of each polygon of `figure`, as [lat, lng] points."""
    return [_list_points(part.exterior) for part in select_parts(figure, "Polygon")]


def _list_points(line: BaseGeometry) -> list[list[float]]:
    """Return the points of a line or ring as [lat, lng] with five decimals."""
    return [[round(y, 5), round(x, 5)] for x, y in line.coords]


def _label_point(zone: Zone) -> list[float]:
    """Return the position of a zone's name: the point deepest inside it, as [lat, lng]."""
    largest = max(select_parts(shape(zone.geometry), "Polygon"), key=lambda part: part.area)
    point = polylabel(largest, 0.0005)
    return [round(point.y, 5), round(point.x, 5)]
