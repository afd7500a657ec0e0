"""The overview's charts over weeks: of all work, and of each department.

A line's points are in a box of 100 by 100 that is stretched to the chart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from city.models import Department
from lib import clock
from staff_portal.overview import findings, tables
from staff_portal.overview.charts import Chart, percent
from staff_portal.overview.figures import Share
from staff_portal.overview.findings import said_number, said_share, week_name, week_name_in
from staff_portal.overview.period import Period
from staff_portal.overview.report import Report
from staff_portal.overview.tables import Table

MAX_TICKS = 7


class Curve(NamedTuple):
    """A line over equal steps: `points` for a polyline, `last` its end as percentages (x, y).

    The last step of a line whose last value is incomplete is not in `points` but in `so_far`;
    `running` is the stretch (x, width) below it.
    """

    points: str
    area: str
    last: tuple[str, str]
    so_far: str = ""
    running: tuple[str, str] | None = None


@dataclass(frozen=True)
class WeekChart(Chart):
    """Two lines over the weeks. `grid`: (place, number); `hovers`: (x, width, words) per week."""

    lines: Sequence = ()
    grid: Sequence = ()
    ticks: Sequence = ()
    hovers: Sequence = ()
    now: tuple[int, int] = (0, 0)


class DepartmentLines(NamedTuple):
    """A department: its two lines, how much it did, and the shares that its volume can bear."""

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


class Multiples(NamedTuple):
    """`top` is the number at the top of every drawing."""

    each: list[DepartmentLines]
    top: int
    table: Table


def weeks(report: Report) -> WeekChart:
    found, period = report.sums.by("week"), report.scope.period
    mondays, is_complete = period.mondays, is_last_week_complete(period)
    came = [report.received(found[monday]) for monday in mondays]
    went = [report.cleared(found[monday]) for monday in mondays]
    top = ceiling(max(came + went))
    return WeekChart(
        title=_weeks_title(report, sum(came), sum(went)),
        note=_weeks_note(report.is_whole_city, is_complete),
        table=tables.lay_out("weeks", report),
        lines=(curve(came, top, is_complete), curve(went, top, is_complete)),
        grid=[(percent(top - n * top / 2, top), int(n * top / 2)) for n in range(3)],
        ticks=ticks([week_name(monday) for monday in mondays], MAX_TICKS),
        hovers=list(_hovers([week_name_in(period, monday) for monday in mondays], came, went)),
        now=(came[-1], went[-1]),
    )


def _weeks_title(report: Report, came: int, went: int) -> str:
    count = len(report.scope.period.mondays)
    gone = 0 if report.is_whole_city else report.unfinished(report.sums.whole)
    if gone:
        return findings.of_weeks_of_a_department(came, went - gone, gone, count)
    return findings.of_weeks(came, went, count)


def is_last_week_complete(period: Period) -> bool:
    return period.is_complete(period.mondays[-1], clock.today())


def _weeks_note(is_whole_city: bool, is_complete: bool) -> str:
    if is_whole_city:
        note = _("Cleared: finished, or closed by the 311 team or the person who reported it.")
    else:
        note = _(
            "Received: routed to the department. "
            "Cleared: finished, handed back, rerouted or closed."
        )
    if not is_complete:
        note += " " + _("The last week is incomplete.")
    return note


def _hovers(labels: list[str], came: list[int], went: list[int]) -> Iterator[tuple[str, str, str]]:
    width = 100 / len(labels)
    for n, label in enumerate(labels):
        words = _("Week of %(week)s: %(came)s received, %(went)s cleared")
        yield (
            f"{n * width:.4g}%",
            f"{width:.4g}%",
            words % {"week": label, "came": came[n], "went": went[n]},
        )


def multiples(report: Report) -> Multiples:
    """Every department in the scope with work now or in the period, the busiest first."""
    found = report.sums.weeks_and_departments
    mondays = report.scope.period.mondays
    lines = {
        department: (
            [found[monday, department.pk].routed for monday in mondays],
            [found[monday, department.pk].finished for monday in mondays],
        )
        for department in report.scope.chosen
    }
    top = ceiling(max(n for pair in lines.values() for line in pair for n in line))
    each = [_department_lines(report, department, *pair, top) for department, pair in lines.items()]
    shown = [one for one in each if one.n_came or one.n_went or one.open]
    shown.sort(key=lambda one: (-one.n_came - one.n_went, -one.open, one.department.name))
    return Multiples(shown, top, tables.lay_out("departments", report))


def _department_lines(
    report: Report, department: Department, came: list[int], went: list[int], top: int
) -> DepartmentLines:
    held = report.load.by("department")[department.pk]
    done = report.sums.by("department")[department.pk]
    middle, is_complete = done.middle, is_last_week_complete(report.scope.period)
    return DepartmentLines(
        department=department,
        url=report.scope.url("overview", department=department.slug),
        came=curve(came, top, is_complete),
        went=curve(went, top, is_complete),
        n_came=sum(came),
        n_went=sum(went),
        open=held.open,
        late=held.late,
        median=said_number(round(middle.value, 1)) if middle.is_enough else "",
        in_time=_format_share(done.share_in_time),
        confirmed=_format_share(done.share_confirmed),
    )


def _format_share(share: Share) -> str:
    return said_share(share) if share.whole else ""


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
        running=None if is_complete or len(values) < 2 else (f"{100 - step:.4g}%", f"{step:.4g}%"),
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
