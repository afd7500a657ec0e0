"""An index of place names by their words, and the score of a name for typed words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from city.search.place_names import DETAIL_WORDS, DIRECTIONS, KINDS_OF_STREET, find_similar_kinds
from city.search.typos import Vocabulary

_MIN_SCORE = 0.62  # below, the name is of another place
_DIRECTION_PENALTY = 0.02  # for a typed direction that the street does not have
_MAX_LENGTH_WITHOUT_TYPOS = 3  # letters of a single word: LAX is no misspelled “lab”


type _Meaning = tuple[str, dict[str, float]]  # a typed word, similar known words


class Entry[Subject](NamedTuple):
    """A searchable name.

    `distinctive_words` are its words without the kind of street. `subject` is a PlaceHit, or the
    words of a street with house numbers.
    """

    words: tuple[str, ...]
    distinctive_words: tuple[str, ...]
    subject: Subject
    weight: float


class Match[Subject](NamedTuple):
    """An entry that fits the typed words.

    `is_whole` is True if the typed words and the words of the name are the same. `details` are
    typed words for a part of the place, as `baseball field`.
    """

    score: float
    is_whole: bool
    subject: Subject
    details: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # of the entry


class NameIndex[Subject]:
    """Entries by their words, so that only entries with a similar word are scored."""

    def __init__(self, entries: Iterable[Entry[Subject]], *, short_typos: bool) -> None:
        """Index `entries`; `short_typos` allows a typo in a three-letter word that stands alone."""
        self._short_typos = short_typos
        self.entries = [entry for entry in entries if entry.words]
        self._with: defaultdict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            for word in set(entry.distinctive_words):
                self._with[word].append(number)
        self._vocabulary = Vocabulary(self._with)

    def find_matches(self, typed: tuple[str, ...]) -> Iterator[Match[Subject]]:
        """Yield a Match for each entry that scores above the minimum, in no order."""
        likes, kinds = self._find_meanings(typed)
        for number in {n for _word, like in likes for known in like for n in self._with[known]}:
            match = _match_entry(likes, self.entries[number], kinds)
            if match.score > _MIN_SCORE:
                yield match

    def _find_meanings(self, typed: tuple[str, ...]) -> tuple[list[_Meaning], set[str]]:
        """Return (word, similar known words) for each typed word, and the typed kinds of street.

        A word after a name that resembles only a kind of street is taken for that kind.
        """
        likes: list[_Meaning] = []
        kinds = set(typed) & KINDS_OF_STREET
        for word in _drop_kinds_of_street(typed):
            like = self._vocabulary.find_similar(word)
            if likes and not like and (meant := find_similar_kinds(word)):
                kinds |= meant if len(meant) == 1 else set()
            else:
                likes.append((word, like))
        if (
            len(likes) == 1
            and len(likes[0][0]) <= _MAX_LENGTH_WITHOUT_TYPOS
            and not self._short_typos
        ):
            word, like = likes[0]
            likes = [(word, {known: s for known, s in like.items() if known.startswith(word)})]
        return likes, kinds


def _drop_kinds_of_street(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without kinds of street, or all of them if nothing else is left."""
    return tuple(word for word in words if word not in KINDS_OF_STREET) or tuple(words)


def build_entry[Subject](
    words: tuple[str, ...], subject: Subject, weight: float = 1.0
) -> Entry[Subject]:
    """Return an entry of the words; without kinds of street they are its distinctive words."""
    return Entry(words, _drop_kinds_of_street(words), subject, weight)


def _match_entry[Subject](
    likes: list[_Meaning], entry: Entry[Subject], kinds: set[str]
) -> Match[Subject]:
    """Return the match of an entry, with a score of 0 if less than 60 % of the typed words fit.

    The score is mostly the share of typed words in the name, and less the share of the name's words
    that were typed.
    """
    details = tuple(
        word for word, _like in likes if word in DETAIL_WORDS and word not in entry.words
    )
    besides = DIRECTIONS - set(entry.words) | set(details)
    meant = [like for word, like in likes if word not in besides]
    if not meant:
        return Match(0.0, False, entry.subject)
    best = [max(like.get(word, 0.0) for word in entry.distinctive_words) for like in meant]
    hit = sum(best) / len(meant)
    if hit < 0.6:
        return Match(0.0, False, entry.subject)
    extra = len(likes) - len(meant)
    covered = [max(like.get(word, 0.0) for like in meant) for word in entry.distinctive_words]
    share = sum(covered) / len(covered)
    is_whole = hit == share == 1.0 and not extra and kinds <= set(entry.words)
    score = 0.75 * hit + 0.25 * share + _kind_score(kinds, set(entry.words))
    score -= extra * _DIRECTION_PENALTY
    return Match(entry.weight * score, is_whole, entry.subject, details, entry.words)


def _kind_score(kinds: set[str], words: set[str]) -> float:
    """Return a bonus if the typed kind of street fits, and a small penalty for an untyped one.

    `main st` is a street rather than a library; `pier` is the pier rather than Pier Avenue.
    """
    if kinds:
        return 0.05 if kinds <= words else 0.0
    return -0.01 if words & KINDS_OF_STREET else 0.0
