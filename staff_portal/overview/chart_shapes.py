"""The shapes of the overview's charts, and their lengths and points.

Lengths along a chart are percentages of its width, written as SVG wants them ("12.5%") whatever the
language. A line's points are in a box of 100 by 100 that is stretched to the chart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from city.models import Department
from staff_portal.overview.tables import Table

LEAST = 0.6  # percent: the shortest bar that can still be seen


class Part(NamedTuple):
    """A piece of a bar: where it starts and how long it is, and its colour's class."""

    x: str
    width: str
    tone: str


class Bar(NamedTuple):
    """One line of a bar chart. `mark` is the target's place, `note` what stands beside it."""

    label: str
    parts: tuple[Part, ...]
    note: str = ""
    mark: str = ""
    tone: str = ""
    href: str = ""


class Curve(NamedTuple):
    """A line over equal steps: `points` for a polyline, `last` its end as percentages (x, y). The
    last step of a line whose last value is incomplete is not in `points` but in `so_far`.
    """

    points: str
    area: str
    last: tuple[str, str]
    so_far: str = ""


@dataclass(frozen=True)
class Chart:
    """`title` is the finding, `note` says how to read the drawing, `table` is what is behind it."""

    title: str
    note: str
    table: Table
    bars: Sequence[Bar] = ()


@dataclass(frozen=True)
class WeekChart(Chart):
    """Two lines over the weeks. `grid`: (place, number); `hovers`: (x, width, words) per week.

    `running` is the stretch (x, width) that leads to a last week that is not complete.
    """

    lines: Sequence = ()
    grid: Sequence = ()
    ticks: Sequence = ()
    hovers: Sequence = ()
    now: tuple[int, int] = (0, 0)
    running: tuple[str, str] | None = None
    is_complete: bool = True


class DepartmentLines(NamedTuple):
    """A department: its two lines, how much it did, and the shares that its volume can bear.

    `running` is the stretch (x, width) that leads to a last week that is not complete.
    """

    department: Department
    url: str
    came: Curve
    went: Curve
    n_came: int
    n_went: int
    open: int
    late: int
    median: str
    in_time: str
    confirmed: str
    running: tuple[str, str] | None


class Multiples(NamedTuple):
    """`top` is the number at the top of every drawing."""

    each: list[DepartmentLines]
    top: int
    table: Table


def percent(value: float, greatest: float) -> str:
    """`value` as a part of `greatest`: never more than all of it, never too little to be seen."""
    if not greatest or value <= 0:
        return "0%"
    return f"{max(LEAST, min(100.0, 100 * value / greatest)):.4g}%"


def stacked(values: Iterable[tuple[float, str]], greatest: float) -> tuple[Part, ...]:
    """(value, tone) side by side from the left; nothing is drawn of a zero."""
    parts, before = [], 0
    for value, tone in values:
        if value:
            parts.append(Part(percent(before, greatest), percent(value, greatest), tone))
        before += value
    return tuple(parts)


def curve(values: Sequence[int], greatest: int, is_complete: bool = True) -> Curve:
    """Return the line of `values` from left to right; `greatest` touches the top of the box.
    `is_complete` says whether the last value is.
    """
    step = 100 / max(1, len(values) - 1)
    highest = greatest or 1  # where there is nothing but zeros
    places = [(n * step, 100 - min(100, 100 * value / highest)) for n, value in enumerate(values)]
    if len(places) == 1:
        places.append((100, places[0][1]))
    corners = [f"{x:.4g},{y:.4g}" for x, y in places]
    x, y = places[-1]
    return Curve(
        points=" ".join(corners if is_complete else corners[:-1]),
        area=f"0,100 {' '.join(corners)} 100,100",
        last=(f"{x:.4g}%", f"{y:.4g}%"),
        so_far="" if is_complete else " ".join(corners[-2:]),
    )


def ticks(labels: Sequence[str], most: int) -> list[tuple[str, str, str]]:
    """(place, anchor, label) of at most `most` labels, evenly spaced from the first one on."""
    every = -(-len(labels) // most)
    step = 100 / max(1, len(labels) - 1)
    return [
        (f"{n * step:.4g}%", "start" if n == 0 else "end" if n * step > 97 else "middle", label)
        for n, label in enumerate(labels)
        if n % every == 0
    ]


def ceiling(value: int) -> int:
    """The next round number at or above `value`, for the top of an axis; at least 4."""
    size = 1
    while True:
        for factor in (4, 6, 8, 10, 12, 16, 20, 30):
            if value <= factor * size:
                return factor * size
        size *= 10
