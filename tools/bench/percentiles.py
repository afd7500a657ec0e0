"""Percentiles of what was measured."""

from collections.abc import Iterable


def percentile(values: Iterable[float], part: float) -> float:
    """Return the value that `part` of all do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0
