"""Tests for reports/asvs.csv and reports/threats.csv: complete, and with evidence for each claim.

Evidence is the name of an existing test, or for some requirements a section of a document.
"""

import ast
import csv
import re
from functools import cache

import pytest

from lib.rate_limiter import DEFAULT_LIMITS
from lib.sandbox.parent import REPOSITORY

LIMITS = REPOSITORY / "docs" / "explanation" / "limits.csv"


def read_table(name: str) -> str:
    """Return a CSV file of reports/ as the rows of a Markdown table."""
    with (REPOSITORY / "reports" / name).open(encoding="utf-8", newline="") as file:
        return "\n".join(f"| {' | '.join(cells)} |" for cells in csv.reader(file))


REQUIREMENTS = read_table("asvs.csv")
THREATS = read_table("threats.csv")
PAGE = f"{REQUIREMENTS}\n{THREATS}"
ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| (.+?) \| (\S+) \| (.*?) ?\|$", re.MULTILINE)
# Number of requirements of levels 1 and 2 in each section of ASVS 5.0, by chapter.
SECTIONS = {
    1: (2, 9, 11, 3, 2),
    2: (3, 3, 4, 1),
    3: (0, 2, 4, 6, 5, 0, 2),
    4: (3, 1, 2, 4),
    5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4),
    7: (3, 4, 2, 5, 2, 2),
    8: (2, 3, 1, 1),
    9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1),
    12: (3, 2, 4),
    13: (1, 5, 2, 5),
    14: (2, 4, 3),
    15: (3, 3, 7),
    16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}
CLAIMS = {"met", "partly"}
# Requirements about documents or the installation. A section of a document is their evidence.
IN_A_DOCUMENT = {
    "2.1.2", "6.1.2", "6.1.3", "6.4.2", "7.1.1", "7.1.2", "7.1.3", "7.6.1", "8.1.1", "11.1.1",
    "11.1.2", "12.2.2", "12.3.4", "13.1.1", "14.1.2", "15.1.1", "15.1.3", "16.1.1",
}  # fmt: skip
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
SECTION = re.compile(r"\]\(([\w./-]*(?:\.md)?(?:#[\w-]+)?)\)")


def rows():
    return [(tuple(map(int, row[:3])), *row[3:]) for row in ROW.findall(PAGE)]


def claims(page) -> list[tuple[str, str]]:
    """Return the number and the text of each requirement that is met, or partly met."""
    found = [(".".join(row[:3]), *row[4:]) for row in ROW.findall(page)]
    return [(number, shown) for number, verdict, shown in found if verdict in CLAIMS]


def threats(page) -> list[tuple[str, str]]:
    """Return (attacker and goal, prevention) of each line with three cells."""
    lines = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)
    return [(f"{who}, {wants}", why) for who, wants, why in lines if who != "who"]


def not_shown(page) -> list[str]:
    """Return the claims without a test, or without a section if a document is required."""
    return [
        name
        for name, shown in [*claims(page), *threats(page)]
        if not NAMED.search(shown) and not (name in IN_A_DOCUMENT and SECTION.search(shown))
    ]


@cache
def collected_in(path) -> set[str]:
    """Return the names of the functions of a test file and of the methods of its test classes.

    Return an empty set if `path` is no test file.
    """
    file = REPOSITORY / path
    if not file.exists() or not file.name.startswith("test_"):
        return set()
    module = ast.parse(file.read_text())
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    bodies = [module.body, *(each.body for each in classes if each.name.startswith("Test"))]
    return {node.name for body in bodies for node in body if isinstance(node, ast.FunctionDef)}


def lost_tests(page) -> list[str]:
    named = re.findall(r"(tests/[\w/.]+)::(\w+)", page)
    return [f"{path}::{name}" for path, name in named if name not in collected_in(path)]


def test_every_requirement_of_level_2_is_answered_once():
    wanted = [
        (chapter, section, number)
        for chapter, counts in SECTIONS.items()
        for section, count in enumerate(counts, 1)
        for number in range(1, count + 1)
    ]
    assert [number for number, *_rest in rows()] == wanted
    assert len(wanted) == 253


def test_an_answer_is_one_of_four_and_says_what_shows_it():
    for number, _about, verdict, shown in rows():
        assert verdict in {"met", "partly", "not", "–"}, number
        assert shown or verdict == "–", number


def test_what_is_claimed_names_a_test_or_the_section_of_a_document():
    assert len(threats(PAGE)) > 10
    assert not_shown(PAGE) == []


def test_every_test_that_is_named_is_there():
    assert len(NAMED.findall(PAGE)) > 250
    assert lost_tests(PAGE) == []


def test_no_requirement_leads_to_a_document_that_a_test_could_show():
    with_tests = {number for number, shown in claims(PAGE) if NAMED.search(shown)}
    assert sorted(IN_A_DOCUMENT & with_tests) == []


@pytest.mark.parametrize(
    ("line", "is_shown"),
    [
        ("| 1.2.3 | data | met | by care |", False),
        ("| 1.2.3 | data | partly | `tests/test_templates.py` |", False),
        ("| 1.2.3 | data | met | [a page](install.md#look-at-it) |", False),
        ("| 1.2.3 | data | met | `tests/test_security_page.py::test_gone` |", True),
        ("| 7.1.1 | times | met | [a page](../howto/accounts.md#sessions) |", True),
        ("| 7.1.1 | times | met | written down |", False),
        ("| 1.2.3 | data | – | |", True),
    ],
)
def test_a_claim_without_a_test_is_found(line, is_shown):
    assert (not_shown(line) == []) == is_shown


@pytest.mark.parametrize(
    "named",
    ["tests/test_security_page.py::test_gone", f"tests/test_{'gone'}.py::test_x",
     "tests/make.py::filed", "tests/test_security_page.py::rows_"],
)  # fmt: skip
def test_a_test_that_is_not_there_is_found(named):
    assert lost_tests(f"| 1.2.3 | data | met | `{named}` |") == [named]
    here = "tests/test_security_page.py::test_every_test_that_is_named_is_there"
    assert lost_tests(here) == []


def test_the_limits_are_those_that_are_counted():
    with LIMITS.open(encoding="utf-8", newline="") as file:
        told = [(row["name"], row["at most"]) for row in csv.DictReader(file)]
    assert dict(told) == DEFAULT_LIMITS
    assert len(told) == len(DEFAULT_LIMITS)


def test_what_is_named_is_there():
    named = {each.split()[0] for each in re.findall(r"`([^`]+)`", PAGE) if "/" in each}
    inside = {each for each in named if not each.startswith(("/", "./", "http"))}
    files = {each.partition("::")[0] for each in inside if not re.search(r"\d/", each)}
    assert len(files) > 50
    assert sorted(each for each in files if not (REPOSITORY / each).exists()) == []
