"""Similarity of two requests, to find duplicates. Pure functions without database access."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from requests_app.models import Answer

RECENCY_PERIOD = timedelta(days=90)  # the part for recency is 0 for an older request
_WORD = re.compile(r"\w{4,}")  # shorter words are common to most descriptions
# Weights of the parts of the similarity; their sum is 1. Distance weighs most: two people describe
# one pothole in different words, and two potholes in the same words.
NEAR_WEIGHT, OPEN_WEIGHT, RECENT_WEIGHT, ALIKE_WEIGHT = 0.45, 0.2, 0.15, 0.2


@dataclass(frozen=True)
class DescriptionFeatures:
    """What is compared of a report: words of its description, and answers by question id."""

    words: frozenset[str]
    answers: frozenset[tuple[int, tuple[str, ...]]]

    @classmethod
    def from_text(cls, description: str, answers: Iterable[Answer] = ()) -> Self:
        """Return the casefolded words of `description`, and the answers by question id.

        Words of fewer than four characters are left out. Answers are kept as values, not as words.
        """
        words = frozenset(_WORD.findall(description.casefold()))
        return cls(words, frozenset((one.question_id, tuple(one.values)) for one in answers))


def compute_similarity(
    this: DescriptionFeatures,
    other: DescriptionFeatures,
    *,
    metres: float,
    radius: float,
    is_open: bool,
    age: timedelta,
) -> float:
    """Return a number from 0 to 1: 0.45 · near + 0.2 · open + 0.15 · recent + 0.2 · alike.

    near: 1 at the same place, 0 at `radius` metres · open: 1 for an open request · recent: 1 now,
    0 after 90 days (`age` since filing, for a closed request since closing) · alike: mean share of
    common words and of common answers, without a part that one of the two lacks.
    """
    near = _decay_linearly(metres, radius)
    recent = _decay_linearly(age, RECENCY_PERIOD)
    return (
        NEAR_WEIGHT * near
        + OPEN_WEIGHT * is_open
        + RECENT_WEIGHT * recent
        + ALIKE_WEIGHT * _compare_content(this, other)
    )


def _decay_linearly[T: (float, timedelta)](value: T, end: T) -> float:
    """Return 1 for a `value` of 0, falling to 0 at `end` and beyond."""
    return max(0.0, min(1.0, 1 - value / end)) if end else 0.0


def _compare_content(this: DescriptionFeatures, other: DescriptionFeatures) -> float:
    """Return the mean share of common words and of common answers; 0 if nothing is comparable."""
    pairs = [(this.words, other.words), (this.answers, other.answers)]
    shares = [len(a & b) / len(a | b) for a, b in pairs if a and b]
    return sum(shares) / len(shares) if shares else 0.0
