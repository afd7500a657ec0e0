"""Search for known words that resemble a typed word: equal, completed, or with a typo."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

_PREFIX_SCORE = 0.85  # similarity of a word to its beginning
_LONG_WORD_LENGTH = 7  # letters from which two typos are allowed
_MAX_WORD_LENGTH = 30


class Vocabulary:
    """Known words, lower case and without accents; a word that begins with a digit has no typos."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._known = set(self._words)
        self._spelt = [word for word in self._words if not word[:1].isdigit()]

    def find_similar(self, typed: str) -> dict[str, float]:
        """Return similar known words with their similarity, above 0 and up to 1; maybe {}.

        A word that begins with a digit, or is very long, is similar only to itself.
        """
        found = {typed: 1.0} if typed in self._known else {}
        if typed[:1].isdigit() or len(typed) > _MAX_WORD_LENGTH:
            return found
        for word in self._find_completions(typed):
            found.setdefault(word, _PREFIX_SCORE)
        for word, typos, _place in self._find_misspellings(typed):
            found[word] = max(found.get(word, 0.0), _similarity(typed, word, typos))
        return {word: score for word, score in found.items() if score > 0}

    def _find_completions(self, typed: str) -> Iterator[str]:
        """Yield known words that begin with `typed`, from three letters on."""
        if len(typed) < 3:
            return
        start = bisect_left(self._words, typed)
        for word in self._words[start:]:
            if not word.startswith(typed):
                return
            yield word

    def _find_misspellings(self, typed: str) -> list[tuple[str, int, int]]:
        """Return (word, distance, index) for known words within the edit distance allowed.

        The limit is 1, or 2 for words of _LONG_WORD_LENGTH letters or more (optimal string
        alignment).
        """
        most = 2 if len(typed) >= _LONG_WORD_LENGTH else 1
        return process.extract(
            typed, self._spelt, scorer=OSA.distance, score_cutoff=most, limit=None
        )


def _similarity(typed: str, known: str, typos: int) -> float:
    """Return 1 for the same word, less for each typo, most in a short word; 0 for another word."""
    longer = max(len(typed), len(known))
    most = 2 if min(len(typed), len(known)) >= _LONG_WORD_LENGTH else 1
    if longer < 3 or typos > most:
        return 0.0
    return 1.0 - typos * max(0.12, 0.6 / longer)
