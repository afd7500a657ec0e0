"""Tests for parsing dates that people type."""

from datetime import date

import pytest

from city.pack import cells
from lib.days import InvalidDay, parse_day


@pytest.mark.parametrize(
    "text",
    ["11/30/2026", " 11/30/26 ", "11-30-2026", "11.30.2026", "2026-11-30"],
)
def test_a_day_is_read_however_it_is_typed(text):
    assert parse_day(text) == date(2026, 11, 30)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30/11/2026",
        "2/30/2026",
        "11/30",
        "11/30-2026",
        "soon",
        "\u0661/30/2026",
        "1/1/0000",
        "12/31/9999",
        "12/31/1899",
    ],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(InvalidDay):
        parse_day(text)


def test_a_holiday_in_a_citys_folder_is_read_as_it_is_typed():
    parse = cells.parse_us_date
    assert parse("11/30/2026") == parse("2026-11-30") == date(2026, 11, 30)
    with pytest.raises(ValueError, match="must be a date"):
        cells.parse_us_date("30/11/2026")
