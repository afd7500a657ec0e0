"""Finds phrases in what people write: whatever the case, accents, alphabet, typing or word forms.

Pure: a table comes in as values, and the same values (`Table.as_json`) feed the module of the same
algorithm that runs in browsers, static/js/danger-words.js. Both pass tests/city/danger_words.csv.

A text becomes its words that say something, each with the number of its sentence and its clause. A
phrase is found where its words follow each other in one sentence with at most `GAP` others between.
An exception stands in one clause without a gap, and takes its words away from the phrases of its
own kind only, whatever the language.
"""

# ruff: noqa: RUF001 - apostrophes of every kind

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from city.danger.letters import FILLERS, LOOKALIKES

GAP = 2
LONG = 8  # letters from which two typos are still one word
_SHORTEST = 4  # letters below which a word is found only as it is
_REMEMBERED = 20_000  # words that people typed, each once

_LETTERS = str.maketrans(LOOKALIKES)
_TWICE = re.compile(r"([^\W\d_])\1")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = re.compile("(?<=\\w)['’‘ʼ`´](?=\\w)")
_PARTS = re.compile(r"[^\W_]+|[.!?\n]|[,;:()]")


class Row(NamedTuple):
    """One row of a table: `phrases` and `exceptions` as people write them."""

    kind: str
    phrases: Sequence[str]
    exceptions: Sequence[str] = ()


class Found(NamedTuple):
    """`phrase` is the one of the table that was found, as the table has it."""

    kind: str
    phrase: str


class Word(NamedTuple):
    text: str
    sentence: int
    clause: int


class Phrase(NamedTuple):
    text: str
    words: tuple[str, ...]


def fold(text: str) -> str:
    """Small Latin letters without accents, invisible characters, or a letter thrice in a row."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower())
    text = "".join(_folded(text))
    return _REPEATED.sub(r"\1", _APOSTROPHES.sub("", text.translate(_LETTERS)))


def _folded(text):
    for char in text:
        category = unicodedata.category(char)
        if char in "\n\t\r":
            yield "\n" if char == "\n" else " "
        elif category not in {"Mn", "Me", "Cf", "Cc", "Cs"}:
            yield char


def words_of(text: str) -> list[Word]:
    """The words of a text that say something, where their sentences and clauses end."""
    found, sentence, clause = [], 0, 0
    for part in _PARTS.findall(fold(text)):
        if part in ".!?\n":
            sentence, clause = sentence + 1, clause + 1
        elif part in ",;:()":
            clause += 1
        elif part not in FILLERS:
            found.append(Word(part, sentence, clause))
    return found


def forms_of(word: str) -> list[str]:
    """The word with the endings that English and Spanish put to it; the table has it bare."""
    bare = word.removesuffix("e")
    endings = [f"{word}{ending}" for ending in ("s", "es")]
    endings += [f"{bare}{ending}" for ending in ("ed", "ing", "in")]
    if len(word) > 2 and word[-1] not in "aeiouwxy" and word[-2] in "aeiou":
        endings += [f"{word}{word[-1]}{ending}" for ending in ("ed", "ing")]
    if word.endswith("y"):
        endings += [f"{word[:-1]}{ending}" for ending in ("ies", "ied")]
    return [word, *endings]


class Table:
    """Rows with the gravest first. `ordinary` are words that are no misspelling of another."""

    def __init__(self, rows: Iterable[Row], ordinary: Iterable[str] = ()):
        kinds: dict[str, tuple[list[Phrase], list[Phrase]]] = {}
        for row in rows:
            phrases, exceptions = kinds.setdefault(row.kind, ([], []))
            phrases += _compiled(row.phrases)
            exceptions += _compiled(row.exceptions)
        self.rows = [(kind, *found) for kind, found in kinds.items()]
        self._known = {
            word
            for _kind, phrases, exceptions in self.rows
            for phrase in [*phrases, *exceptions]
            for word in phrase.words
        }
        self._forms: dict[str, set[str]] = {}
        self._by_letter: dict[str, list[tuple[str, int, str, int]]] = {}
        for word in sorted(self._known):
            most = typos_in(word)
            for form in forms_of(word):
                self._forms.setdefault(form, set()).add(word)
                if most:
                    entry = (form, letters_in(form), word, most)
                    self._by_letter.setdefault(form[0], []).append(entry)
        self.ordinary = frozenset(ordinary)
        self.meant = lru_cache(_REMEMBERED)(self._meant)

    def find(self, *texts: str, besides: Sequence[str] = ()) -> Found | None:
        """The gravest kind that one of the texts names, of those that are not in `besides`."""
        read = [self._places(text) for text in texts if text]
        for kind, phrases, exceptions in self.rows:
            for words, places in read if kind not in besides else ():
                for found in _all(phrases, exceptions, words, places):
                    return Found(kind, found)
        return None

    def all_in(self, text: str) -> set[Found]:
        """Every phrase of every kind that a text names; for the check of a table."""
        words, places = self._places(text)
        return {
            Found(kind, phrase)
            for kind, phrases, exceptions in self.rows
            for phrase in _all(phrases, exceptions, words, places)
        }

    def _places(self, text):
        """The words of a text, and where in them each known word stands."""
        words = words_of(text)
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            for known in self.meant(word.text):
                places.setdefault(known, []).append(place)
        return words, places

    def _meant(self, typed: str) -> tuple[str, ...]:
        """The known words that a typed one may be."""
        if exact := self._forms.get(typed):
            return tuple(exact)
        if len(typed) < _SHORTEST or typed in self.ordinary or not typed.isalpha():
            return ()
        if doubled := self._forms.get(_TWICE.sub(r"\1", typed)):
            return tuple(doubled)
        letters = letters_in(typed)
        near = (
            word
            for first in {typed[0], typed[1]}
            for form, its_letters, word, most in self._by_letter.get(first, ())
            if (letters ^ its_letters).bit_count() <= 2 * most and is_typo(typed, form, most)
        )
        return tuple(dict.fromkeys(near))

    @cached_property
    def as_json(self) -> dict:
        """What the browser's module needs; of the ordinary words those that count."""
        bare = Table([])
        bare._forms, bare._by_letter = self._forms, self._by_letter
        return {
            "gap": GAP,
            "letters": LOOKALIKES,
            "fillers": sorted(FILLERS),
            "ordinary": sorted(word for word in self.ordinary if self._looks_known(bare, word)),
            "rows": [
                {
                    "kind": kind,
                    "phrases": [" ".join(phrase.words) for phrase in phrases],
                    "exceptions": [" ".join(phrase.words) for phrase in exceptions],
                }
                for kind, phrases, exceptions in self.rows
            ],
        }

    @staticmethod
    def _looks_known(bare, word):
        return word not in bare._forms and bool(bare._meant(word))


