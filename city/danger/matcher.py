"""Search for a table's phrases in texts, whatever the case, accents, alphabet, typos or forms.

Pure: a table is built from values, and the same values (`DangerTable.as_json`) feed the browser's
module with the same algorithm, static/js/danger/words.js. Both pass tests/city/danger_words.csv.

A text becomes its words without fillers, each with the number of its sentence and its clause. A
phrase matches if its words follow each other in one sentence with at most `MAX_GAP` other words
between two of them. An exception must match within one clause, without a gap and without a typo; it
excludes its words from the phrases of its own kind only, in any language, and with a star at one
end also the rest of the clause on that side. In phrases and exceptions, "one/other" is either word,
"in+my+house" is "house" directly after "in" and "my", "+station" is "station" without a filler
directly before it, "someone" is anyone, "@child" a word of that group (both groups.GROUPS), and
"=alguien" that word alone; the two sides of a "~" match in either order. The exceptions of a whole
table exclude words from the phrases of every kind.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, NamedTuple

from city.danger.groups import GROUPS
from city.danger.letters import FILLERS, LOOKALIKES, TURN_WORDS
from city.danger.phrases import JOIN_SIGN, STAR, Phrase, collect_words, compile_phrases
from city.danger.text_parser import Word, parse_words
from city.danger.typos import (
    MAX_TYPOS,
    MIN_LENGTH_FOR_TYPO,
    is_typo,
    letter_bits,
    list_word_forms,
    max_typos,
)

MAX_GAP = 2
_CACHE_SIZE = 20_000  # typed words
_MAX_WORD_LENGTH = 64  # longer words are neither looked up nor cached

_DOUBLED_LETTER = re.compile(r"([^\W\d_])\1")


class DangerRow(NamedTuple):
    """A row of a table: `phrases` and `exceptions` as people write them."""

    kind: str
    phrases: Sequence[str]
    exceptions: Sequence[str] = ()


class Danger(NamedTuple):
    """A danger that was found: its `kind`, and the matched `words`, folded and without fillers."""

    kind: str
    words: str


class ParsedText(NamedTuple):
    """A text with the positions of the table's words.

    `places` maps each known word to its positions, `exact` likewise without typos. `excused` are
    the positions that the exceptions of every kind exclude.
    """

    words: list[Word]
    places: dict[str, list[int]]
    exact: dict[str, list[int]]
    excused: set[int]


class DangerTable:
    """The compiled phrases of each kind, gravest first.

    `ordinary` are words that are no misspelling of another; `exceptions` hold for every kind.
    """

    def __init__(
        self,
        rows: Iterable[DangerRow],
        ordinary: Iterable[str] = (),
        exceptions: Iterable[str] = (),
    ) -> None:
        """Compile the phrases of `rows`, whose kinds come gravest first."""
        kinds: dict[str, tuple[list[Phrase], list[Phrase]]] = {}
        for row in rows:
            phrases, own = kinds.setdefault(row.kind, ([], []))
            phrases += compile_phrases(row.phrases)
            own += compile_phrases(row.exceptions)
        self.rows = [
            (kind, PhraseIndex(phrases), PhraseIndex(own)) for kind, (phrases, own) in kinds.items()
        ]
        self.exceptions = PhraseIndex(compile_phrases(exceptions))
        dangerous = collect_words(phrase for _kind, phrases, _ in self.rows for phrase in phrases)
        excused = collect_words(
            phrase
            for each in [self.exceptions, *(own for _kind, _, own in self.rows)]
            for phrase in each
        )
        self._after: dict[str, dict[str, frozenset[str]]] = {}
        for joined in [each for each in dangerous | excused if JOIN_SIGN in each]:
            *fillers, word = joined.split(JOIN_SIGN)
            self._after.setdefault(word, {})[joined] = frozenset(filter(None, fillers))
            dangerous |= {word} if joined in dangerous else set()
            excused.add(word)
        self._forms: dict[str, set[str]] = {}
        self._by_letter: dict[tuple[str, int], list[tuple[str, int, str, int]]] = {}
        for word in sorted((dangerous | excused) - {STAR} - GROUPS.keys()):
            for form in list_word_forms(word):
                self._add_form(form, word, max_typos(word) if word in dangerous else 0)
        for group in sorted((dangerous | excused) & GROUPS.keys()):
            for word in sorted(GROUPS[group]):
                self._add_form(word, group, max_typos(word) if group in dangerous else 0)
        self.ordinary = frozenset(ordinary)
        self.find_known_words = lru_cache(_CACHE_SIZE)(self._find_known_words)

    def _add_form(self, form: str, word: str, most: int) -> None:
        self._forms.setdefault(form, set()).add(word)
        if most:
            entry = (form, letter_bits(form), word, most)
            self._by_letter.setdefault((form[0], len(form)), []).append(entry)

    def find_gravest(self, *texts: str) -> Danger | None:
        """Return the gravest danger that one of the texts names, or None."""
        return next(self.find_first_of_each_kind(*texts), None)

    def find_first_of_each_kind(
        self, *texts: str, denied_kinds: Sequence[str] = ()
    ) -> Iterator[Danger]:
        """Yield the first match of each kind in `texts`, gravest first, without `denied_kinds`."""
        read = [self._parse_text(text) for text in texts if text]
        for kind, phrases, exceptions in self.rows:
            if kind in denied_kinds:
                continue
            every = (_find_phrases(phrases, exceptions, each) for each in read)
            if (found := next(chain.from_iterable(every), None)) is not None:
                yield Danger(kind, found[1])

    def find_all(self, text: str) -> set[tuple[str, str]]:
        """Return (kind, phrase) for every phrase that the text names, to check a table."""
        read = self._parse_text(text)
        return {
            (kind, phrase)
            for kind, phrases, exceptions in self.rows
            for phrase, _words in _find_phrases(phrases, exceptions, read)
        }

    def _parse_text(self, text: str) -> ParsedText:
        """Return the words of a text, with the positions of the known ones and the excused ones."""
        read = ParsedText(parse_words(text), {}, {}, set())
        for place, word in enumerate(read.words):
            for known in (
                self.find_known_words(word.text) if len(word.text) <= _MAX_WORD_LENGTH else ()
            ):
                self._note_place(read.places, known, word, place)
            for known in self._forms.get(word.text, ()):
                self._note_place(read.exact, known, word, place)
        read.excused.update(_find_excused_places(self.exceptions, read))
        return read

    def _note_place(self, places: dict[str, list[int]], known: str, word: Word, place: int) -> None:
        """Add `place` to `places[known]`, and to the joined words that the fillers allow.

        A joined word such as `in+my+house` needs all its fillers right before the word; `+house`
        needs that there is none.
        """
        places.setdefault(known, []).append(place)
        for joined, fillers in self._after.get(known, {}).items():
            if fillers <= word.fillers_before if fillers else not word.fillers_before:
                places.setdefault(joined, []).append(place)

    def _find_known_words(self, typed: str) -> tuple[str, ...]:
        """Return the known words that have the typed form, else those that it may misspell."""
        if exact := self._forms.get(typed):
            return tuple(exact)
        return () if typed in self.ordinary else self._find_corrections(typed)

    def _find_corrections(self, typed: str) -> tuple[str, ...]:
        """Return the known words of which a typed word is a misspelling."""
        if len(typed) < MIN_LENGTH_FOR_TYPO or not typed.isalpha():
            return ()
        if doubled := self._forms.get(_DOUBLED_LETTER.sub(r"\1", typed)):
            return tuple(doubled)
        letters = letter_bits(typed)
        near = (
            word
            for first in {typed[0], typed[1]}
            for length in range(len(typed) - MAX_TYPOS, len(typed) + MAX_TYPOS + 1)
            for form, its_letters, word, most in self._by_letter.get((first, length), ())
            if (letters ^ its_letters).bit_count() <= 2 * most and is_typo(typed, form, most)
        )
        return tuple(dict.fromkeys(near))

    @cached_property
    def as_json(self) -> dict[str, Any]:
        """Return a dict for the browser's script; of ordinary words only those like known ones."""
        return {
            "gap": MAX_GAP,
            "letters": LOOKALIKES,
            "fillers": sorted(FILLERS),
            "turns": sorted(TURN_WORDS),
            "groups": {group: " ".join(sorted(words)) for group, words in sorted(GROUPS.items())},
            "ordinary": " ".join(
                sorted(filter(self._find_corrections, self.ordinary - self._forms.keys()))
            ),
            "exceptions": [str(phrase) for phrase in self.exceptions],
            "rows": [
                {
                    "kind": kind,
                    "phrases": [str(phrase) for phrase in phrases],
                    "exceptions": [str(phrase) for phrase in exceptions],
                }
                for kind, phrases, exceptions in self.rows
            ],
        }


