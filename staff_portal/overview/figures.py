"""Statistics that do not say more than they know: values in, values out.

A median of fewer than ENOUGH says nothing about the next job, so it is not compared with a target.
A percentage of fewer than ENOUGH_FOR_A_SHARE moves by more than ten points with one answer, so the
two counts stand there instead.
"""

from typing import Any, NamedTuple

MIN_FOR_MEDIAN = 5
MIN_FOR_PERCENTAGE = 10


class Share(NamedTuple):
    """`part` of `whole`; a percentage only where there are enough to speak of one."""

    part: int
    whole: int

    @property
    def is_enough(self) -> bool:
        return self.whole >= MIN_FOR_PERCENTAGE

    @property
    def percent(self) -> int | None:
        """Rounded to whole numbers, but 100 and 0 only where it is all or none."""
        if not self.is_enough:
            return None
        rounded = round(100 * self.part / self.whole)
        if self.part < self.whole:
            rounded = min(rounded, 99)
        return max(rounded, 1) if self.part else rounded

    @property
    def fraction(self) -> float:
        """For drawing: 0 to 1."""
        return min(1.0, self.part / self.whole) if self.whole else 0.0


class Median(NamedTuple):
    """A median `value` of `n` values; None of none."""

    value: float | None
    n: int

    @property
    def is_enough(self) -> bool:
        return self.n >= MIN_FOR_MEDIAN

    def is_over(self, target) -> bool:
        """Whether there are enough to say that the target is missed."""
        return self.is_enough and self.value > target


class RowsByKey(dict):
    """Key to row; a key that is missing has the row `nothing`."""

    def __init__(self, rows, default) -> None:
        super().__init__(rows)
        self.nothing = default

    def __missing__(self, key) -> Any:
        return self.nothing
