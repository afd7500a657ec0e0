"""Tests for finding house numbers: position in the block, side of the street, and name.

Another number is never returned without a note.
"""

import pytest

from city import cache, geo, search
from city.models import AddressRange, Intersection
from city.search import blocks
from tests import make

pytestmark = pytest.mark.django_db
SOUTH, NORTH = [34.0200, -118.4900], [34.0220, -118.4900]  # 222 m due north
MIDDLE = [34.0210, -118.4900]


def block(street="Miller Street", line=(SOUTH, NORTH), left=(101, 199), right=(100, 198), kind=""):
    row = AddressRange(
        street=street, kind=kind, line=list(line),
        left_from=left[0], left_to=left[1], right_from=right[0], right_to=right[1],
    )  # fmt: skip
    row.set_fingerprint()
    row.save()


@pytest.fixture(autouse=True)
def no_others():
    make.no_addresses()


@pytest.fixture
def miller():
    block()


def first(text):
    return search.find_places(text)[0]


def metres(one, other):
    return geo.distance_m((one.lat, one.lng), other)


def test_numbers_climb_along_the_block(miller):
    spots = [first(f"{number} miller st").lat for number in (101, 121, 149, 181, 199)]
    assert spots == sorted(spots)
    assert metres(first("149 miller st"), MIDDLE) < 12
    assert 5 < metres(first("101 miller st"), SOUTH) < 15  # not at the intersection itself


def test_odd_numbers_stand_left_and_even_ones_right_a_few_metres_off(miller):
    left, right = first("149 miller st"), first("150 miller st")
    assert left.lng < MIDDLE[1] < right.lng
    for hit in (left, right):
        away = geo.distance_m((hit.lat, hit.lng), (hit.lat, MIDDLE[1]))
        assert 4 < away < 15


def test_numbers_that_fall_along_the_line_are_placed_by_its_ends():
    block(left=(199, 101), right=(198, 100))
    assert first("199 miller st").lat < first("101 miller st").lat


def test_a_side_with_odd_and_even_numbers_has_both():
    block(left=(100, 199), right=(0, 0))
    assert first("150 miller").name == "150 Miller St"
    assert first("151 miller").name == "151 Miller St"
    assert not first("151 miller").note


WAYS = [
    "149 Miller Street", "149 miller st", "149 MILLER", "miller 149", "calle miller 149",
    "calle miller no. 149", "149 Miler Street", "149 Mlller St", "149 imller st", "149 millerr",
    "149 Miller Stret", "149 miller ts", "149 miller st apt 3", "149 Miller St #4",
    "149 Miller St, Santa Monica, CA 90404", "149 miller st santa monica",
    "in front of 149 Miller St", "149A Miller St", "149 1/2 Miller St", "149 avenue miller",
]  # fmt: skip


@pytest.mark.parametrize("text", WAYS)
def test_an_address_is_found_however_it_is_typed(miller, text):
    assert first(text).name.partition(",")[0] in {"149 Miller St", "149A Miller St"}
    assert not first(text).note


NUMBERED = ["149 23rd Street", "149 23 st", "149 Twenty-third Street", "149 23dr st", "23rd st 149"]


@pytest.mark.parametrize("text", NUMBERED)
def test_a_numbered_street_is_found_by_figures_and_words(text):
    block(street="23rd Street")
    assert first(text).name == "149 23rd St"


def test_saint_and_street_are_told_apart():
    block(street="Saint Agnes Street")
    for text in ("149 st agnes st", "149 Saint Agnes", "149 St. Agnes Street"):
        assert first(text).name == "149 Saint Agnes St"


def test_an_unknown_number_is_pinned_at_the_closest_with_a_note(miller):
    for typed, closest in {"991": "199", "2": "100", "99999": "199"}.items():
        hit = first(f"{typed} miller st")
        assert hit.name == f"{typed} Miller St"
        assert (
            metres(hit, (first(f"{closest} miller st").lat, first(f"{closest} miller st").lng)) < 1
        )
        assert f"Number {typed} isn't on our map. The pin goes to {closest}" in hit.note
        assert (
            search.pick_unambiguous_hit(f"{typed} miller st", search.find_places(f"{typed} miller"))
            is None
        )


def test_a_number_that_exists_is_never_another_one(miller):
    hits = search.find_places("149 miller st")
    assert [hit.name for hit in hits if hit.kind == "address"] == ["149 Miller St"]
    assert search.pick_unambiguous_hit("149 miller st", hits).name == "149 Miller St"


def test_the_street_comes_before_its_alley():
    block(street="Miller Ct", kind="alley")
    block()
    hits = search.find_places("149 miller")
    assert [hit.name for hit in hits] == ["149 Miller St", "149 Miller Ct"]
    assert first("149 miller ct").name == "149 Miller Ct"


def test_a_number_that_a_street_has_twice_is_offered_twice_with_its_zones():
    block()
    block(line=([34.0125, -118.4645], [34.0135, -118.4655]))
    hits = [hit for hit in search.find_places("149 miller st") if hit.kind == "address"]
    assert len(hits) == 2
    assert search.pick_unambiguous_hit("149 miller st", search.find_places("149 miller st")) is None
    for hit in hits:
        said = search.describe_point(hit.lat, hit.lng)
        assert said == f"In front of 149 Miller St, {hit.zone_name}"


@pytest.mark.parametrize("number", [101, 117, 150, 198, 100])
def test_a_found_house_is_described_by_the_same_address(miller, number):
    hit = first(f"{number} miller st")
    assert search.describe_point(hit.lat, hit.lng) == f"In front of {number} Miller St"
    assert first(search.describe_point(hit.lat, hit.lng)).name == f"{number} Miller St"


def test_a_point_is_described_as_across_if_only_the_other_side_has_houses(miller):
    AddressRange.objects.all().delete()
    block(right=(0, 0))
    assert search.describe_point(MIDDLE[0], MIDDLE[1] + 0.0001) == "Across from 149 Miller St"


def test_a_bare_number_may_be_a_street_too():
    block(street="Wilshire Boulevard", left=(1, 99), right=(2, 98))
    names = [hit.name for hit in search.find_places("14 wilshire")]
    assert {"14 Wilshire Blvd", "Wilshire Blvd & 14th St"} <= set(names)
    assert search.find_places("14th and wilshire")[0].name == "Wilshire Blvd & 14th St"


def test_a_loaded_corner_replaces_the_drawn_one():
    drawn = first("wilshire & 14th")
    row = Intersection(
        street_a="WILSHIRE BLVD", street_b="14TH ST", lat=drawn.lat + 0.0002, lng=drawn.lng
    )
    row.street_a, row.street_b = "Wilshire Blvd", "14th St"
    row.set_fingerprint()
    row.save()
    hits = [hit for hit in search.find_places("wilshire & 14th") if hit.name == drawn.name]
    assert [hit.lat for hit in hits] == [pytest.approx(drawn.lat + 0.0002, abs=2e-6)]


def test_a_deleted_row_leaves_the_cache(miller):
    assert first("149 miller st").kind == "address"
    AddressRange.objects.all().delete()
    cache.current_version()
    assert blocks.load_blocks_by_street() == {}
    assert not any(hit.kind == "address" for hit in search.find_places("149 miller st"))


@pytest.mark.parametrize("text", ["1", "1 ", "149", "1/2", "#", "12 st", "0 miller", "149 " * 60])
def test_no_number_breaks_the_search(miller, text):
    for hit in search.find_places(text):
        assert hit.name
