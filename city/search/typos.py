"""Known words that somebody may have meant: the word itself, its beginning, or one with a typo."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

_BEGINNING = 0.85  # how much a word counts that is only begun
_LONG = 7  # letters from which two typos are still one word
_LONGEST = 30


class Vocabulary:
    """`words` are small and without accents. A word that begins with a digit has no typos."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._known = set(self._words)
        self._spelt = [word for word in self._words if not word[:1].isdigit()]

    def like(self, typed: str) -> dict[str, float]:
        """Known words and how alike each is, above 0 and up to 1."""
        found = {typed: 1.0} if typed in self._known else {}
        if typed[:1].isdigit() or len(typed) > _LONGEST:
            return found
        for word in self._begun(typed):
            found.setdefault(word, _BEGINNING)
        for word, typos, _place in self._misspelt(typed):
            found[word] = max(found.get(word, 0.0), _alike(typed, word, typos))
        return {word: score for word, score in found.items() if score > 0}

    def _begun(self, typed) -> Iterator[str]:
        if len(typed) < 3:
            return
        start = bisect_left(self._words, typed)
        for word in self._words[start:]:
            if not word.startswith(typed):
                return
            yield word

    def _misspelt(self, typed) -> list[tuple[str, int, int]]:
        """(word, typos, its place) of those that are one letter away, of long ones two."""
        most = 2 if len(typed) >= _LONG else 1
        return process.extract(
            typed, self._spelt, scorer=OSA.distance, score_cutoff=most, limit=None
        )


def _alike(typed, known, typos) -> float:
    """1 for the same word, less with each typo, the less the shorter it is; 0 for another word."""
    longer = max(len(typed), len(known))
    most = 2 if min(len(typed), len(known)) >= _LONG else 1
    if longer < 3 or typos > most:
        return 0.0
    return 1.0 - typos * max(0.12, 0.6 / longer)
