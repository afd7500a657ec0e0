"""The pack's GeoJSON: read, checked as figures, and joined to the service area's outline."""

import json
import math
import re
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from city.pack.cells import slug
from city.pack.read import read_text
from city.pack.report import Report

FAR = 2.0  # degrees; whatever lies farther from the map's center was typed wrongly
SLIVER_M2 = 25.0  # overlaps and gaps up to this size come from rounding
GRID = 1e-6  # degrees, about 10 cm
M2_PER_DEGREE2 = 111_320.0**2
AREAS = {"Polygon", "MultiPolygon"}


class Feature(NamedTuple):
    line: int
    properties: dict
    geometry: dict
    figure: shapely.Geometry


def read_features(
    report: Report, path: Path, center, kinds=frozenset(AREAS), *, optional=False
) -> list[Feature]:
    """The sound features of a GeoJSON file; every unsound one is reported with its line.

    `center` is the map's (lat, lng), by which swapped coordinates are recognized; None if unknown.
    """
    content = read_text(report, path, optional=optional)
    if content is None:
        return []
    try:
        collection = json.loads(content)
    except json.JSONDecodeError as error:
        report.problem(path.name, error.lineno, f"this is not JSON: {error.msg}")
        return []
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        report.problem(path.name, 1, "it must be a GeoJSON FeatureCollection")
        return []
    lines = _lines_of_features(content, len(features))
    read = [
        _read(report, path.name, line, feature, center, kinds)
        for line, feature in zip(lines, features, strict=True)
    ]
    return [feature for feature in read if feature]


def _lines_of_features(content, count):
    starts = [found.start() for found in re.finditer(r'"type"\s*:\s*"Feature"', content)]
    starts += [0] * (count - len(starts))
    return [content.count("\n", 0, start) + 1 for start in starts[:count]]


def _read(report, file, line, feature, center, kinds):
    try:
        geometry = feature["geometry"]
        if geometry["type"] not in kinds:
            raise ValueError(f"{geometry['type']} must be one of: {', '.join(sorted(kinds))}")
        figure = shape(geometry)
        _check(figure, center)
    except (KeyError, TypeError, IndexError, AttributeError):
        report.problem(file, line, "it must be a feature with properties and a geometry")
        return None
    except (ValueError, ShapelyError) as error:
        report.problem(file, line, str(error))
        return None
    return Feature(line, feature.get("properties") or {}, geometry, figure)


def _check(figure, center):
    if figure.is_empty:
        raise ValueError("the figure is empty")
    if figure.has_z:
        raise ValueError("a point here is a longitude and a latitude, without a height")
    west, south, east, north = figure.bounds
    if not _is_near(west, south, east, north, center):
        if _is_near(south, west, north, east, center):
            raise ValueError("the coordinates are swapped: GeoJSON writes the longitude first")
        raise ValueError(f"the figure lies more than {FAR:g} degrees from the map's center")
    if not figure.is_valid:
        raise ValueError(f"the outline is broken: {shapely.is_valid_reason(figure)}")


def _is_near(west, south, east, north, center):
    if center is None:  # the city's own file is broken, which is reported there
        return True
    lat, lng = center
    return max(abs(west - lng), abs(east - lng), abs(south - lat), abs(north - lat)) <= FAR


class ZoneShape(NamedTuple):
    line: int
    slug: str
    name: str
    geometry: dict
    figure: shapely.Geometry

    def holds(self, lat, lng) -> bool:
        return self.figure.covers(shapely.Point(lng, lat))


def read_zones(report: Report, path: Path, center) -> list[ZoneShape]:
    """The zones: each with an id and a name, together without overlaps and holes."""
    zones = []
    for feature in read_features(report, path, center):
        zone = _named(report, path.name, feature)
        if zone and zone.slug in {other.slug for other in zones}:
            report.problem(path.name, zone.line, f"the zone “{zone.slug}” stands there twice")
        elif zone:
            zones.append(zone)
    if not zones:
        report.problem(path.name, 1, "a city needs at least one zone")
    _refuse_overlaps(report, path.name, zones)
    _refuse_holes(report, path.name, zones)
    return zones


def _named(report, file, feature):
    identifier, name = feature.properties.get("id"), feature.properties.get("name")
    if not isinstance(identifier, str) or not isinstance(name, str) or not name.strip():
        report.problem(file, feature.line, "a zone needs the properties id and name")
        return None
    try:
        return ZoneShape(feature.line, slug(identifier), name, feature.geometry, feature.figure)
    except ValueError as error:
        report.problem(file, feature.line, str(error))
        return None


def _refuse_overlaps(report, file, zones):
    for one, other in combinations(zones, 2):
        common = one.figure.intersection(other.figure)
        if square_meters(common) > SLIVER_M2:
            report.problem(
                file,
                other.line,
                f"the zones {one.name} and {other.name} overlap near {_said(common)}",
            )


def _refuse_holes(report, file, zones):
    for part in _parts(join(zones)):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            if square_meters(hole) > SLIVER_M2:
                report.problem(file, 1, f"the zones leave a hole near {_said(hole)}")


def outline_of(zones: list[ZoneShape]) -> dict:
    """The service area as GeoJSON: the zones' union, rounding slivers closed."""
    parts = [shapely.Polygon(part.exterior) for part in _parts(join(zones))]
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return json.loads(json.dumps(mapping(whole)))


def join(zones: list[ZoneShape]) -> shapely.Geometry:
    """The zones' union, snapped to about 10 cm."""
    return shapely.union_all([zone.figure for zone in zones], grid_size=GRID)


def _parts(figure):
    parts = getattr(figure, "geoms", [figure])
    return [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]


def square_meters(figure) -> float:
    """A small figure's area; degrees shrink with the latitude."""
    if figure.is_empty:
        return 0.0
    return figure.area * M2_PER_DEGREE2 * math.cos(math.radians(figure.centroid.y))


def _said(figure):
    point = figure.representative_point()
    return f"{point.y:.5f}, {point.x:.5f}"


def refuse_far_lines(report: Report, file: str, rows, center):
    """Report each row whose `points` ([[lat, lng], …]) lie far from the map's center."""
    for row in rows:
        lats, lngs = zip(*row.values["points"], strict=True)
        if not _is_near(min(lngs), min(lats), max(lngs), max(lats), center):
            report.problem(file, row.line, f"points: more than {FAR:g} degrees from the center")
