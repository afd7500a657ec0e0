from decimal import Decimal

import pytest

from city.coordinates import BadCoordinate, parse_coordinate, parse_point


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("34.0118", "34.0118"),
        (" -118.4917 ", "-118.4917"),
        ("+34", "34"),
        ("34.", "34"),
        ("34.01181234567890123456", "34.011812"),
        ("-0.0000001", "0"),
        ("180", "180"),
        ("-180.000000", "-180"),
    ],
)
def test_a_coordinate_is_parsed_and_rounded_to_six_places(typed, means):
    assert parse_coordinate(typed) == Decimal(means)
    assert not parse_coordinate(typed).is_signed() or parse_coordinate(typed) < 0


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "NaN", "nan", "inf", "-Infinity", "1e400", "1e2", "0x10", "1_0",
        "\u0663\u0667.\u0667", "\uff19\uff10", "37,77", "34.0.1", "--34", "34°", "thirty", "34 01",
        "1" * 500, "180.000001", "-181",
        "\x0034", "34\x00", "34.0118, -118.4917", "\U0001d7db",
    ],
)  # fmt: skip
def test_text_that_is_no_coordinate_is_refused_with_a_message(typed):
    with pytest.raises(BadCoordinate) as refused:
        parse_coordinate(typed)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("value", [34.0118, 34, Decimal("34.0118")])
def test_a_number_is_parsed_like_text(value):
    assert parse_coordinate(value) == Decimal(str(value))


@pytest.mark.parametrize("value", [None, [], "\ud800", float("nan"), 10**30])
def test_any_value_is_parsed_or_refused(value):
    with pytest.raises(BadCoordinate):
        parse_coordinate(value)


def test_a_comma_is_answered_with_the_number_as_it_should_be():
    with pytest.raises(BadCoordinate, match=r"34\.0118"):
        parse_coordinate("34,0118")


def test_a_point_has_its_latitude_first():
    assert parse_point("34.0118", "-118.4917") == (Decimal("34.0118"), Decimal("-118.4917"))


def test_a_swapped_point_is_asked_about():
    with pytest.raises(BadCoordinate, match="swapped"):
        parse_point("-118.4917", "34.0118")


@pytest.mark.parametrize(("lat", "lng"), [("34.0118", ""), ("", "-118.4917")])
def test_a_point_without_one_coordinate_is_refused(lat, lng):
    with pytest.raises(BadCoordinate, match="missing"):
        parse_point(lat, lng)
