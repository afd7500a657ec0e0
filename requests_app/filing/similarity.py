"""Which of two requests nearby is more likely the same one. Pure: values in, a number out."""

import re
from dataclasses import dataclass
from datetime import timedelta

RECENCY_PERIOD = timedelta(days=90)  # closed ones older than this are another story
_WORD = re.compile(r"\w{4,}")  # shorter ones are said about everything
# What each part of the likeness is worth; together 1. A place says more than words do: two people
# describe one hole in different words, and two holes in the same ones.
NEAR_WEIGHT, OPEN_WEIGHT, RECENT_WEIGHT, ALIKE_WEIGHT = 0.45, 0.2, 0.15, 0.2


@dataclass(frozen=True)
class DescriptionFeatures:
    """What a reporter told: the words of the description, and each answer by its question."""

    words: frozenset[str]
    answers: frozenset[tuple[int, tuple[str, ...]]]

    @classmethod
    def from_text(cls, description, answers=()) -> "DescriptionFeatures":
        """`answers` have a `question_id` and a list of `values`."""
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
    """From 0 to 1: 0.45 · near + 0.2 · open + 0.15 · recent + 0.2 · alike.

    near: 1 at the same place, 0 at `radius` metres · open: 1 while it is · recent: 1 now, 0 after
    90 days (`age` since it was filed, for a closed one since it was closed) · alike: the mean of
    the shared words and the shared answers, of those that both have.
    """
    near = _decay_linearly(metres, radius)
    recent = _decay_linearly(age, RECENCY_PERIOD)
    return (
        NEAR_WEIGHT * near
        + OPEN_WEIGHT * is_open
        + RECENT_WEIGHT * recent
        + ALIKE_WEIGHT * _compare_content(this, other)
    )


def _decay_linearly(value, end) -> float:
    """1 at nothing, 0 at `end` and beyond."""
    return max(0.0, min(1.0, 1 - value / end)) if end else 0.0


def _compare_content(this, other) -> float:
    pairs = [(this.words, other.words), (this.answers, other.answers)]
    shares = [len(a & b) / len(a | b) for a, b in pairs if a and b]
    return sum(shares) / len(shares) if shares else 0.0
