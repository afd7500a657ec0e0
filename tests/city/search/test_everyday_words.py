"""Tests for finding categories by everyday words, in English and Spanish.

The words include slang, typos and words without accents.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from city import search
from city.models import Category

pytestmark = pytest.mark.django_db
with (Path(__file__).parent / "everyday_words.csv").open(encoding="utf-8") as file:
    TABLE = list(csv.DictReader(file))


def is_found(row):
    hits = search.find_categories(row["phrase"], limit=3)
    return row["service_code"] in [category.service_code for category in hits]


def test_the_table_has_60_phrases_in_each_language_and_names_categories_that_exist():
    assert Counter(row["language"] for row in TABLE) == {"en": 60, "es": 60}
    known = set(Category.objects.values_list("service_code", flat=True))
    assert {row["service_code"] for row in TABLE} <= known


@pytest.mark.parametrize("language", ["en", "es"])
def test_9_of_10_phrases_find_their_category_among_the_first_three(language):
    rows = [row for row in TABLE if row["language"] == language]
    missed = [row["phrase"] for row in rows if not is_found(row)]
    assert len(missed) <= len(rows) / 10, missed


@pytest.mark.parametrize(
    ("phrase", "codes"),
    [
        ("el camión no paró", {"bus-service"}),
        ("me pusieron una multa", {"car-parked-illegally", "parking-meter"}),
        ("ratas", {"property-upkeep"}),
        ("hay ratones en el edificio", {"property-upkeep"}),
    ],
)
def test_spanish_phrases_suggest_the_categories_they_mean(phrase, codes):
    hits = search.find_categories(phrase, limit=3)
    assert codes <= {category.service_code for category in hits}


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("a blue toyota with no resident sticker is always on our block", "car-parked-illegally"),
        ("the pickup has been sitting in the same spot for weeks", "abandoned-vehicle"),
        ("the street caved in by the school", "pothole"),
        ("that corner is pitch black after sunset", "streetlight"),
        ("they will not turn down the stereo after midnight", "loud-music"),
        ("mice and roaches in the building next door", "property-upkeep"),
    ],
)
def test_what_residents_of_other_cities_complain_about_finds_its_category(phrase, code):
    hits = search.find_categories(phrase, limit=3)
    assert code in [category.service_code for category in hits]
