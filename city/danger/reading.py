"""A text as the matcher reads it: small Latin letters, and the words that say something."""

# ruff: noqa: RUF001 - apostrophes of every kind

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from city.danger.letters import FILLERS, LOOKALIKES, TURNS

_LETTERS = str.maketrans(LOOKALIKES)
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = re.compile("(?<=\\w)['’‘ʼ`´](?=\\w)")
_PARTS = re.compile(r"[^\W_]+|[.!?\n]|[,;:()]")


class Word(NamedTuple):
    text: str
    sentence: int
    clause: int
    before: frozenset[str] = frozenset()  # the fillers right before it


def fold(text: str) -> str:
    """Small Latin letters without accents, invisible characters, or a letter thrice in a row."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower())
    text = "".join(_folded(text))
    return _REPEATED.sub(r"\1", _APOSTROPHES.sub("", text.translate(_LETTERS)))


def _folded(text) -> Iterator[str]:
    for char in text:
        category = unicodedata.category(char)
        if char in "\n\t\r":
            yield "\n" if char == "\n" else " "
        elif category not in {"Mn", "Me", "Cf", "Cc", "Cs"}:
            yield char


def words_of(text: str) -> list[Word]:
    """The words of a text that say something, where their sentences and clauses end."""
    found, fillers, sentence, clause = [], [], 0, 0
    for part in _PARTS.findall(fold(text)):
        if part in FILLERS:
            fillers.append(part)
            clause += part in TURNS
            continue
        if part in ".!?\n":
            sentence, clause = sentence + 1, clause + 1
        elif part in ",;:()":
            clause += 1
        else:
            found.append(Word(part, sentence, clause, frozenset(fillers)))
        fillers = []
    return found
