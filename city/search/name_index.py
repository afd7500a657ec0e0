"""Names of places by the words they have: which of them are like typed words, and how much."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from city.search.names import DETAILS, DIRECTIONS, KINDS_OF_STREET, kinds_like
from city.search.typos import Vocabulary

_GOOD = 0.62  # less alike than this is another place
_A_DIRECTION = 0.02  # less where a direction was typed that the street does not have
_SHORT = 3  # letters up to which a word alone has no typos: LAX is no misspelt “lab”


class Entry(NamedTuple):
    words: tuple[str, ...]
    told: tuple[str, ...]  # those of the words that tell it from others
    subject: object  # a PlaceHit, or the words of a street with house numbers
    weight: float


class Match(NamedTuple):
    """`is_whole` where each typed word is one of the name and the other way round. `details` are
    typed words for a part of the place: `baseball field`.
    """

    score: float
    is_whole: bool
    subject: object
    details: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # of the entry


class NameIndex:
    """Entries by the words they have, so that only those with a word in common are compared."""

    def __init__(self, entries, *, short_typos) -> None:
        """`short_typos`: whether a word of three letters that stands alone may have one."""
        self._short_typos = short_typos
        self.entries = [entry for entry in entries if entry.words]
        self._with = defaultdict(list)
        for number, entry in enumerate(self.entries):
            for word in set(entry.told):
                self._with[word].append(number)
        self._vocabulary = Vocabulary(self._with)

    def scored(self, typed: tuple[str, ...]) -> Iterator[Match]:
        """Yield what is like the typed words, in no order."""
        likes, kinds = self._likes(typed)
        for number in {n for _word, like in likes for known in like for n in self._with[known]}:
            match = _score(likes, self.entries[number], kinds)
            if match.score > _GOOD:
                yield match

    def _likes(self, typed) -> tuple[list[tuple[Any, dict]], set]:
        """Return the meanings of each word, and the kinds of street: a word behind a name that is
        nothing else is one of them with a typo.
        """
        likes, kinds = [], set(typed) & KINDS_OF_STREET
        for word in _drop_kinds_of_street(typed):
            like = self._vocabulary.like(word)
            if likes and not like and (meant := kinds_like(word)):
                kinds |= meant if len(meant) == 1 else set()
            else:
                likes.append((word, like))
        if len(likes) == 1 and len(likes[0][0]) <= _SHORT and not self._short_typos:
            word, like = likes[0]
            likes = [(word, {known: s for known, s in like.items() if known.startswith(word)})]
        return likes, kinds


def _drop_kinds_of_street(words) -> tuple:
    return tuple(word for word in words if word not in KINDS_OF_STREET) or tuple(words)


def entry_of(words, subject, weight=1.0) -> Entry:
    return Entry(words, _drop_kinds_of_street(words), subject, weight)


def _score(likes, entry, kinds) -> Match:
    """Return the share of the typed words that is in the name, and a little of the reverse."""
    details = tuple(word for word, _like in likes if word in DETAILS and word not in entry.words)
    besides = DIRECTIONS - set(entry.words) | set(details)
    meant = [like for word, like in likes if word not in besides]
    if not meant:
        return Match(0.0, False, entry.subject)
    hit = sum(max(like.get(word, 0.0) for word in entry.told) for like in meant) / len(meant)
    if hit < 0.6:
        return Match(0.0, False, entry.subject)
    extra = len(likes) - len(meant)
    covered = [max(like.get(word, 0.0) for like in meant) for word in entry.told]
    share = sum(covered) / len(covered)
    is_whole = hit == share == 1.0 and not extra and kinds <= set(entry.words)
    score = 0.75 * hit + 0.25 * share + _kind_score(kinds, set(entry.words))
    score -= extra * _A_DIRECTION
    return Match(entry.weight * score, is_whole, entry.subject, details, entry.words)


def _kind_score(kinds, words) -> float:
    """`main st` is a street rather than a library; `pier` rather the pier than Pier Avenue."""
    if kinds:
        return 0.05 if kinds <= words else 0.0
    return -0.01 if words & KINDS_OF_STREET else 0.0
