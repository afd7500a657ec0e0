"""Figures for the overview's charts, in the pixels of their view boxes: values in, values out."""

from dataclasses import dataclass

ROW = 31  # pixels from one bar to the next
TRACK_AT, TRACK = 165, 235  # where a bar's track starts, and how long it is


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart: `value` and `mark` as lengths, `y` where it stands."""

    label: str
    y: int
    length: float
    mark: float | None = None
    second: float = 0
    note: str = ""
    is_bad: bool = False

    @property
    def text_y(self) -> int:
        return self.y + 12

    @property
    def mark_x(self) -> float:
        return TRACK_AT + (self.mark or 0)

    @property
    def second_x(self) -> float:
        return TRACK_AT + self.length + (2 if self.length else 0)

    @property
    def note_x(self) -> float:
        return TRACK_AT + self.length + self.second + 10

    @property
    def mark_top(self) -> int:
        return self.y - 4

    @property
    def mark_bottom(self) -> int:
        return self.y + 20


def scaled(value, greatest, length=TRACK) -> float:
    """`value` as a length of which `greatest` is `length`; never more."""
    return round(min(1, value / greatest) * length, 1) if greatest else 0


def height(bars) -> int:
    return 10 + ROW * len(bars)


@dataclass(frozen=True)
class Curve:
    """A line over equal steps: `points` for a polyline, and where it ends."""

    points: str
    last_x: float
    last_y: float


def curve(values, greatest, *, left, width, bottom, tall) -> Curve:
    """`values` from left to right; `greatest` reaches `tall` pixels above `bottom`."""
    step = width / max(1, len(values) - 1)
    places = [
        (round(left + n * step, 1), round(bottom - scaled(value, greatest, tall), 1))
        for n, value in enumerate(values)
    ]
    return Curve(" ".join(f"{x:g},{y:g}" for x, y in places), *places[-1])


def ceiling(value) -> int:
    """The next round number at or above `value`, for the top of an axis; at least 4."""
    size = 4
    for factor in (5, 8, 10, 16, 20, 40, 60, 80, 100):
        if value <= size:
            return size
        size = factor
    while size < value:
        size *= 2
    return size
