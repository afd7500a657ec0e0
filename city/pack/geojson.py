"""Reading and checking of the pack's GeoJSON files, feature by feature."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from city.pack.file_reader import read_text
from city.pack.report import PackReport
from city.pack.syntax import explain_json

MAX_DEGREES_FROM_CENTER = 2.0  # anything farther was typed wrongly
_AREA_TYPES = ("MultiPolygon", "Polygon")
_NAME_PROPERTIES = ("name", "id", "district", "kind")  # properties that tell one area from another
_DEGREES_ADVICE = "export it again in degrees, as WGS 84 (EPSG:4326)"
# Names that programs give to GeoJSON's coordinate system.
_WGS_84 = re.compile(r"CRS84|EPSG:+(?:[\d.]*:+)?4326|WGS ?84", re.IGNORECASE)


type Center = tuple[float, float]  # latitude, longitude of the map's center
type Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees


class Feature(NamedTuple):
    """An area of a file.

    `label` identifies it in a message (“feature 2, “Harbor”: ”), and is empty if the file has no
    other.
    """

    line: int
    label: str
    properties: dict
    geometry: dict
    figure: shapely.Geometry


def read_features(
    report: PackReport, path: Path, center: Center | None, *, optional: bool = False
) -> list[Feature]:
    """Return the valid areas of a GeoJSON file, and report every invalid one with its line.

    `center` is the map's (lat, lng), by which swapped coordinates are recognized; None if unknown.
    Heights are dropped.
    """
    content = read_text(report, path, optional=optional)
    if content is None:
        return []
    collection = _parse_json(report, path.name, content)
    if collection is None:
        return []
    try:
        features = _extract_features(collection)
    except ValueError as error:
        report.add_problem(path.name, 1, str(error))
        return []
    lines = _find_feature_lines(content, len(features))
    read = []
    for number, (line, feature) in enumerate(zip(lines, features, strict=True), 1):
        label = _format_label(number, feature) if len(features) > 1 else ""
        try:
            read.append(_parse_feature(line, label, feature, center))
        except ValueError as error:
            report.add_problem(path.name, line, f"{label}{error}")
    return read


def _format_label(number: int, feature: Any) -> str:
    """Return the number of a feature with its first name, as the beginning of a message."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    by_title = {}
    if isinstance(properties, dict):
        by_title = {title.casefold(): value for title, value in properties.items()}
    names = (by_title.get(title) for title in _NAME_PROPERTIES)
    name = next((name for name in names if isinstance(name, str) and name.strip()), "")
    return f"feature {number}, “{' '.join(name.split())[:40]}”: " if name else f"feature {number}: "


def _parse_json(report: PackReport, file: str, content: str) -> Any:
    """Return the JSON value; None if it is invalid, which is reported."""
    if not content.strip():
        report.add_problem(file, 1, "the file is empty")
        return None
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        report.add_problem(file, *explain_json(content, error))
    except (RecursionError, ValueError):  # too deeply nested; a number with too many digits
        report.add_problem(file, 1, "this is not GeoJSON that any program would write")
    return None


def _extract_features(collection: Any) -> list[Any]:
    """Return the features of a collection, or a single feature as a list.

    Raise ValueError for another coordinate system than WGS 84, and for anything else.
    """
    if not isinstance(collection, dict):
        raise ValueError("it must be a GeoJSON FeatureCollection")
    system = json.dumps(collection.get("crs"))
    if system != "null" and not _WGS_84.search(system):
        raise ValueError(
            f"it is in another system of coordinates ({system[:80]}); {_DEGREES_ADVICE}"
        )
    if collection.get("type") == "Feature":
        return [collection]
    features = collection.get("features")
    if isinstance(features, list):
        return features
    if "coordinates" in collection or "geometries" in collection:
        kind = collection.get("type")
        raise ValueError(
            f"it is a bare {kind}; it must be a GeoJSON FeatureCollection, whose features have "
            "properties: geojson.io makes one when you open this file and save it as GeoJSON"
        )
    if collection.get("type") == "Topology":
        raise ValueError("it is TopoJSON; it must be a GeoJSON FeatureCollection")
    raise ValueError("it must be a GeoJSON FeatureCollection")


