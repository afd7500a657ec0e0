"""The zones of a pack: their checks against each other, and the outline of the service area."""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import shapely
from shapely.geometry import mapping

from city.geo import select_parts
from city.models import Zone
from city.pack.cells import parse_slug
from city.pack.file_reader import PackRow
from city.pack.geojson import Center, Feature, describe_misplacement, is_near_center, read_features
from city.pack.report import MAX_NAMES_SHOWN, PackReport
from city.pack.sync import validate_row

MAX_SLIVER_M2 = 25.0  # overlaps and gaps up to this size come from rounding
GRID_DEGREES = 1e-6  # degrees, about 10 cm
M2_PER_DEGREE2 = 111_320.0**2


class ZoneShape(NamedTuple):
    """A zone of the pack, with its line in the file."""

    line: int
    slug: str
    name: str
    geometry: dict
    figure: shapely.Geometry

    def contains_point(self, lat: float, lng: float) -> bool:
        """Return True if the point, in degrees, is in the zone or on its border."""
        return self.figure.covers(shapely.Point(lng, lat))

    def build_row(self, position: int) -> PackRow:
        """Return the zone as a row of its table, with slug, name, geometry and position."""
        own = {"slug": self.slug, "name": self.name, "geometry": self.geometry}
        return PackRow(self.line, own | {"position": position})


def read_zones(report: PackReport, path: Path, center: Center | None) -> list[ZoneShape]:
    """Return the valid zones, each with an id and a name; report problems, overlaps and holes."""
    zones: list[ZoneShape] = []
    nameless: list[Feature] = []
    for feature in read_features(report, path, center):
        if not _has_names(feature):
            nameless.append(feature)
            continue
        zone = _build_zone(report, path.name, feature)
        if zone and zone.slug in {other.slug for other in zones}:
            reason = f"{feature.label}the zone “{zone.slug}” is there twice"
            report.add_problem(path.name, zone.line, reason)
        elif zone:
            zones.append(zone)
    _refuse_nameless(report, path.name, nameless)
    is_whole = path.name not in report.broken_files
    if not zones and is_whole:
        report.add_problem(path.name, 1, "a city needs at least one zone")
    _refuse_overlaps(report, path.name, zones)
    if is_whole:  # an unreadable zone would be reported again as a hole
        _refuse_holes(report, path.name, zones)
    return zones


def _has_names(feature: Feature) -> bool:
    """Return True if a feature has an id and a name, each a text or a number."""
    return all(_property_text(feature.properties.get(name)) for name in ("id", "name"))


