"""Percentiles of measurements."""

from collections.abc import Iterable


def percentile(values: Iterable[float], part: float) -> float:
    """Return the value that a share `part` of all values does not exceed; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0
