"""Tests for the content of Santa Monica's pack."""

import csv
import json
import re
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings

from city import geo
from city.models import (
    AddressRange,
    Agency,
    Category,
    CategoryGroup,
    Choice,
    City,
    Department,
    Intersection,
    Place,
    Question,
    Street,
    Zone,
)
from routing.models import RoutingRule
from tests.shared import shared

pytestmark = pytest.mark.django_db

PACK = Path(settings.CITY_PACK)


def test_the_pack_has_all_that_a_city_needs():
    assert Zone.objects.active().count() == 9
    assert 15 <= Department.objects.active().count() <= 20
    assert 45 <= Category.objects.active().count() <= 65
    assert Category.objects.popular().count() == 6
    assert 12 <= CategoryGroup.objects.with_offered_categories().count() <= 14
    assert Place.objects.count() >= 100
    assert Street.objects.count() > 100


def test_six_quick_choices_have_different_icons():
    icons = list(Category.objects.popular().values_list("icon", flat=True))
    assert len(set(icons)) == 6


def test_every_category_but_the_last_knows_its_department():
    homeless = Category.objects.active().filter(department=None)
    assert [category.service_code for category in homeless] == ["other"]


def test_every_department_has_work():
    idle = Department.objects.active().exclude(categories__is_active=True)
    assert not idle.exists()


def test_every_category_can_be_found_in_english_and_spanish():
    spanish = set("áéíóúñ")
    words = [category.keywords for category in Category.objects.active()]
    assert all(text.count(",") >= 4 for text in words)
    assert sum(bool(spanish & set(text)) for text in words) > 25


@pytest.mark.parametrize(
    ("group", "code"),
    [
        ("noise", "leaf-blower"),
        ("noise", "loud-music"),
        ("noise", "construction-noise"),
        ("noise", "airport-noise"),
        ("animals", "barking-dog"),
        ("people-in-need", "encampment"),
        ("people-in-need", "person-in-need"),
        ("buildings", "property-upkeep"),
    ],
)
def test_categories_about_homes_or_persons_are_private(group, code):
    assert Category.objects.get(group__slug=group, service_code=code).is_private


def test_every_required_question_can_be_answered():
    for question in Question.objects.active().filter(is_required=True):
        if question.datatype.endswith("valuelist"):
            assert question.choices.exclude(effect="stop").exists(), question


def test_every_rule_can_do_what_it_says():
    rules = RoutingRule.objects.list_in_use()
    assert 15 <= len(rules) <= 25
    assert [rule.problem for rule in rules if rule.problem] == []


def test_staff_read_short_names_of_questions():
    falls = Question.objects.get(category__service_code="storm-drain", code="fall")
    assert falls.staff_label == "Foot or wheel could fall in"
    assert max(len(question.staff_label) for question in Question.objects.active()) < 40


def test_every_stop_names_a_number_to_call():
    stops = Choice.objects.active().filter(effect="stop").select_related("agency")
    assert {choice.stop_kind for choice in stops} == {"call_911", "other_agency"}
    for choice in stops:
        assert choice.stop_text.endswith(".")
        if choice.stop_kind == "other_agency":
            assert choice.agency.phone_tel or choice.agency.url
        else:
            assert choice.has_emergency_number


def test_categories_about_homes_require_no_photo():
    assert not Category.objects.active().filter(is_private=True, needs_proof=True).exists()


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("City Hall", "pico"),
        ("Santa Monica Pier", "beach-pier"),
        ("Virginia Avenue Park", "pico"),
        ("Airport", "sunset-park"),
        ("Third Street Promenade", "downtown"),
        ("Douglas Park", "northeast"),
    ],
)
def test_landmarks_lie_in_their_zones(name, zone):
    assert Place.objects.get(name=name).zone.slug == zone


@pytest.mark.parametrize(
    ("place", "point"),
    [
        ("Venice", (33.99, -118.46)),
        ("Brentwood", (34.05, -118.47)),
        ("Mar Vista", (34.00, -118.43)),
    ],
)
def test_the_neighbors_belong_to_los_angeles(place, point):
    assert not geo.is_in_service_area(*point), place
    assert geo.is_in_geometry(Agency.objects.get(slug="los-angeles").geometry, *point)


def test_the_ocean_belongs_to_nobody():
    assert not geo.is_in_service_area(34.00, -118.51)
    assert not geo.is_in_geometry(Agency.objects.get(slug="los-angeles").geometry, 34.00, -118.51)


def test_the_drawing_knows_ocean_sand_and_parks():
    kinds = [each["properties"]["kind"] for each in City.current().drawing["features"]]
    assert set(kinds) == {"ocean", "sand", "park"}
    assert kinds.count("park") > 20


def test_its_addresses_and_corners_carry_the_names_of_its_streets():
    drawn = set(Street.objects.values_list("name", flat=True))
    numbered = set(AddressRange.objects.exclude(kind="alley").values_list("street", flat=True))
    assert AddressRange.objects.count() > 3300
    assert Intersection.objects.count() == 955
    assert drawn <= numbered
    short = re.compile(r"\b(St|Ave|Blvd|Ct|Pl|Rd|[0-9]+(Th|St|Nd|Rd|TH))$")
    corners = Intersection.objects.values_list("street_a", "street_b")
    assert not [name for name in numbered | {*chain(*corners)} if short.search(name)]


def test_no_address_of_a_department_reaches_a_real_mailbox():
    addresses = Department.objects.values_list("email", flat=True)
    assert all(address.endswith(".example") for address in addresses)


def test_the_year_has_its_holidays():
    with (PACK / "holidays.csv").open(encoding="utf-8") as file:
        dates = [row[0] for row in csv.reader(file) if row[0][:2] == "20"]
    for year in ("2026", "2027", "2028"):
        assert len([day for day in dates if day.startswith(year)]) >= 10


def test_the_zones_agree_with_the_citys_full_outline():
    """At most two real places may be in another zone, because the outline is rounded."""
    path = shared("city/public_facilities.csv")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = [geo.zone_at(row["lat"], row["lng"]) for row in rows]
    same = [z is not None and z.slug == row["zone"] for z, row in zip(found, rows, strict=True)]
    assert sum(same) >= len(rows) - 2


def test_real_requests_of_a_year_lie_in_the_city():
    path = shared("city/requests_2016.csv")
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["lat"] and row["lng"]]
    inside = sum(geo.is_in_service_area(row["lat"], row["lng"]) for row in rows[::10])
    assert inside / len(rows[::10]) > 0.97


def test_the_pack_is_small_enough_to_read():
    """Translations and addresses are excluded, because they are not written by hand."""
    others = ("words.", "address_blocks.", "intersections.")
    tables = [path for path in PACK.iterdir() if not path.name.startswith(others)]
    assert sum(path.stat().st_size for path in tables) < 165_000
    json.loads((PACK / "drawing.geojson").read_text(encoding="utf-8"))
