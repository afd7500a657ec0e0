"""Tests that texts use the terms of docs/reference/voice.md, one for each thing."""

import ast
import csv
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

from tests.languages.test_catalogue import is_for_staff

ROOT = Path(settings.BASE_DIR)
VOICE = ROOT / "docs" / "reference" / "voice.md"
PACKS = [*sorted(path.parent for path in ROOT.glob("city/packs/*/city.toml"))]
SHAPE = ROOT / "city" / "pack" / "shape"  # the template of a city's pack
CHECKERS = [
    "city/pack", "city/addresses", "city/spreadsheets", "requests_app/importing",
    "lib/tabular",
]  # fmt: skip
# Columns of a pack that are not shown, contain typed texts, or contain names of places.
UNREAD = {
    "keywords", "aliases", "phrases", "exceptions",
    "icon", "url", "email", "phone", "phone_tel", "code", "slug", "key",
    "question", "category", "group", "service_code", "department", "datatype", "answer", "zone",
    "street", "street_a", "street_b",
}  # fmt: skip
UNREAD_FILES = {"words.es.csv", "streets.csv", "places.csv", "holidays.csv"}
# A placeholder in a text: {place}, %(zone)s.
_GAP = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>")

# Phrases in which a forbidden term has another meaning, with that meaning.
EXCEPTIONS = {
    "time zone": "the clock's, not a part of the city",
    "in case": "“if”, not a request",
    "give way": "a railing breaks",
    "give them the license plate": "a caller tells the police",
    "you gave us": "an address that a resident typed",
    "hear it": "a noise",
    "last hear": "a noise",
    "last heard": "a noise",
    "didn't hear": "no answer came: a resident's silence",
    "hear from you": "an answer came",
    "mailboxes and mail": "the postal service",
    "be heard": "a noise",
    "any more updates": "further ones",
    "own words": "how a person says it",
    "few words": "what a long password is made of",
    "small words": "what a phrase of danger is made of",
    "advice, words": "what an admin may search for",
    "language, words": "what an admin may search for",
    "park, school, place": "what an admin may search for",
    "common words": "what a weak password is made of",
    "other words": "what a search looks for",
    "no words we can search": "what a search looks for",
    "everyday words": "what a search looks for",
}
# Texts for staff in files that also have texts for residents.
FOR_STAFF = {
    "Canceled by the reporter": "an outcome in the admin site and in the files of figures",
    "Delete the reporter's details": "a verb at the desk",
    "The reporter asked by email or on their device": "a reason at the desk",
    "You can't ask a question: the reporter left no way to reply.": "an error for crews",
    "Question to the reporter": "a kind of message in the admin site",
}


def terms() -> dict[str, bool]:
    """Return the forbidden terms in the table's second column.

    The value is True if the term is forbidden in texts for residents only.
    """
    table = VOICE.read_text(encoding="utf-8").split("## One term per thing")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| ")]
    cells = [cell.strip() for _say, never in rows[1:] for cell in never.split(",")]
    return {cell.removesuffix(" (residents)"): cell.endswith(" (residents)") for cell in cells}


def _pattern(term):
    said = r"\s+(?:\w+\s+)?".join(re.escape(part.strip()) for part in term.split("…"))
    if "…" in term:
        said = said.replace(r"(?:\w+\s+)?", r"(?:(?:it|that|this|them|these|what|one)\s+)?")
    return re.compile(rf"(?<![\w-]){said}(?![\w-])", re.IGNORECASE)


FORBIDDEN = [(_pattern(term), spared) for term, spared in terms().items()]


def found(text, for_staff) -> list[str]:
    """Return the forbidden terms in `text`."""
    plain = _GAP.sub("·", text)
    for phrase in EXCEPTIONS:
        plain = re.sub(re.escape(phrase), "·", plain, flags=re.IGNORECASE)
    for_staff = for_staff or text in FOR_STAFF
    return [
        match[0]
        for pattern, spared in FORBIDDEN
        if not (spared and for_staff) and (match := pattern.search(plain))
    ]


def wrong(texts) -> list[tuple]:
    """Return (forbidden terms, text, where) for each text that has one.

    `texts` are (text, where, is for staff).
    """
    return [(bad, text, where) for text, where, staff in texts if (bad := found(text, staff))]


