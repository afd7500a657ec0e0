"""Rules about the templates; `./run templates --check` sees to the rest of their form."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path
    for folder in ("templates", "city/templates")
    for kind in ("*.html", "*.svg")
    for path in (ROOT / folder).rglob(kind)
)
DJANGO = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}")
OPENING = re.compile(r"<[a-z][\w-]*((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>?")
ATTRIBUTE = re.compile(r"[\w:-]+(?:=(?:\"[^\"]*\"|'[^']*'))?")
# Django allows no line break in a tag, and a drawing's path is data.
ONE_TAG = re.compile(r"{% (?:include|with) [^%]*%}")
PATH_DATA = re.compile(r"d=\"[^\"]*\"")


def by_name(path):
    return str(path.relative_to(ROOT))


every_template = pytest.mark.parametrize("path", TEMPLATES, ids=by_name)


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def attributes_in(line) -> list[int]:
    """How many attributes each element has that begins in this line."""
    return [len(ATTRIBUTE.findall(each)) for each in OPENING.findall(DJANGO.sub("", line))]


def test_the_rules_know_what_breaks_them():
    assert attributes_in('<b>x</b><input type="a" name="b" {% if c %}checked{% endif %}>') == [0, 3]
    assert attributes_in('<a href="?a={{ b }}" class="c d">{% icon "e" %}<b>') == [2, 0]


@every_template
def test_no_template_is_longer_than_120_lines(path):
    assert len(lines_of(path)) <= 120


@every_template
def test_no_line_is_longer_than_110_columns(path):
    kept = (ONE_TAG, PATH_DATA)
    lines = (line for line in lines_of(path) if len(line) > 110)
    assert [x for x in lines if not any(each.fullmatch(x.strip()) for each in kept)] == []


@every_template
def test_an_element_of_more_than_two_attributes_has_its_line_to_itself(path):
    counts = (attributes_in(line) for line in lines_of(path))
    assert [each for each in counts if len(each) > 1 and max(each) > 2] == []


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.suffix == ".html"], ids=by_name)
def test_a_drawing_is_a_file_of_its_own(path):
    assert "<svg" not in path.read_text(encoding="utf-8")


@every_template
def test_words_in_an_attribute_have_no_spaces_around_them(path):
    """Scripts, and what reads pages aloud, take them as they are."""
    lists = "class|style|aria-describedby|sizes|hx-include|points"
    text = path.read_text(encoding="utf-8")
    assert re.findall(rf"\s(?!(?:{lists})=)([\w-]+)=\"\s*\n", text) == []


@every_template
def test_what_a_person_typed_comes_back_without_spaces_before_it(path):
    """What is indented in a text area is part of the text."""
    assert not re.search(r"<textarea[^<]*>\n?[ \t]+\S", path.read_text(encoding="utf-8"))


BLOCK = re.compile(
    r"{% (if|for|with|partialdef|elif|else|empty|endif|endfor|endwith|endpartialdef)\b.*?%}"
)


@every_template
def test_a_block_that_goes_on_on_a_line_of_its_own_begins_on_one(path):
    """Else white space between two things is lost where the templates are loaded."""
    text, open_blocks, wrong = path.read_text(encoding="utf-8"), [], []
    for tag in BLOCK.finditer(text):
        line = text.count("\n", 0, tag.start())
        is_alone = text.splitlines()[line].strip() == tag[0]
        if tag[1] in ("if", "for", "with", "partialdef"):
            open_blocks.append(is_alone)
        elif is_alone and not open_blocks[-1]:
            wrong.append((line + 1, tag[0]))
        if tag[1].startswith("end"):
            open_blocks.pop()
    assert wrong == []
    assert text.endswith("\n")