class PhraseIndex:
    """The phrases of a kind in the table's order, indexed by one slot of each."""

    def __init__(self, phrases: list[Phrase]) -> None:
        self._phrases = phrases
        self._by_word: dict[str, list[int]] = {}
        for place, phrase in enumerate(phrases):
            for word in min((slot for slot in phrase.slots if slot != (STAR,)), key=_slot_size):
                self._by_word.setdefault(word, []).append(place)

    def __iter__(self) -> Iterator[Phrase]:
        return iter(self._phrases)

    def find_candidates(self, words: Iterable[str]) -> list[Phrase]:
        """Return the phrases with one of `words` (of the table) in their rarest slot, in order."""
        places = {place for word in words for place in self._by_word.get(word, ())}
        return [self._phrases[place] for place in sorted(places)]


def _slot_size(slot: tuple[str, ...]) -> int:
    """Return the number of words that fit a slot; the smallest slot is indexed."""
    return sum(len(GROUPS.get(word.split(JOIN_SIGN)[-1], (word,))) for word in slot)


def _find_phrases(
    phrases: PhraseIndex, exceptions: PhraseIndex, read: ParsedText
) -> Iterator[tuple[str, str]]:
    """Yield each phrase that matches outside the exceptions, with the matched words of the text."""
    words = read.words
    taken = read.excused | _find_excused_places(exceptions, read)
    for phrase in phrases.find_candidates(read.places):
        for last, first in _find_phrase_ends(phrase.slots, words, read.places, taken).items():
            yield phrase.text, " ".join(word.text for word in words[first : last + 1])
            break


