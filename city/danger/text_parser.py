"""Normalization of a text for the matcher: folded letters, and words without fillers."""

# ruff: noqa: RUF001 - apostrophes of every kind

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from city.danger.letters import FILLERS, LOOKALIKES, TURN_WORDS

_LETTERS = str.maketrans(LOOKALIKES)
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = re.compile("(?<=\\w)['’‘ʼ`´](?=\\w)")
_PARTS = re.compile(r"[^\W_]+|[.!?\n]|[,;:()]")


class Word(NamedTuple):
    """A word with the numbers of its sentence and clause."""

    text: str
    sentence: int
    clause: int
    fillers_before: frozenset[str] = frozenset()  # the fillers right before it


def fold_text(text: str) -> str:
    """Return the text in lower case, without accents, invisible characters and inner apostrophes.

    Letters that look like Latin ones become Latin; digits, signs and other scripts stay. A letter
    that occurs three or more times in a row occurs once.
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower())
    text = "".join(_fold_characters(text))
    return _REPEATED.sub(r"\1", _APOSTROPHES.sub("", text.translate(_LETTERS)))


def _fold_characters(text: str) -> Iterator[str]:
    """Yield the characters of a decomposed text without accents and invisible characters.

    A tab or carriage return becomes a blank; a line end stays.
    """
    for char in text:
        category = unicodedata.category(char)
        if char in "\n\t\r":
            yield "\n" if char == "\n" else " "
        elif category not in {"Mn", "Me", "Cf", "Cc", "Cs"}:
            yield char


def parse_words(text: str) -> list[Word]:
    """Return the words of a text that are no fillers, folded, with their sentences and clauses.

    A word has the fillers directly before it, such as `my`. A full stop or line end begins a
    sentence; a comma, a colon, a bracket or a turn word begins a clause.
    """
    found, fillers, sentence, clause = [], [], 0, 0
    for part in _PARTS.findall(fold_text(text)):
        if part in FILLERS:
            fillers.append(part)
            clause += part in TURN_WORDS
            continue
        if part in ".!?\n":
            sentence, clause = sentence + 1, clause + 1
        elif part in ",;:()":
            clause += 1
        else:
            found.append(Word(part, sentence, clause, frozenset(fillers)))
        fillers = []
    return found
