"""Search for categories by everyday words."""

import math
from collections import defaultdict
from dataclasses import dataclass

from city import cache
from city.models import Category
from city.search.tokens import extract_stems, normalize_text, similarity


@dataclass
class _CategoryEntry:
    """A category with the stems and whole keywords that find it."""

    category: Category
    weights: dict[str, float]  # by stem
    phrases: dict[str, frozenset[str]]  # stems of each whole keyword


_MAX_CITY_TEXT = 20_000  # characters
_MIN_SCORE = 0.45  # of a single word that a third of the categories have
_FIELD_WEIGHTS = (("name", 3.0), ("keywords", 2.2), ("hint", 1.0))


@cache.cache_per_version
def _known_words() -> frozenset[str]:
    """Return the stems of all offered categories; a known stem is no misspelling of another."""
    return frozenset(word for entry in _load_entries() for word in entry.weights)


@cache.cache_per_version
def _load_entries() -> list[_CategoryEntry]:
    """Return the entries of all offered categories; a stem of many categories weighs less."""
    found = Category.objects.offered().order_by("position")
    entries = [_build_entry(category) for category in found]
    spread: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        for word in entry.weights:
            spread[word] += 1
    for entry in entries:  # a word of many categories weighs less
        for word in entry.weights:
            entry.weights[word] /= 1 + math.log(spread[word])
    return entries


def _build_entry(category: Category) -> _CategoryEntry:
    """Return the entry of a category: the weight of each stem, and the stems of each phrase.

    A stem has the weight of its most important field. The phrases are the normalized name and
    keywords.
    """
    weights: dict[str, float] = {}
    for column, weight in _FIELD_WEIGHTS:
        for word in extract_stems(getattr(category, column), longest=_MAX_CITY_TEXT):
            weights[word] = max(weights.get(word, 0.0), weight)
    names = [category.name, *category.keywords.split(",")]
    phrases = {
        normalize_text(name): frozenset(extract_stems(name))
        for name in names
        if normalize_text(name)
    }
    return _CategoryEntry(category, weights, phrases)


def find_categories(text: str, limit: int = 8) -> list[Category]:
    """Return at most `limit` offered categories that everyday words mean, best first.

    A category needs a minimum score, and three tenths of the best one's. Return [] if no word is
    known.
    """
    typed, whole = extract_stems(text), normalize_text(text)
    scored = [(_score(entry, typed, whole), n) for n, entry in enumerate(_load_entries())]
    best = max((score for score, _number in scored), default=0.0)
    good = [pair for pair in scored if pair[0] > _MIN_SCORE and pair[0] >= best * 0.3]
    good.sort(key=lambda pair: (-pair[0], pair[1]))
    return [_load_entries()[n].category for _score_, n in good[:limit]]


def _score(entry: _CategoryEntry, typed: list[str], whole: str) -> float:
    """Return the sum of the words' scores, plus 2 for each stem of the category's typed phrases.

    `typed` are the stems of the text, `whole` is the normalized text.
    """
    score = sum(_word_score(entry, word) for word in typed)
    padded = f" {whole} "
    said = (words for name, words in entry.phrases.items() if f" {name} " in padded)
    return score + 2.0 * len(frozenset().union(*said))


def _word_score(entry: _CategoryEntry, word: str) -> float:
    """Return the weight of a stem in the category; of an unknown stem, that of a similar one.

    Return 0 if only other categories have the stem.
    """
    if word in _known_words():
        return entry.weights.get(word, 0.0)
    scores = (similarity(word, known) * weight for known, weight in entry.weights.items())
    return max(scores, default=0.0)
