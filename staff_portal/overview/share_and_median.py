"""Shares and medians that do not claim more than their numbers support.

A median of fewer than MIN_FOR_MEDIAN values is not compared with a target. A percentage of fewer
than MIN_FOR_PERCENTAGE would change by more than ten points with one value, so both counts are
shown instead.
"""

from typing import Any, NamedTuple

MIN_FOR_MEDIAN = 5
MIN_FOR_PERCENTAGE = 10


class Share(NamedTuple):
    """A share: `part` of `whole`."""

    part: int
    whole: int

    @property
    def is_enough(self) -> bool:
        """Return True if `whole` is at least MIN_FOR_PERCENTAGE."""
        return self.whole >= MIN_FOR_PERCENTAGE

    @property
    def percent(self) -> int | None:
        """Return the rounded percentage, or None if the share is of too few.

        Only a true 0 or 100 is rounded to 0 or 100.
        """
        if not self.is_enough:
            return None
        rounded = round(100 * self.part / self.whole)
        if self.part < self.whole:
            rounded = min(rounded, 99)
        return max(rounded, 1) if self.part else rounded

    @property
    def fraction(self) -> float:
        """Return the share as a number from 0 to 1, for drawing; 0 of nothing is 0."""
        return min(1.0, self.part / self.whole) if self.whole else 0.0


class Median(NamedTuple):
    """The median `value` of `n` values; None if there are none."""

    value: float | None
    n: int

    @property
    def is_enough(self) -> bool:
        """Return True if there are at least MIN_FOR_MEDIAN values."""
        return self.n >= MIN_FOR_MEDIAN

    def is_over(self, target: float) -> bool:
        """Return True if there are enough values and the median exceeds the target."""
        return self.is_enough and self.value is not None and self.value > target


class RowsByKey(dict):
    """A dict that returns `default` for a missing key."""

    def __init__(self, rows, default) -> None:
        super().__init__(rows)
        self.nothing = default

    def __missing__(self, key) -> Any:
        return self.nothing
