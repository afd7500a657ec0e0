"""The categories that everyday words mean."""

import math
from collections import defaultdict
from dataclasses import dataclass

from city import cache
from city.models import Category
from city.search.tokens import likeness, tidy, words_of


@dataclass
class _Entry:
    category: Category
    weights: dict[str, float]  # stem to how much it says about the category
    phrases: dict[str, frozenset[str]]  # whole keywords, to their words that say something


_ALL = 20_000  # characters of what the city wrote
_LEAST = 0.45  # what a single word says that a third of the categories know
_WEIGHTS = (("name", 3.0), ("keywords", 2.2), ("hint", 1.0))


@cache.remembered
def _vocabulary() -> frozenset[str]:
    """Every word that some category knows: what is one of them is no misspelling of another."""
    return frozenset(word for entry in _categories() for word in entry.weights)


@cache.remembered
def _categories() -> list[_Entry]:
    found = Category.objects.offered().order_by("position")
    entries = [_entry(category) for category in found]
    spread = defaultdict(int)
    for entry in entries:
        for word in entry.weights:
            spread[word] += 1
    for entry in entries:  # a word of many categories says little about each
        for word in entry.weights:
            entry.weights[word] /= 1 + math.log(spread[word])
    return entries


def _entry(category) -> _Entry:
    weights: dict[str, float] = {}
    for column, weight in _WEIGHTS:
        for word in words_of(getattr(category, column), longest=_ALL):
            weights[word] = max(weights.get(word, 0.0), weight)
    names = [category.name, *category.keywords.split(",")]
    phrases = {tidy(name): frozenset(words_of(name)) for name in names if tidy(name)}
    return _Entry(category, weights, phrases)


def find_categories(text: str, limit: int = 8) -> list[Category]:
    """The categories that everyday words mean, best first; none where no word is known."""
    typed, whole = words_of(text), tidy(text)
    scored = [(_score(entry, typed, whole), n) for n, entry in enumerate(_categories())]
    best = max((score for score, _number in scored), default=0.0)
    good = [pair for pair in scored if pair[0] > _LEAST and pair[0] >= best * 0.3]
    good.sort(key=lambda pair: (-pair[0], pair[1]))
    return [_categories()[n].category for _score_, n in good[:limit]]


def _score(entry, typed, whole) -> float:
    score = sum(_word_score(entry, word) for word in typed)
    padded = f" {whole} "
    said = (words for name, words in entry.phrases.items() if f" {name} " in padded)
    return score + 2.0 * len(frozenset().union(*said))


def _word_score(entry, word) -> float:
    if word in _vocabulary():
        return entry.weights.get(word, 0.0)
    scores = (likeness(word, known) * weight for known, weight in entry.weights.items())
    return max(scores, default=0.0)
