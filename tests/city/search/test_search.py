"""Tests for finding categories by everyday words, and places by their names."""

import csv
import re

import pytest

from city import geo, search
from tests import make
from tests.shared import shared

pytestmark = pytest.mark.django_db

MEANT = {
    "hole by the drain": "storm-drain",
    "couch on the sidewalk": "bulky-items",
    "old mattress": "bulky-items",
    "big hole in the road": "pothole",
    "tripped on sidewalk": "sidewalk-trip-hazard",
    "street light is out": "streetlight",
    "dark street": "streetlight",
    "traffic light broken": "traffic-signal",
    "stop sign missing": "street-sign",
    "faded crosswalk": "street-markings",
    "fallen tree": "tree-down",
    "tagging on wall": "graffiti-public",
    "trash not picked up": "missed-pickup",
    "dumped furniture": "illegal-dumping",
    "e-bike on the pavement": "scooter",
    "parking meter ate my money": "parking-meter",
    "abandoned car": "abandoned-vehicle",
    "loud music": "loud-music",
    "construction noise at night": "construction-noise",
    "leaf blower": "leaf-blower",
    "dead raccoon": "animal-dead",
    "dog poop": "dog-rules",
    "tent on sidewalk": "encampment",
    "water leak": "water-leak",
    "flooded": "storm-drain",
    "bathroom closed": "restroom",
    "lost my phone on the bus": "lost-on-bus",
    "syringe on the beach": "litter",
}
MISSPELT = {
    "potohle": "pothole",
    "grafitti": "graffiti-public",
    "streetligth": "streetlight",
    "sidwalk": "sidewalk-trip-hazard",
    "POTHOLES!!!": "pothole",
    "  pothole  ": "pothole",
}
SPANISH = {
    "bache": "pothole",
    "hoyo en la calle": "pothole",
    "luz de la calle no funciona": "streetlight",
    "árbol caído": "tree-down",
    "arbol caido": "tree-down",
    "fuga de agua": "water-leak",
    "muebles en la acera": "bulky-items",
    "perro muerto": "animal-dead",
    "sofá": "bulky-items",
    "grafiti": "graffiti-public",
}


@pytest.mark.parametrize(("text", "code"), [*MEANT.items(), *MISSPELT.items(), *SPANISH.items()])
def test_everyday_words_find_what_they_mean_first(text, code):
    assert search.find_categories(text)[0].service_code == code


@pytest.mark.parametrize(
    "text", ["", "   ", "xyzzy", "the", "123", "😀", "\0", "é" * 3000, "%_'\""]
)
def test_unknown_words_find_no_category(text):
    assert search.find_categories(text) == []


def test_a_word_of_the_city_is_no_misspelling_of_another():
    codes = [category.service_code for category in search.find_categories("syringe on the beach")]
    assert "pothole" not in codes  # "beach" resembles "bache", Spanish for pothole


def test_a_word_half_typed_already_finds_something():
    assert search.find_categories("graff")[0].service_code == "graffiti-public"


def test_at_most_limit_categories_are_returned():
    assert len(search.find_categories("street", limit=2)) == 2