def _compiled(texts):
    """The phrases that have a word; of two words also written as one."""
    found = []
    for text in texts:
        words = tuple(word.text for word in words_of(text))
        if words:
            found.append(Phrase(text, words))
        if len(words) == 2 and len("".join(words)) > _SHORTEST + 2:
            found.append(Phrase(text, ("".join(words),)))
    return found


def typos_in(word: str) -> int:
    """How many typos a word of the table may have."""
    if len(word) < _SHORTEST or not word.isalpha():
        return 0
    return 1 if len(word) < LONG else 2


def letters_in(word: str) -> int:
    """One bit for each letter: a typo changes two at the most, so most words need no comparing."""
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % 26
    return bits


def is_typo(typed: str, form: str, most: int) -> bool:
    """Whether a typed word is `form` with at most `most` typos, and begins as it does."""
    if abs(len(typed) - len(form)) > most:
        return False
    if typed[0] != form[0] and typed[:2] != form[1::-1]:
        return False
    return distance(typed, form) <= most


def distance(one: str, other: str) -> int:
    """Letters to change, add, leave out or swap with the next (optimal string alignment)."""
    before, above = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, another in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]


def _all(phrases, exceptions, words, places):
    """The texts of the phrases that stand in words that no exception takes away."""
    taken = {place for each in exceptions for place in _taken(each.words, words, places)}
    for phrase in phrases:
        if _ends(phrase.words, words, places, taken):
            yield phrase.text


def _taken(exception, words, places):
    """The places of every exception in full, in one clause and without a gap."""
    if not all(word in places for word in exception):
        return
    starts = [set(places[word]) for word in exception]
    for start in places[exception[0]]:
        span = range(start, start + len(exception))
        is_whole = all(place in starts[n] for n, place in enumerate(span))
        if is_whole and words[span[-1]].clause == words[start].clause:
            yield from span


def _ends(phrase, words, places, taken):
    """Where the phrase's last word may stand, its words in order, in one sentence, gaps small."""
    if not all(word in places for word in phrase):
        return set()
    ends = {place for place in places[phrase[0]] if place not in taken}
    for word in phrase[1:]:
        ends = {
            place
            for place in places[word]
            if place not in taken
            and any(
                before in ends and words[before].sentence == words[place].sentence
                for before in range(place - GAP - 1, place)
            )
        }
    return ends
