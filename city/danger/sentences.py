"""The product's own phrases of danger in each language, for every city, and the compiled table.

A city's table adds phrases, and removes matches by its exceptions. A kind that the city's table
lacks is never found, because there is no advice for it. Exceptions below `[any]` hold for every
kind.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from city.danger import ordinary
from city.danger.matcher import DangerRow, DangerTable
from city.emergency_number import fill_placeholder

_FILES = sorted(Path(__file__).parent.glob("sentences.*.txt"))
_EXCEPTION_PREFIX = "- "
_ANY_KIND = "any"


@lru_cache(maxsize=4)
def compile_table(rows: tuple[DangerRow, ...], phone: str) -> DangerTable:
    """Return the table of a city's `rows`, gravest first, and of the product's own phrases.

    `phone` replaces the placeholder of the emergency number. Equal arguments return the same table.
    """
    exceptions = [text for row in _list_rows() if row.kind == _ANY_KIND for text in row.exceptions]
    return DangerTable(_add_sentences(rows, phone), ordinary.WORDS, exceptions)


def _add_sentences(rows: Iterable[DangerRow], phone: str) -> list[DangerRow]:
    """Return a city's rows, each kind followed by the product's rows of the kind.

    The placeholder of the emergency number is filled in. The product's kinds that the city lacks
    are left out.
    """
    by_kind: dict[str, list[DangerRow]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(_fill_emergency_number(row, phone))
    own = [_fill_emergency_number(row, phone) for row in _list_rows()]
    return [
        each
        for kind, given in by_kind.items()
        for each in [*given, *(row for row in own if row.kind == kind)]
    ]


def load_sentences(kind: str, language: str) -> DangerRow:
    """Return the product's DangerRow of a kind in a language, without phrases if there is none."""
    found = (row for code, row in _read_files() if (row.kind, code) == (kind, language))
    return next(found, DangerRow(kind, ()))


@cache
def hash_sources() -> str:
    """Return a short hash of the product's phrases and of the code that compiles them."""
    files = sorted(path for path in Path(__file__).parent.iterdir() if path.is_file())
    content = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(content).hexdigest()[:12]


def _fill_emergency_number(row: DangerRow, phone: str) -> DangerRow:
    """Return the row with `phone` in place of the placeholder in its phrases and exceptions."""
    return DangerRow(
        row.kind, *(tuple(fill_placeholder(text, phone) for text in texts) for texts in row[1:])
    )


def _list_rows() -> list[DangerRow]:
    """Return the rows of all files, of every language."""
    return [row for _language, row in _read_files()]


@cache
def _read_files() -> list[tuple[str, DangerRow]]:
    """Return (language code, row) for each kind in each file."""
    return [
        (path.name.split(".")[1], row)
        for path in _FILES
        for row in _parse_rows(path.read_text(encoding="utf-8"))
    ]


def _parse_rows(text: str) -> Iterator[DangerRow]:
    """Yield a row for each section `[kind]` of a file; "- " marks an exception."""
    for section in text.split("\n[")[1:]:
        kind, *lines = section.split("\n")
        lines = [line for line in lines if line]
        yield DangerRow(
            kind.removesuffix("]"),
            tuple(line for line in lines if not line.startswith(_EXCEPTION_PREFIX)),
            tuple(
                line[len(_EXCEPTION_PREFIX) :]
                for line in lines
                if line.startswith(_EXCEPTION_PREFIX)
            ),
        )
