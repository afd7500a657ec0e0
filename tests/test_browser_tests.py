"""Tests for the list of browser tests that `./run test` runs."""

import ast
from pathlib import Path

import pytest

from tests.browser.usual import JOURNEYS, USUAL

FOLDER = Path(__file__).parent / "browser"


def names_in(file: Path) -> set[str]:
    """Return the names of the top-level functions of a module."""
    found = ast.parse(file.read_text(encoding="utf-8")).body
    return {one.name for one in found if isinstance(one, ast.FunctionDef)}


@pytest.mark.parametrize("listed", sorted(USUAL))
def test_a_listed_browser_test_is_there(listed):
    file, _colons, test = listed.partition("::")
    assert not test or test in names_in(FOLDER / file)
    assert (FOLDER / file).exists()


def test_there_are_ten_journeys():
    assert len(set(JOURNEYS)) == 10
