"""Known words that somebody may have meant: the word itself, its beginning, or one with a typo.

A word with one letter missing is found under each of its shortened forms, and so is the typed one:
where the two meet they are a typo apart (the idea is SymSpell's). Nothing is compared that cannot
match, so a search takes about as long with a thousand words as with ten thousand.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

_BEGINNING = 0.85  # how much a word counts that is only begun
_LONG = 7  # letters from which two typos are still one word
_LONGEST = 30


class Vocabulary:
    """`words` are small and without accents. A word that begins with a digit has no typos."""

    def __init__(self, words: Iterable[str]):
        self._words = sorted(set(words))
        self._known = set(self._words)
        self._near = defaultdict(set)
        for word in self._words:
            for form in _forms(word):
                self._near[form].add(word)

    def like(self, typed: str) -> dict[str, float]:
        """Known words and how alike each is, above 0 and up to 1."""
        found = {typed: 1.0} if typed in self._known else {}
        if typed[:1].isdigit() or len(typed) > _LONGEST:
            return found
        for word in self._begun(typed):
            found.setdefault(word, _BEGINNING)
        for word in self._misspelt(typed):
            found[word] = max(found.get(word, 0.0), _alike(typed, word))
        return {word: score for word, score in found.items() if score > 0}

    def _begun(self, typed):
        if len(typed) < 3:
            return
        start = bisect_left(self._words, typed)
        for word in self._words[start:]:
            if not word.startswith(typed):
                return
            yield word

    def _misspelt(self, typed):
        met = (self._near[form] for form in _forms(typed) if form in self._near)
        return set().union(*met) - {typed}


def _forms(word):
    """The word, and what is left without one of its letters, of long words without two."""
    if word[:1].isdigit() or len(word) < 2 or len(word) > _LONGEST:
        return {word}
    shorter = {word[:n] + word[n + 1 :] for n in range(len(word))}
    if len(word) >= _LONG:
        shorter |= {one[:n] + one[n + 1 :] for one in shorter for n in range(len(one))}
    return shorter | {word}


def _alike(typed, known):
    """1 for the same word, less with each typo, the less the shorter it is; 0 for another word."""
    longer = max(len(typed), len(known))
    if longer < 3:
        return 0.0
    most = 2 if min(len(typed), len(known)) >= _LONG else 1
    typos = distance(typed, known)
    return 1.0 - typos * max(0.12, 0.6 / longer) if typos <= most else 0.0


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
