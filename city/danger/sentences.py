"""Kinds of sentences that tell of danger, in each of the product's languages, for every city.

A city's own table adds words, and takes words away by its exceptions. Of a kind that the city's
table does not have nothing is found, since nobody would say what to do then. The exceptions below
`[any]` hold for every kind.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from city.danger import ordinary
from city.danger.matcher import Row, Table
from city.emergency_number import fill

_FILES = sorted(Path(__file__).parent.glob("sentences.*.txt"))
_EXCEPTION = "- "
_ANY = "any"


@lru_cache(maxsize=4)
def compile_table(rows: tuple[Row, ...], phone: str) -> Table:
    """Return the table of a city's `rows`, the gravest first, and of the product's own sentences.

    `phone` is the city's emergency number, which stands in place of its placeholder. The same
    values make the same table, whatever else of the city changed.
    """
    exceptions = [text for row in _rows() if row.kind == _ANY for text in row.exceptions]
    return Table(_add_sentences(rows, phone), ordinary.WORDS, exceptions)


def _add_sentences(rows: Iterable[Row], phone: str) -> list[Row]:
    """A city's rows, each kind followed by the product's rows of the kind."""
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(_filled(row, phone))
    own = [_filled(row, phone) for row in _rows()]
    return [
        each
        for kind, given in by_kind.items()
        for each in [*given, *(row for row in own if row.kind == kind)]
    ]


def sentences_of(kind: str, language: str) -> Row:
    """Return the product's phrases and exceptions of a kind in a language; empty for none."""
    found = (row for code, row in _read() if (row.kind, code) == (kind, language))
    return next(found, Row(kind, ()))


@cache
def fingerprint() -> str:
    """Return a short hash of the sentences and of the code that makes a table of them."""
    files = sorted(path for path in Path(__file__).parent.iterdir() if path.is_file())
    content = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(content).hexdigest()[:12]


def _filled(row, phone) -> Row:
    return Row(row.kind, *(tuple(fill(text, phone) for text in texts) for texts in row[1:]))


def _rows() -> list[Row]:
    return [row for _language, row in _read()]


@cache
def _read() -> list[tuple[str, Row]]:
    """Yield the code of each language with one row for each kind in its file."""
    return [
        (path.name.split(".")[1], row)
        for path in _FILES
        for row in _parse(path.read_text(encoding="utf-8"))
    ]


def _parse(text: str) -> Iterator[Row]:
    for section in text.split("\n[")[1:]:
        kind, *lines = section.split("\n")
        lines = [line for line in lines if line]
        yield Row(
            kind.removesuffix("]"),
            tuple(line for line in lines if not line.startswith(_EXCEPTION)),
            tuple(line[len(_EXCEPTION) :] for line in lines if line.startswith(_EXCEPTION)),
        )
