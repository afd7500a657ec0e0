"""Finds phrases in what people write: whatever the case, accents, alphabet, typing or word forms.

Pure: a table comes in as values, and the same values (`Table.as_json`) feed the module of the same
algorithm that runs in browsers, static/js/danger/words.js. Both pass tests/city/danger_words.csv.

A text becomes its words that say something, each with the number of its sentence and its clause. A
phrase is found where its words follow each other in one sentence with at most `GAP` others between.
An exception stands in one clause without a gap and without a typo, and takes its words away from
the phrases of its own kind only, whatever the language; with a star at one end also what follows
it, or precedes it, in its clause. In both "one/other" is either word, "in+my+house" is "house"
where "in" and "my" stand right before it, "+station" is "station" with no such small word right
before it, "someone" is anyone, "@child" a word of that group (both groups.GROUPS), and "=alguien"
that word alone; what stands on the two sides of a "~" may come in either order. The exceptions of a
whole table take words away from the phrases of every kind.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, NamedTuple

from city.danger.groups import GROUPS
from city.danger.letters import FILLERS, LOOKALIKES, TURNS
from city.danger.phrases import JOINED, STAR, Phrase, compiled, words_in
from city.danger.reading import Word, words_of
from city.danger.typos import MOST, SHORTEST, forms_of, is_typo, letters_in, typos_in

GAP = 2
_REMEMBERED = 20_000  # words that people typed, each once
_LONGEST = 64  # letters; no longer word is looked up, or remembered

_TWICE = re.compile(r"([^\W\d_])\1")


class Row(NamedTuple):
    """One row of a table: `phrases` and `exceptions` as people write them."""

    kind: str
    phrases: Sequence[str]
    exceptions: Sequence[str] = ()


class Found(NamedTuple):
    """`words` are what was typed, in small letters and without what says nothing."""

    kind: str
    words: str


class Read(NamedTuple):
    """A text: its words, where in them each known word stands, and where it is spelled as known;
    `excused` are the places that the exceptions of every kind take away.
    """

    words: list[Word]
    places: dict[str, list[int]]
    exact: dict[str, list[int]]
    excused: set[int]


class Table:
    """Rows with the gravest first. `ordinary` are words that are no misspelling of another, and
    `exceptions` those of every kind.
    """

    def __init__(
        self, rows: Iterable[Row], ordinary: Iterable[str] = (), exceptions: Iterable[str] = ()
    ) -> None:
        kinds: dict[str, tuple[list[Phrase], list[Phrase]]] = {}
        for row in rows:
            phrases, own = kinds.setdefault(row.kind, ([], []))
            phrases += compiled(row.phrases)
            own += compiled(row.exceptions)
        self.rows = [(kind, *map(Phrases, found)) for kind, found in kinds.items()]
        self.exceptions = Phrases(compiled(exceptions))
        dangerous = words_in(phrase for _kind, phrases, _ in self.rows for phrase in phrases)
        excused = words_in(
            phrase
            for each in [self.exceptions, *(own for _kind, _, own in self.rows)]
            for phrase in each
        )
        self._after: dict[str, dict[str, frozenset[str]]] = {}
        for joined in [each for each in dangerous | excused if JOINED in each]:
            *fillers, word = joined.split(JOINED)
            self._after.setdefault(word, {})[joined] = frozenset(filter(None, fillers))
            dangerous |= {word} if joined in dangerous else set()
            excused.add(word)
        self._forms: dict[str, set[str]] = {}
        self._by_letter: dict[tuple[str, int], list[tuple[str, int, str, int]]] = {}
        for word in sorted((dangerous | excused) - {STAR} - GROUPS.keys()):
            for form in forms_of(word):
                self._add(form, word, typos_in(word) if word in dangerous else 0)
        for group in sorted((dangerous | excused) & GROUPS.keys()):
            for word in sorted(GROUPS[group]):
                self._add(word, group, typos_in(word) if group in dangerous else 0)
        self.ordinary = frozenset(ordinary)
        self.meant = lru_cache(_REMEMBERED)(self._meant)

    def _add(self, form, word, most) -> None:
        self._forms.setdefault(form, set()).add(word)
        if most:
            entry = (form, letters_in(form), word, most)
            self._by_letter.setdefault((form[0], len(form)), []).append(entry)

    def find(self, *texts: str) -> Found | None:
        """The gravest kind that one of the texts names."""
        return next(self.each(*texts), None)

    def each(self, *texts: str, besides: Sequence[str] = ()) -> Iterator[Found]:
        """Where each kind is first named in the texts, the gravest first, without `besides`."""
        read = [self._read(text) for text in texts if text]
        for kind, phrases, exceptions in self.rows:
            if kind in besides:
                continue
            every = (_all(phrases, exceptions, each) for each in read)
            if (found := next(chain.from_iterable(every), None)) is not None:
                yield Found(kind, found[1])

    def all_in(self, text: str) -> set[tuple[str, str]]:
        """(kind, phrase) for every one of the table that a text names; for the check of a table."""
        read = self._read(text)
        return {
            (kind, phrase)
            for kind, phrases, exceptions in self.rows
            for phrase, _words in _all(phrases, exceptions, read)
        }

    def _read(self, text) -> Read:
        read = Read(words_of(text), {}, {}, set())
        for place, word in enumerate(read.words):
            for known in self.meant(word.text) if len(word.text) <= _LONGEST else ():
                self._stand(read.places, known, word, place)
            for known in self._forms.get(word.text, ()):
                self._stand(read.exact, known, word, place)
        read.excused.update(_excused(self.exceptions, read))
        return read

    def _stand(self, places, known, word, place) -> None:
        places.setdefault(known, []).append(place)
        for joined, fillers in self._after.get(known, {}).items():
            if fillers <= word.before if fillers else not word.before:
                places.setdefault(joined, []).append(place)

    def _meant(self, typed: str) -> tuple[str, ...]:
        """The known words that a typed one may be."""
        if exact := self._forms.get(typed):
            return tuple(exact)
        return () if typed in self.ordinary else self._misspelled(typed)

    def _misspelled(self, typed) -> tuple[Callable] | tuple[str, ...]:
        if len(typed) < SHORTEST or not typed.isalpha():
            return ()
        if doubled := self._forms.get(_TWICE.sub(r"\1", typed)):
            return tuple(doubled)
        letters = letters_in(typed)
        near = (
            word
            for first in {typed[0], typed[1]}
            for length in range(len(typed) - MOST, len(typed) + MOST + 1)
            for form, its_letters, word, most in self._by_letter.get((first, length), ())
            if (letters ^ its_letters).bit_count() <= 2 * most and is_typo(typed, form, most)
        )
        return tuple(dict.fromkeys(near))

    @cached_property
    def as_json(self) -> dict:
        """What the browser's module needs; of the ordinary words those that count."""
        return {
            "gap": GAP,
            "letters": LOOKALIKES,
            "fillers": sorted(FILLERS),
            "turns": sorted(TURNS),
            "groups": {group: " ".join(sorted(words)) for group, words in sorted(GROUPS.items())},
            "ordinary": " ".join(
                sorted(filter(self._misspelled, self.ordinary - self._forms.keys()))
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


class Phrases:
    """The phrases of a kind in the table's order, found by a word that each of them needs."""

    def __init__(self, phrases) -> None:
        self._phrases = phrases
        self._by_word: dict[str, list[int]] = {}
        for place, phrase in enumerate(phrases):
            for word in min((slot for slot in phrase.slots if slot != (STAR,)), key=_frequency):
                self._by_word.setdefault(word, []).append(place)

    def __iter__(self) -> Iterator:
        return iter(self._phrases)

    def with_one_of(self, words) -> list[Phrase]:
        """Those that may stand among `words`; no other one does."""
        places = {place for word in words for place in self._by_word.get(word, ())}
        return [self._phrases[place] for place in sorted(places)]


def _frequency(slot) -> int:
    """Return how many words may stand in a place of a phrase; a rare one decides sooner."""
    return sum(len(GROUPS.get(word.split(JOINED)[-1], (word,))) for word in slot)


def _all(phrases, exceptions, read) -> Iterator[tuple[Any, str]]:
    """The phrases that stand in words that no exception takes away: their text, and those words."""
    words = read.words
    taken = read.excused | _excused(exceptions, read)
    for phrase in phrases.with_one_of(read.places):
        for last, first in _ends(phrase.slots, words, read.places, taken).items():
            yield phrase.text, " ".join(word.text for word in words[first : last + 1])
            break


def _excused(exceptions: Phrases, read: Read) -> set[int]:
    """Return the places of the words that `exceptions` take away."""
    near = exceptions.with_one_of(read.exact)
    return {place for each in near for place in _taken(each.slots, read.words, read.exact)}


def _where(slots, places) -> list | None:
    """For each slot the places where one of its words stands; None where one has none."""
    found = []
    for slot in slots:
        stands = [place for word in slot if word in places for place in places[word]]
        if not stands:
            return None
        found.append(stands)
    return found


def _taken(exception, words, places) -> Iterator[int]:
    """The places of every exception in full, in one clause and without a gap."""
    before, after = exception[0] == (STAR,), exception[-1] == (STAR,)
    where = _where(exception[before : len(exception) - after], places)
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


def _ends(phrase, words, places, taken) -> dict:
    """Where the phrase's last word may stand, its words in order, in one sentence, gaps small: and
    where its first one stands then.
    """
    where = _where(phrase, places)
    if where is None:
        return {}
    ends = {place: place for place in where[0] if place not in taken}
    for stands in where[1:]:
        ends = {
            place: ends[before]
            for place in stands
            for before in range(place - GAP - 1, place)
            if place not in taken
            and before in ends
            and words[before].sentence == words[place].sentence
        }
    return ends
