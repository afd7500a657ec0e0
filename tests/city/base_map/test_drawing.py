"""Tests for the drawn map: well-formed, small, no styles that the security policy forbids."""

import gzip
import json
import re
from xml.etree import ElementTree as ET

import pytest
from shapely.geometry import LineString, shape

from city import cache
from city.base_map import drawing as base_map
from city.base_map import layers as leaflet
from city.models import City

pytestmark = pytest.mark.django_db
CITY_HALL = (34.0118, -118.4917)
PIER = (34.0083, -118.4987)
KINDS = ["reported", "working", "fixed", "selected"]


def thumb(center=CITY_HALL, **more):
    return base_map.render_svg(center=center, width=120, height=120, **more)


def whole_city(pins=()):
    middle = (34.0215, -118.4814)
    return base_map.render_svg(center=middle, width=900, height=640, metres_per_px=11, pins=pins)


def packed(text):
    return len(gzip.compress(text.encode()))


@pytest.mark.parametrize("center", [CITY_HALL, PIER, (33.99, -118.46), (34.04, -118.50), (0, 0)])
@pytest.mark.parametrize("scale", [0.5, 1.6, 8, 30])
def test_every_drawing_is_well_formed(center, scale):
    drawing = ET.fromstring(thumb(center, metres_per_px=scale, pins=[(*center, "reported")]))
    assert drawing.get("viewBox") == "0 0 120 120"
    assert drawing.get("aria-hidden") == "true"


def test_nothing_in_a_drawing_needs_an_inline_style_or_a_script():
    text = whole_city([(*CITY_HALL, kind) for kind in KINDS]) + thumb()
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href=", text)


def test_drawings_are_small():
    assert max(packed(thumb(center)) for center in (CITY_HALL, PIER, (34.03, -118.487))) <= 4_000
    assert (
        packed(whole_city([(34.01 + n / 5000, -118.49, "reported") for n in range(60)])) <= 12_000
    )


def test_pins_differ_by_shape():
    pins = {kind: thumb(pins=[(*CITY_HALL, kind)]) for kind in KINDS}
    drawn = {kind: text.replace(thumb(), "")[-400:] for kind, text in pins.items()}
    assert len(set(drawn.values())) == len(KINDS)
    assert "<circle" in drawn["reported"]
    assert "<rect" in drawn["fixed"]


def test_a_pin_stands_where_it_should():
    pin = ET.fromstring(thumb(pins=[CITY_HALL]))[-1]
    assert pin.get("transform") == "translate(60 60)"


def test_north_is_up_and_east_is_right():
    north_east = (CITY_HALL[0] + 0.0005, CITY_HALL[1] + 0.0005)
    pin = ET.fromstring(thumb(pins=[north_east]))[-1]
    x, y = map(int, re.findall(r"\d+", pin.get("transform")))
    assert x > 60 > y


def test_a_ground_is_drawn_once_and_its_pins_each_time(monkeypatch):
    first = thumb(pins=[CITY_HALL])
    monkeypatch.setattr(base_map, "load_figures", None)
    assert thumb(pins=[CITY_HALL]) == first
    assert ET.fromstring(thumb(pins=[PIER]))[-1].get("transform") != "translate(60 60)"
    City.objects.update(version="another")
    cache.clear_process_cache()
    with pytest.raises(TypeError):
        thumb()


def test_streets_have_their_names():
    text = base_map.render_svg(center=(34.0300, -118.4870), width=520, height=380)
    assert "17th St</text>" in text
    assert "17th St" not in whole_city()
    assert "San Vicente Blvd</text>" in whole_city()


def test_names_are_escaped():
    line = base_map._StreetLine("<Bad> & Street", True, LineString([(0, 0), (1, 1)]))
    assert "<Bad>" not in base_map._render_name(line, 1, 1, 0)


def layers():
    return json.loads(leaflet.load_layers()[1])


def test_the_layers_hold_what_the_live_map_draws():
    found = layers()
    assert set(found) == {"areas", "depths", "zones", "outline", "streets"}
    assert {"ocean", "sand", "park"} <= {area["kind"] for area in found["areas"]}
    assert {street["main"] for street in found["streets"]} == {True, False}
    assert all(zone["name"] and len(zone["at"]) == 2 for zone in found["zones"])
    assert packed(leaflet.load_layers()[1]) <= 12_000


def test_no_street_leaves_the_city():
    near = shape(City.current().outline).buffer(0.0003)
    for street in layers()["streets"]:
        assert near.covers(LineString([(lng, lat) for lat, lng in street["points"]])), street[
            "name"
        ]


def test_the_layers_hash_names_their_content():
    content_hash, text = leaflet.load_layers()
    assert re.fullmatch(r"[0-9a-f]{16}", content_hash)
    assert (content_hash, text) == leaflet.load_layers()


@pytest.mark.parametrize(
    ("name", "said"),
    [("Wilshire Boulevard", "Wilshire Blvd"), ("Broadway", "Broadway"), ("Street", "Street")],
)
def test_names_are_shortened_as_signs_do(name, said):
    assert base_map.abbreviate_street(name) == said