NAMED = {
    "Wilshire & 14th": "Wilshire Blvd & 14th St",
    "wilshire 14": "Wilshire Blvd & 14th St",
    "14th and wilshire blvd": "Wilshire Blvd & 14th St",
    "14th st & wilshire blvd.": "Wilshire Blvd & 14th St",
    "wilshre and 26th": "Wilshire Blvd & 26th St",
    "broadway at fifth": "Broadway & 5th St",
    "esquina de pico y 4th": "Pico Blvd & 4th St",
    "montana & 7th": "Montana Ave & 7th St",
    "ocean ave and pico": "Ocean Ave & Pico Blvd",
    "pier": "Santa Monica Pier",
    "city hall": "City Hall",
    "cit hall": "City Hall",
    "VIRGINIA AVE PARK": "Virginia Avenue Park",
    "main library": "Main Library",
    "palisades park": "Palisades Park",
    "samohi": "Santa Monica High School",
    "main street": "Main St",
    "1685 Main Street": "1685 Main St",
    "1685 Mian Stret": "1685 Main St",
    "1685 N Main St": "1685 Main St",
    "1685 North Main Street": "1685 Main St",
    "1685 Main St #4": "1685 Main St, #4",
    "1685 Main Street, Apt 4": "1685 Main St, Apt 4",
    "1685 main st unit B": "1685 Main St, unit B",
    "Apt 4, 1685 Main Street": "1685 Main St, Apt 4",
    "1685 Main Street, Santa Monica, CA 90401": "1685 Main St",
    "2807 Pico Place N": "2807 Pico Place North",
    "1685 мain street": "1685 Main St",  # "main" begins with a Cyrillic letter
    "ocean ave n colorado": "Colorado Ave & Ocean Ave",
    "ocean & colorado": "Colorado Ave & Ocean Ave",
    "Lincoln and Pico": "Lincoln Blvd & Pico Blvd",
    "bus station": "Downtown Santa Monica Station",
    "estacion de autobuses": "Downtown Santa Monica Station",
    "34.0118, -118.4917": "City Hall",
    "34.0118 -118.4917": "City Hall",
    "-118.4917, 34.0118": "City Hall",
    "1432 4th st": "1432 4th St",
    "Expo line 26th street": "26th Street / Bergamot Station",
    "expo line 17th": "17th Street / SMC Station",
    "Clover Park baseball field": "Clover Park, baseball field",
    "samohi football field": "Santa Monica High School, football field",
    "baño del Parque Clover": "Clover Park, baño",
    "behind 1685 Main St": "1685 Main St",
    "City Hall, 1685 Main Street, Santa Monica": "1685 Main St",
    "1200 block of 14th st": "1200 block of 14th St",
    "2400-2500 Block of Neilson Way": "2400 block of Neilson Way",
}


ENDS = [
    "", ", Santa Monica", ", Santa Monica, CA", ", Santa Monica, CA 90401",
    ", Santa Monica, CA, 90401-3324", ", Santa Monica, California", ", California", ", CA",
    ", Santa Monica, CA, USA", ", Santa Monica, Calif.", ", Santa Monica, C.A.",
    ", Santa Monica, CA 90401, U.S.A.", ", Santa Monica, California 90401, United States",
    ", Santa Monica, California, Estados Unidos", ", Santa Monica, California, EE. UU.",
    " Santa Monica California", " santa monica ca usa", " CA", " USA", " 90401", ", 90401",
    ", Santa Monica, Californa", ", Santa Monca, CA", ", santa mónica, calif. 90401",
    " (Santa Monica, California)", "; Santa Monica; CA", " - Santa Monica - CA",
    ", Downtown, Santa Monica, Los Angeles County, California, 90401, United States",
]  # fmt: skip
WITH_THE_STATES_NAME = {
    "1015 California": "1015 California Ave",
    "1015 California, California": "1015 California Ave",
    "1015 California Santa Monica California": "1015 California Ave",
    "1200 Santa Monica Blvd, Santa Monica, California": "1200 Santa Monica Blvd",
    "9th & California": "California Ave & 9th St",
    "9th & California 90403": "California Ave & 9th St",
    "9th & Montana, California": "Montana Ave & 9th St",
    "Lincoln, California": "California Ave & Lincoln Blvd",
    "esquina Lincoln Santa Monica": "Lincoln Blvd & Santa Monica Blvd",
}


def taken(text):
    """Return the place that is chosen without asking the person, or None."""
    return search.pick_unambiguous_hit(text, search.find_places(text))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("street", ["1685 Main St", "1432 4th Street", "2600 Barnard Way"])
def test_city_state_postcode_and_country_change_nothing(street, end):
    plain = search.find_places(street)[0]
    assert search.find_places(f"{street}{end}")[0] == plain
    assert plain.kind == "address"