def _property_text(value: object) -> str:
    """Return a text or integer property as text; "" for others."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return " ".join(str(value).split()) if is_number or isinstance(value, str) else ""


def _refuse_nameless(report: PackReport, file: str, features: list[Feature]) -> None:
    """Report all features without id or name as one problem: usually the whole file lacks them."""
    if not features:
        return
    labels = [feature.label.removesuffix(": ") for feature in features if feature.label]
    shown = ", ".join(labels[:MAX_NAMES_SHOWN]) + (" …" if len(labels) > MAX_NAMES_SHOWN else "")
    titles = ", ".join(sorted(features[0].properties)) or "none"
    which = f"{shown}: " if shown else ""
    reason = (
        f"{which}a zone needs the properties id and name, each a text or a number; it has: {titles}"
    )
    report.add_problem(file, features[0].line, reason)


def _build_zone(report: PackReport, file: str, feature: Feature) -> ZoneShape | None:
    """Return the zone of a feature; None if its id or name is invalid, which is reported."""
    name = _property_text(feature.properties["name"])
    try:
        identifier = parse_slug(_property_text(feature.properties["id"]))
    except ValueError as error:
        report.add_problem(file, feature.line, f"{feature.label}id: {error}")
        return None
    zone = ZoneShape(feature.line, identifier, name, feature.geometry, feature.figure)
    own = {"slug": zone.slug, "name": zone.name}
    return zone if validate_row(report, file, zone.line, own, model=Zone) else None


def _refuse_overlaps(report: PackReport, file: str, zones: Sequence[ZoneShape]) -> None:
    """Report each pair of zones that overlap by more than MAX_SLIVER_M2."""
    for one, other in combinations(zones, 2):
        common = one.figure.intersection(other.figure)
        if square_meters(common) > MAX_SLIVER_M2:
            words = f"the zones {one.name} and {other.name} overlap near {_format_position(common)}"
            report.add_problem(file, other.line, words)


def _refuse_holes(report: PackReport, file: str, zones: Sequence[ZoneShape]) -> None:
    """Report each hole between the zones that is larger than MAX_SLIVER_M2."""
    for part in select_parts(join_zones(zones), "Polygon"):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            if square_meters(hole) > MAX_SLIVER_M2:
                report.add_problem(file, 1, f"the zones leave a hole near {_format_position(hole)}")


def build_outline(zones: Sequence[ZoneShape]) -> dict[str, Any]:
    """Return the union of the zones, holes filled, as a GeoJSON Polygon or MultiPolygon."""
    parts = [shapely.Polygon(part.exterior) for part in select_parts(join_zones(zones), "Polygon")]
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return json.loads(json.dumps(mapping(whole)))


def join_zones(zones: Sequence[ZoneShape]) -> shapely.Geometry:
    """Return the union of the zones, snapped to about 10 cm."""
    return shapely.union_all([zone.figure for zone in zones], grid_size=GRID_DEGREES)


def square_meters(figure: shapely.Geometry) -> float:
    """Return the area in square metres of a small figure in degrees; 0 if it is empty.

    A degree of longitude shrinks with the latitude.
    """
    if figure.is_empty:
        return 0.0
    return figure.area * M2_PER_DEGREE2 * math.cos(math.radians(figure.centroid.y))


def _format_position(figure: shapely.Geometry) -> str:
    """Return a point inside the figure as `latitude, longitude` with five decimals."""
    point = figure.representative_point()
    return f"{point.y:.5f}, {point.x:.5f}"


def refuse_far_lines(
    report: PackReport, file: str, rows: Iterable[PackRow], center: Center | None
) -> None:
    """Report each row whose `points` ([[lat, lng], …]) are far from the map's center, if known."""
    if center is None:
        return
    for row in rows:
        points = row.values["points"]
        far = [
            (lat, lng) for lat, lng in points if not is_near_center((lng, lat, lng, lat), center)
        ]
        if far:
            report.add_problem(
                file, row.line, f"points: {_describe_distant_point(*far[0], center)}"
            )


def _describe_distant_point(lat: float, lng: float, center: Center) -> str:
    """Return why a point is far from `center`: it is swapped, or one number is wrong."""
    said = f"“{lat:g},{lng:g}”"
    if is_near_center((lat, lng, lat, lng), center):
        return f"{said} is swapped: the latitude comes first"
    return f"{said} {describe_misplacement((lng, lat, lng, lat), center)}"


def find_seams(zones: Sequence[ZoneShape], gap: float) -> Iterator[tuple[str, ZoneShape]]:
    """Yield (reason, second zone) for each slight overlap and each narrow gap of two zones.

    An overlap has 1 to `MAX_SLIVER_M2` m². A gap is narrower than `gap` degrees and open to the
    outside, thus no hole.
    """
    for one, other in combinations(zones, 2):
        common = one.figure.intersection(other.figure)
        area = square_meters(common)
        if 1 < area <= MAX_SLIVER_M2:
            near = _format_position(common)
            yield f"{one.name} and {other.name} overlap by {area:.0f} m² near {near}", other
        others = shapely.union_all([z.figure for z in zones if z not in (one, other)])
        for strip in _find_gaps(one.figure, other.figure, others, gap):
            yield f"{one.name} and {other.name} leave a gap near {_format_position(strip)}", other


def _find_gaps(
    one: shapely.Geometry, other: shapely.Geometry, others: shapely.Geometry, gap: float
) -> Iterator[shapely.Polygon]:
    """Yield the gaps between the polygons `one` and `other`, not covered by `others`.

    An area counts as a gap if the two are at most `gap` degrees apart there, its diagonal exceeds 5
    * `gap`, and its area exceeds MAX_SLIVER_M2. Shorter notches occur where borders meet and are
    ignored.
    """
    both = shapely.union_all([one, other], grid_size=GRID_DEGREES)
    near_both = one.buffer(gap / 2).intersection(other.buffer(gap / 2))
    for part in select_parts(near_both.difference(both).difference(others), "Polygon"):
        west, south, east, north = part.bounds
        if math.hypot(east - west, north - south) > 5 * gap and square_meters(part) > MAX_SLIVER_M2:
            yield part
