"""Tests that the table of cities in docs/howto/sizes.md follows from the factors above it."""

import re

import pytest

from tests.test_docs import ROOT

PAGE = (ROOT / "docs" / "howto" / "sizes.md").read_text()
ROWS = re.findall(r"^\| ([\d,]+|a cell [^|]+) \| ([\d,]+) \| (.+) \|$", PAGE, re.MULTILINE)


def find_factor(pattern: str) -> float:
    return float(re.search(pattern, PAGE)[1])


def read_amount(text: str) -> float:
    """Return the number in a table cell, with TB converted to GB."""
    number = float(re.match(r"[\d.,]+", text)[0].replace(",", ""))
    return number * 1000 if text.endswith("TB") else number


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_is_calculated_from_the_factors(row):
    name, reports, others = row
    a_year = read_amount(reports)
    if name[0].isdigit():
        assert a_year == read_amount(name) * find_factor(r"reports a year \| ([\d.]+) for each")
    hour = a_year / 150 * find_factor(r"\| ([\d.]+) % of its reports") / 100
    storm = hour * 10 / 3600
    megabytes = find_factor(r"\| ([\d.]+) of [\d.]+ MB") * find_factor(r"of ([\d.]+) MB: as sent")
    wanted = [
        hour,
        hour * find_factor(r"its reports × ([\d.]+) s / 3,600 s") / 3600,
        storm,
        max(2, storm / 2 * find_factor(r"/ 2 × ([\d.]+) / 0\.6") / 0.6),
        a_year * 10 / 1e6 * find_factor(r"\| ([\d.]+) GB for a million requests"),
        a_year * megabytes / 1000,
        a_year * 10 / 1e6 * find_factor(r"\| (\d+) minutes for a million requests"),
    ]
    shown = [read_amount(cell) for cell in others.split(" | ")]
    for written, exact in zip(shown, wanted, strict=True):
        assert written == pytest.approx(exact, rel=0.2, abs=0.5 if exact > 0.5 else 0.05)


def test_there_are_cities_from_fifty_thousand_to_eight_million_people():
    assert [ROWS[0][0], ROWS[-2][0]] == ["50,000", "8,000,000"]
