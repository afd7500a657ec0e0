"""Tests that all texts show the emergency number of the city's setting."""

import re

import pytest

from city import danger, emergency_number
from city.models import CannedText, Choice, City, DangerKind, DeclineReason
from city.translation import translate

pytestmark = pytest.mark.django_db
OTHER = re.compile(r"(?<![\d-])911(?!\d)")


@pytest.fixture
def city_with_112():
    City.objects.update(emergency_phone="112")
    City.objects.first().save()


@pytest.mark.usefixtures("city_with_112")
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_text_in_a_danger_names_the_citys_own_number(language):
    texts = [
        *(kind.advice for kind in DangerKind.objects.all()),
        *(text for choice in Choice.objects.all() for text in (choice.hint, choice.stop_text)),
        *CannedText.objects.values_list("body", flat=True),
        *DeclineReason.objects.values_list("words", flat=True),
    ]
    read = [translate(text, language) for text in texts]
    assert not [text for text in read if OTHER.search(text) or "{emergency}" in text]
    assert sum("112" in text for text in read) > 30


@pytest.mark.usefixtures("city_with_112")
def test_advice_and_words_of_danger_follow_the_number():
    assert "112" in danger.advice_for_kind("gas").text
    assert danger.find_danger("please call 112").kind == "person-in-danger"
    assert danger.find_danger("please call 911") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call 911.", ["911"]),
        ("Call 9-1-1 or 112 now.", ["9-1-1", "112"]),
        ("Llame al 066.", ["066"]),
        ("Stay 300 feet away. Call {emergency}.", []),
        ("Dial 3-1-1, or call 988.", []),
        ("Call 1-800-611-1911 or +1 310-555-0142.", []),
        ("Call 1122 now.", []),
        ("It costs $250, in 2026 too. The 405 freeway", ["405"]),
    ],
)
def test_a_number_that_is_written_out_is_found(text, found):
    allowed = ["3-1-1", "988"]
    assert emergency_number.find_written_numbers(text, "911", allowed) == found


def test_the_citys_own_number_is_found_however_long_it_is():
    assert emergency_number.find_written_numbers("Call 1122 now.", "1122") == ["1122"]