@pytest.mark.parametrize("end", [end for end in ENDS[:-1] if "santa monica" in end.lower()])
@pytest.mark.parametrize("text", ["City Hall", "9th & Montana"])
def test_a_landmark_and_a_corner_are_found_with_the_city_and_the_state_behind(text, end):
    assert search.find_places(f"{text}{end}")[0] == search.find_places(text)[0]


@pytest.mark.parametrize(("text", "name"), WITH_THE_STATES_NAME.items())
def test_a_street_with_the_name_of_the_state_or_the_city_keeps_it(text, name):
    assert taken(text).name == name


@pytest.mark.parametrize("end", ENDS[:8])
@pytest.mark.parametrize(
    "street", ["2600 Clover Park", "1685 Heritage", "14 Wilshire", "7 Pico y 4th"]
)
def test_a_house_number_is_never_answered_by_a_corner_or_a_landmark_without_a_question(street, end):
    hit = taken(f"{street}{end}")
    assert hit is None or hit.kind == "address"


def test_a_landmark_is_taken_by_its_name_with_the_state_behind():
    assert taken("Santa Monica Pier, CA").name == "Santa Monica Pier"


def test_a_house_number_before_a_corner_is_that_house():
    assert taken("1685 Main St at Pico").name == "1685 Main St"


def test_a_landmark_is_taken_by_the_address_that_is_another_name_of_it():
    assert taken("1030 PCH, Santa Monica, California").name == "Beach Lot 5 North"


@pytest.mark.parametrize(
    "text", ["alley behind 1200 block of 14th st", "callejón detrás de la cuadra 1200 de 14th St"]
)
def test_the_alleys_behind_a_block_are_offered_and_which_one_is_asked(text):
    hits = search.find_places(text)
    block = search.find_places("1200 block of 14th St")[0]
    assert {hit.name.split(",")[0] for hit in hits} >= {"14th Ct", "Euclid Ct"}
    assert all(geo.distance_m((hit.lat, hit.lng), (block.lat, block.lng)) < 120 for hit in hits)
    assert taken(text) is None


def test_the_alleys_behind_a_house_are_offered_before_the_house():
    names = [hit.name for hit in search.find_places("alley behind 1121 17th St")]
    assert names[0] == "17th Ct, behind 1121 17th St"
    assert "1121 17th St" in names[1:]


def test_a_landmark_that_is_a_street_too_is_found_once():
    names = [hit.name for hit in search.find_places("santa monica pier")]
    assert names.count("Santa Monica Pier") == 1


@pytest.mark.parametrize(("text", "name"), NAMED.items())
def test_a_place_is_found_by_what_people_call_it(text, name):
    assert search.find_places(text)[0].name == name


UNLIKE = ["LAX", "lax airport", "JFK", "Hollywood Sign", "Disneyland", "Getty Villa"]
BROKEN = [
    "",
    "xyzzy",
    "\0",
    "&",
    "the",
    "9" * 400,
    "é" * 5000,
    "Маин Стреет 1685",
]


@pytest.mark.parametrize("text", [*UNLIKE, *BROKEN])
def test_text_that_names_no_place_finds_none(text):
    assert search.find_places(text) == []


ELSEWHERE = {
    "1685 Main Street, Los Angeles": "Los Angeles",
    "1685 Main St, Los Angeles, CA 90291": "Los Angeles",
    "Main Street & Rose, Venice": "Venice",
    "1685 main st los angeles ca": "Los Angeles",
    "City Hall, LA": "LA",
    "1685 Main St, West LA 90025": "West LA",
    "1685 Main St West Los Angeles": "West Los Angeles",
    "1685 Main St, Suite 3, Marina del Rey": "Marina del Rey",
    "1685 Main St, Los Angeles, California, USA": "Los Angeles",
    "1685 Main St Los Angeles California": "Los Angeles",
    "1685 Main St Venice": "Venice",
    "1685 main venice ca 90291": "Venice",
    "1450 Ocean Ave LA": "LA",
}


@pytest.mark.parametrize(("text", "city"), ELSEWHERE.items())
def test_text_that_names_a_neighbor_city_finds_no_place(text, city):
    assert search.find_neighbor_city(text) == city
    assert search.find_places(text) == []


