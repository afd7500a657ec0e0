"""Tests for zones, the city's border and distances, with facts about the real city."""

import csv
import json
import math
from decimal import Decimal
from itertools import combinations, pairwise

import pytest
from django.utils import translation
from shapely.geometry import Point, shape
from shapely.geometry.polygon import orient

from city import cache, geo
from city.models import City, Zone
from tests.shared import shared

pytestmark = pytest.mark.django_db
DEGREE = 111_320.0  # metres of latitude
INSIDE = {
    "City Hall": (34.0118, -118.4917),
    "the pier": (34.0083, -118.4987),
    "Virginia Avenue Park": (34.0217, -118.4689),
    "the airport": (34.0158, -118.4513),
}
OUTSIDE = {
    "Venice": (33.99, -118.46),
    "Brentwood": (34.05, -118.47),
    "Mar Vista": (34.00, -118.43),
    "the ocean": (34.00, -118.51),
    "no place at all": (0, 0),
    "the north pole": (90, 0),
}


@pytest.mark.parametrize("point", INSIDE.values(), ids=INSIDE)
def test_points_inside_are_in_the_service_area(point):
    assert geo.is_in_service_area(*point)
    assert geo.metres_outside(*point) == 0


@pytest.mark.parametrize("point", OUTSIDE.values(), ids=OUTSIDE)
def test_points_outside_are_not_in_the_service_area(point):
    assert geo.zone_at(*point) is None
    assert geo.metres_outside(*point) > 500


def outer_line():
    """Yield points (lat, lng) on the city's border, each with the direction outwards.

    The direction is a unit vector (east, north).
    """
    outline = orient(shape(City.current().outline))  # so that the outside is on the right
    for (x1, y1), (x2, y2) in pairwise(outline.exterior.coords):
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        east, north = (x2 - x1) * math.cos(math.radians(y)), y2 - y1
        length = math.hypot(east, north)
        way = (north / length, -east / length)
        if length * DEGREE > 30 and not _is_notch(outline, (y, x), way):
            yield (y, x), way


def _is_notch(outline, point, way):
    """Return True if the city begins again within two metres in direction `way`."""
    beyond = (moved(point, way, metres) for metres in (1, 2))
    return any(outline.covers(Point(lng, lat)) for lat, lng in beyond)


def moved(point, way, metres):
    east, north = way[0] * metres / DEGREE, way[1] * metres / DEGREE
    return point[0] + north, point[1] + east / math.cos(math.radians(point[0]))


def test_one_metre_beyond_the_city_line_is_outside():
    walks = list(outer_line())
    assert len(walks) > 30
    for point, way in walks:
        assert not geo.is_in_service_area(*moved(point, way, 1)), point
        assert geo.is_in_service_area(*moved(point, way, -1)), point


def test_the_distance_outside_is_in_metres():
    point, way = max(outer_line(), key=lambda walk: walk[0][1])  # the easternmost point
    assert geo.metres_outside(*moved(point, way, 250)) == pytest.approx(250, rel=0.02)


def test_a_border_between_two_zones_belongs_to_one_of_them():
    zones = [shape(zone.geometry) for zone in Zone.objects.active()]
    seams = [zone.intersection(other) for zone, other in combinations(zones, 2)]
    spots = [
        part.interpolate(share, normalized=True)
        for seam in seams
        for part in getattr(seam, "geoms", [seam])
        for share in (0, 0.1, 0.35, 0.5, 0.77, 1)
        if part.length
    ]
    assert len(spots) > 50
    assert all(geo.zone_at(spot.y, spot.x) for spot in spots)


def test_every_zone_is_found_from_its_middle():
    for zone in Zone.objects.active():
        middle = shape(zone.geometry).representative_point()
        assert geo.zone_at(middle.y, middle.x).slug == zone.slug


def test_distances_are_in_metres():
    assert geo.distance_m((34.0, -118.5), (34.0, -118.5)) == 0
    assert geo.distance_m((34.0, -118.5), (34.001, -118.5)) == pytest.approx(111.2, abs=0.1)
    assert geo.distance_m((34.0, -118.5), (34.0, -118.499)) == pytest.approx(92.2, abs=0.1)
    city_hall, pier = INSIDE["City Hall"], INSIDE["the pier"]
    back = geo.distance_m(pier, city_hall)
    assert geo.distance_m(city_hall, pier) == pytest.approx(back, abs=1e-6)
    assert geo.distance_m((34, -118), (-34, 62)) == pytest.approx(math.pi * 6_371_009, rel=0.001)


def test_the_simplified_zones_agree_with_the_surveyed_ones():
    zones = json.loads(shared("city/service_area_full.geojson").read_text())
    whole = [shape(feature["geometry"]) for feature in zones["features"]]
    with shared("city/intersections.csv").open(encoding="utf-8") as file:
        points = [(float(row["lat"]), float(row["lng"])) for row in csv.DictReader(file)]
    wrong = [
        point
        for point in points
        if geo.is_in_service_area(*point) != any(z.covers(Point(point[1], point[0])) for z in whole)
    ]
    assert len(points) > 900
    assert len(wrong) <= len(points) * 0.01


def test_distances_are_formatted_in_the_citys_units_in_each_language():
    far = [33.6, 200, 1234, math.inf]
    assert [geo.format_distance(metres) for metres in far] == ["110 ft", "0.1 mi", "0.8 mi", ""]
    assert geo.format_distance(8_650_385.9) == "5,375 mi"
    assert [geo.format_distance(metres) for metres in (1609, 1690, 3219)] == [
        "1 mi", "1.1 mi", "2 mi",
    ]  # fmt: skip
    with translation.override("es"):
        assert [geo.format_distance(metres) for metres in far[:2]] == ["110 pies", "0.1 mi"]
        assert geo.format_distance(8_650_385.9) == "5,375 mi"
    City.objects.update(country="DE")
    cache.clear_process_cache()
    assert [geo.format_distance(metres) for metres in far] == ["35 m", "200 m", "1.2 km", ""]
    with translation.override("es"):
        assert geo.format_distance(1234) == "1.2 km"


def beside_the_line(metres):
    """Return a point (lat, lng) `metres` metres outside the city, within one metre."""
    around = shape(City.current().outline).buffer(metres / DEGREE)
    corners = around.exterior.coords if around.geom_type == "Polygon" else around.geoms[0].exterior
    points = ((Decimal(f"{lat:.6f}"), Decimal(f"{lng:.6f}")) for lng, lat in corners)
    return next(each for each in points if abs(geo.metres_outside(*each) - metres) < 1)


@pytest.mark.parametrize("metres", [2, 10, 24])
def test_a_point_just_outside_the_line_is_snapped_inside(metres):
    point = beside_the_line(metres)
    assert not geo.is_in_service_area(*point)
    snapped = geo.snap_to_service_area(*point)
    assert geo.zone_at(*snapped)
    assert geo.distance_m(point, snapped) < metres + 1.5


def test_a_point_inside_stays_and_one_farther_out_is_outside():
    hall = (Decimal("34.011800"), Decimal("-118.491700"))
    assert geo.snap_to_service_area(*hall) == hall
    assert geo.snap_to_service_area(*beside_the_line(28)) is None