def _find_excused_places(exceptions: PhraseIndex, read: ParsedText) -> set[int]:
    """Return the positions of the words that `exceptions` exclude."""
    near = exceptions.find_candidates(read.exact)
    return {
        place
        for each in near
        for place in _find_exception_places(each.slots, read.words, read.exact)
    }


def _find_slot_places(
    slots: Sequence[tuple[str, ...]], places: dict[str, list[int]]
) -> list[list[int]] | None:
    """Return for each slot the positions of its words; None if a slot has none."""
    found = []
    for slot in slots:
        stands = [place for word in slot if word in places for place in places[word]]
        if not stands:
            return None
        found.append(stands)
    return found


def _find_exception_places(
    exception: tuple[tuple[str, ...], ...], words: list[Word], places: dict[str, list[int]]
) -> Iterator[int]:
    """Yield the positions of all words that each occurrence of the exception covers.

    The words stand side by side in one clause. STAR at the start or end of the exception adds all
    words of the clause on that side; then only one occurrence per clause counts.
    """
    before, after = exception[0] == (STAR,), exception[-1] == (STAR,)
    where = _find_slot_places(exception[before : len(exception) - after], places)
    if where is None:
        return
    rest = [set(stands) for stands in where]
    done = None
    for start in sorted(where[0], reverse=before):
        first, last, clause = start, start + len(where) - 1, words[start].clause
        if clause == done or not all(first + n in stands for n, stands in enumerate(rest)):
            continue
        if words[last].clause != clause:
            continue
        while before and first and words[first - 1].clause == clause:
            first -= 1
        while after and last + 1 < len(words) and words[last + 1].clause == clause:
            last += 1
        yield from range(first, last + 1)
        done = clause if before or after else None


def _find_phrase_ends(
    phrase: tuple[tuple[str, ...], ...],
    words: list[Word],
    places: dict[str, list[int]],
    taken: set[int],
) -> dict[int, int]:
    """Return {end: start}, the positions of each match of the phrase; {} without a match.

    The words match in order, in one sentence, with small gaps. `places` has the positions of each
    known word; positions in `taken` are not used.
    """
    where = _find_slot_places(phrase, places)
    if where is None:
        return {}
    ends = {place: place for place in where[0] if place not in taken}
    for stands in where[1:]:
        ends = {
            place: ends[before]
            for place in stands
            for before in range(place - MAX_GAP - 1, place)
            if place not in taken
            and before in ends
            and words[before].sentence == words[place].sentence
        }
    return ends