def from_the_catalogue():
    """Yield (text, files, is for staff) of each text in the message catalogue.

    It has the translatable texts of templates, Python, emails and scripts.
    """
    (path,) = (ROOT / "locale").glob("es/LC_MESSAGES/django.po")
    for entry in polib.pofile(str(path)):
        files = [file for file, _line in entry.occurrences]
        for text in filter(None, (entry.msgid, entry.msgid_plural)):
            yield text, files, all(map(is_for_staff, files))


def from_a_pack(folder):
    """Yield (text, file and column, is for staff) of each text in the folder of a city."""
    for path in sorted(folder.glob("*.csv")):
        if path.name in UNREAD_FILES:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            for column, cell in row.items():
                if cell and column not in UNREAD and not column.endswith("_code"):
                    yield cell, f"{path.name}: {column}", column in {"crew_label", "crew_note"}
    for text in re.findall(
        r'"([^"\n]* [^"\n]*)"', (folder / "city.toml").read_text(encoding="utf-8")
    ):
        yield text, "city.toml", False


def from_scripts():
    """Yield (text, file, False) of each sentence in JavaScript.

    There should be none: texts for scripts are in the pages.
    """
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        source = re.sub(
            r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S
        )
        for text in re.findall(r'"([A-Z][a-z]+ [^"\n]*)"', source):
            yield text, path.name, False


def from_commands():
    """Yield the output, errors and help texts of management commands, which operators read."""
    for path in sorted(ROOT.glob("*/management/commands/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            for text in _printed(node):
                yield text, path.name, True


def _printed(node):
    """Return the texts that the node prints, raises in a CommandError, or gives as help."""
    is_error = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "CommandError"
    is_print = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "write"
    is_help = isinstance(node, ast.keyword) and node.arg == "help"
    is_about = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "help"
    return _texts_in(node) if is_error or is_print or is_help or is_about else []


def _texts_in(tree):
    leaves = [leaf.value for leaf in ast.walk(tree) if isinstance(leaf, ast.Constant)]
    return [text for text in leaves if isinstance(text, str)]


def from_checkers():
    """Yield the messages of the checkers of a city's files and of exports of an older system."""
    for path in sorted(path for folder in CHECKERS for path in ROOT.glob(f"{folder}/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {
            node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for text in set(_texts_in(tree)) - prose:
            # Rows of zones.geojson and places.csv are called zones and places, like the files.
            yield re.sub(r"\b(zone|place)s?\b", "·", text), str(path.relative_to(ROOT)), True


def test_the_table_is_read():
    assert len(terms()) > 60
    assert terms()["overdue"] is False
    assert terms()["reporter"] is True


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("Your Ticket was moved on.", ["Ticket", "moved on"]),
        (
            "Nobody took it back in time, by e-mail.",
            ["in time", "took it back", "e-mail", "Nobody"],
        ),
        ("A zone near this place", ["place", "zone"]),
        ("The reporter is told.", ["reporter"]),
        ("In the city's time zone, in case it's late", []),
        ("An emergency; the replacement is in stock. {place}", []),
    ],
)
def test_a_term_that_comes_back_is_found(text, bad):
    assert sorted(found(text, for_staff=False)) == sorted(bad)


def test_staff_may_read_of_the_reporter_and_residents_may_not():
    assert found("Ask the reporter", for_staff=True) == []
    assert found("Ask the reporter", for_staff=False) == ["reporter"]


def test_no_text_of_pages_and_emails_uses_another_term():
    assert wrong(from_the_catalogue()) == []


@pytest.mark.parametrize("folder", [*PACKS, SHAPE], ids=lambda path: path.name)
def test_no_text_of_a_citys_folder_uses_another_term(folder):
    assert wrong(from_a_pack(folder)) == []


def test_no_script_and_no_command_uses_another_term():
    assert wrong([*from_scripts(), *from_commands()]) == []


def test_no_checker_of_files_uses_another_term():
    sentences = [each for each in from_checkers() if " " in each[0]]
    assert len(sentences) > 200
    assert wrong(sentences) == []


def test_every_exception_is_still_needed():
    texts = [
        *from_the_catalogue(),
        *(each for path in [*PACKS, SHAPE] for each in from_a_pack(path)),
    ]
    said = "\n".join(text.lower() for text, _where, _staff in texts)
    assert [phrase for phrase in EXCEPTIONS if phrase not in said] == []
    assert [text for text in FOR_STAFF if text.lower() not in said] == []
