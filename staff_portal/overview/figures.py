"""Statistics that do not say more than they know: values in, values out.

A median of fewer than ENOUGH says nothing about the next job, so it is not compared with a target.
A percentage of fewer than ENOUGH_FOR_A_SHARE moves by more than ten points with one answer, so the
two counts stand there instead.
"""

from dataclasses import dataclass
from statistics import median as exact_median

ENOUGH = 5
ENOUGH_FOR_A_SHARE = 10


@dataclass(frozen=True)
class Share:
    """`part` of `whole`; a percentage only where there are enough to speak of one."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded to whole numbers, but 100 and 0 only where it is all or none."""
        if self.whole < ENOUGH_FOR_A_SHARE:
            return None
        rounded = round(100 * self.part / self.whole)
        if self.part < self.whole:
            rounded = min(rounded, 99)
        return max(rounded, 1) if self.part else rounded

    @property
    def fraction(self) -> float:
        """For drawing: 0 to 1."""
        return min(1.0, self.part / self.whole) if self.whole else 0.0


@dataclass(frozen=True)
class Middle:
    """A median `value` of `n` values; None of none."""

    value: float | None
    n: int

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH

    def is_over(self, target) -> bool:
        """Whether there are enough to say that the target is missed."""
        return self.is_enough and target is not None and self.value > target

    def is_within(self, target) -> bool:
        return self.is_enough and target is not None and self.value <= target


def middle(values) -> Middle:
    values = list(values)
    return Middle(exact_median(values) if values else None, len(values))


def running_counts(flags) -> list[int]:
    """How many of the first 1, 2, 3 … flags are true: [True, False, True] gives [1, 1, 2]."""
    total, counts = 0, []
    for flag in flags:
        total += bool(flag)
        counts.append(total)
    return counts