def _find_feature_lines(content: str, count: int) -> list[int]:
    """Return the line of each feature, 1 if it cannot be found."""
    starts = [found.start() for found in re.finditer(r'"type"\s*:\s*"Feature"', content)]
    starts += [0] * (count - len(starts))
    return [content.count("\n", 0, start) + 1 for start in starts[:count]]


def _parse_feature(line: int, label: str, feature: Any, center: Center | None) -> Feature:
    """Return the feature without heights. Raise ValueError with a message for the editor.

    It is raised for anything but an area, and for an outline that is broken or far from `center`.
    """
    try:
        geometry, properties = feature["geometry"], feature.get("properties") or {}
        if geometry["type"] not in _AREA_TYPES:
            words = f"it is a {geometry['type']}, and must be an area ({' or '.join(_AREA_TYPES)})"
            raise ValueError(f"{words}: draw it as a polygon in geojson.io")
        figure = shape(geometry)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        words = "it must be a feature with properties and a geometry"
        raise ValueError(words) from error
    except ShapelyError as error:
        raise ValueError(f"the outline is broken: {error}") from error
    if not isinstance(properties, dict):
        raise ValueError("it must be a feature with properties and a geometry")
    if figure.has_z:
        figure = shapely.force_2d(figure)
        geometry = json.loads(json.dumps(mapping(figure)))
    _validate_figure(figure, center)
    return Feature(line, label, properties, geometry, figure)


def _validate_figure(figure: shapely.Geometry, center: Center | None) -> None:
    """Raise ValueError for a figure that is empty, misplaced or invalid."""
    if figure.is_empty:
        raise ValueError("the figure is empty")
    if max(map(abs, figure.bounds)) > 180:
        raise ValueError(f"these are meters or feet of a map, not degrees; {_DEGREES_ADVICE}")
    if center and not is_near_center(figure.bounds, center):
        raise ValueError(_describe_distant_bounds(figure.bounds, center))
    if not figure.is_valid:
        raise ValueError(_describe_invalid_geometry(shapely.is_valid_reason(figure)))


def _describe_distant_bounds(bounds: Bounds, center: Center) -> str:
    """Return why a figure is far from `center`: it is swapped, or a number is wrong."""
    west, south, east, north = bounds
    if is_near_center((south, west, north, east), center):
        return "the coordinates are swapped: GeoJSON writes the longitude first"
    return f"the figure {describe_misplacement(bounds, center)}"


def _describe_invalid_geometry(reason: str) -> str:
    """Return Shapely's `Self-intersection[-118.48 34.01]` in words, latitude first."""
    found = re.fullmatch(r"(.*)\[(\S+) (\S+)\]", reason)
    if not found:
        return f"the outline is broken: {reason}"
    what, lng, lat = found[1], float(found[2]), float(found[3])
    if what == "Self-intersection":
        what = "it crosses itself"
    elif what == "Ring Self-intersection":
        what = "it touches itself"
    return f"the outline is broken: {what} near {lat:.5f}, {lng:.5f} (latitude, longitude)"


def describe_misplacement(bounds: Bounds, center: Center) -> str:
    """Return “lies more than 2 degrees from …”, or “is a minus away from …” if that would help."""
    lat, lng = center
    for name, mirrored in (("lng", (lat, -lng)), ("lat", (-lat, lng))):
        if is_near_center(bounds, mirrored):
            return f"is a minus away from the map's center: look at {name} in city.toml, then here"
    return (
        f"lies more than {MAX_DEGREES_FROM_CENTER:g} degrees from the map's center; one of the two "
        "is wrong, this or lat and lng in city.toml"
    )


def is_near_center(bounds: Bounds, center: Center) -> bool:
    """Return True if all sides of a box (west, south, east, north) are within 2° of `center`."""
    west, south, east, north = bounds
    lat, lng = center
    return (
        max(abs(west - lng), abs(east - lng), abs(south - lat), abs(north - lat))
        <= MAX_DEGREES_FROM_CENTER
    )