def test_an_address_of_this_city_in_the_county_of_a_neighbor_is_in_this_city():
    text = "1685 Main St, Santa Monica, Los Angeles, California"
    assert search.find_neighbor_city(text) == ""


@pytest.mark.parametrize("text", ["Los Angeles", "1685 Main Street", "Brentwood Terrace", "venice"])
def test_a_neighbor_citys_name_alone_is_searched_for(text):
    assert search.find_neighbor_city(text) == ""


def test_a_number_that_is_not_on_the_map_stays_in_the_words_with_the_pin_at_the_nearest_end():
    hit = search.find_places("9999 Main Street apt 2")[0]
    assert hit.name == "9999 Main St, apt 2"
    nearest = re.search(r"The pin goes to ([0-9]+),", hit.note)[1]
    assert "9999" in hit.note
    end = search.find_places(f"{nearest} Main Street")[0]
    assert (hit.lat, hit.lng) == (end.lat, end.lng)
    assert geo.is_in_service_area(hit.lat, hit.lng)


def test_where_a_street_has_no_numbers_the_number_stays_and_the_pin_is_in_its_middle():
    make.no_addresses()
    hit = search.find_places("1685 Main Street #4")[0]
    assert (hit.name, hit.kind) == ("1685 Main St, #4", "street")
    assert "middle" in hit.note
    assert search.pick_unambiguous_hit("1685 Main St, #4", [hit]) is None


@pytest.mark.parametrize("text", ["1685 main street " * 25, "word " * 400, "1685 " * 400])
def test_an_address_of_400_words_is_answered(text):
    for hit in search.find_places(text):
        assert hit.name


def test_fifteen_is_never_taken_for_a_typo_of_fourteen():
    names = [hit.name for hit in search.find_places("wilshire & 15th")]
    assert names
    assert not any("14th" in name for name in names)


def test_places_lie_in_the_city_and_name_their_zone():
    hit = search.find_places("city hall")[0]
    assert geo.is_in_service_area(hit.lat, hit.lng)
    assert hit.zone_name == geo.zone_at(hit.lat, hit.lng).name


def test_searching_asks_no_database_once_it_is_warm(django_assert_num_queries):
    search.find_places("pier")
    search.find_categories("pothole")
    search.describe_point(34.01, -118.49)
    with django_assert_num_queries(0):
        search.find_places("wilshire & 14th")
        search.find_categories("couch")
        search.describe_point(34.03, -118.487)


def test_most_real_corners_are_found_where_they_are():
    with shared("city/intersections.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::12]
    near = [row for row in rows if _is_found_nearby(row)]
    assert len(near) > len(rows) * 0.6  # the pack has only streets that people name, not all alleys


def _is_found_nearby(row):
    hits = search.find_places(f"{row['street_a']} & {row['street_b']}", limit=3)
    here = (float(row["lat"]), float(row["lng"]))
    return any(geo.distance_m(here, (hit.lat, hit.lng)) < 90 for hit in hits)


SAID = {
    (34.0118, -118.4917): "City Hall",
    (34.0217, -118.4689): "Virginia Avenue Park",
    (34.0300, -118.4870): "In front of 1121 17th St",
    (33.9999, -118.4860): "In front of 2619 Ocean Front Walk",
    (34.0160, -118.5050): "Near Beach Lot 5 North",
    (48.8, 2.3): "",
}


@pytest.mark.parametrize(("point", "words"), SAID.items(), ids=str)
def test_a_point_is_described_in_words(point, words):
    assert search.describe_point(*point) == words


def test_a_corner_is_described_by_its_own_name():
    for text in ("wilshire & 14th", "montana & 7th", "ocean park & main"):
        hit = search.find_places(text)[0]
        assert search.describe_point(hit.lat, hit.lng) == hit.name


def test_typed_coordinates_are_taken_without_a_question():
    text = "34.0118, -118.4917"
    assert search.pick_unambiguous_hit(text, search.find_places(text)).kind == "point"
