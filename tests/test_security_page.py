"""docs/security.md has every requirement once, and names only what is there."""

import re

from santa311.lib.sandbox.parent import HOUSE

PAGE = (HOUSE / "docs" / "security.md").read_text()
ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| (.+?) \| (\S+) \| (.*?) ?\|$", re.MULTILINE)
# How many requirements of levels 1 and 2 each section of ASVS 5.0 has, by chapter.
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


def rows():
    return [(tuple(map(int, row[:3])), *row[3:]) for row in ROW.findall(PAGE)]


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


def test_what_is_named_is_there():
    named = {each.split()[0] for each in re.findall(r"`([^`]+)`", PAGE) if "/" in each}
    inside = {each for each in named if not each.startswith(("/", "./", "http"))}
    assert len(inside) > 50
    assert sorted(each for each in inside if not (HOUSE / each).exists()) == []
