"""Line charts over weeks: of all work, and of each department.

The points of a line are in a box of 100 by 100 that is stretched to the chart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from city.models import Department
from lib import clock
from staff_portal.overview import findings, tables
from staff_portal.overview.charts import Chart, format_percent_of
from staff_portal.overview.findings import (
    format_number,
    format_share,
    format_week,
    format_week_in_period,
)
from staff_portal.overview.period import Period
from staff_portal.overview.report import Report
from staff_portal.overview.share_and_median import Share
from staff_portal.overview.table import Table

MAX_TICKS = 7


class Curve(NamedTuple):
    """A line over equal steps. `points` are for a polyline; `last` is its end (x, y) in percent.

    If the last value is incomplete, the last step is in `incomplete_points` instead, and
    `incomplete_area` is (x, width) of the stretch below it.
    """

    points: str
    area: str
    last: tuple[str, str]
    incomplete_points: str = ""
    incomplete_area: tuple[str, str] | None = None


@dataclass(frozen=True)
class WeekChart(Chart):
    """Two lines over weeks.

    `grid` are (place, number), `ticks` (place, anchor, label), `hovers` (x, width, text) per week.
    """

    lines: Sequence = ()
    grid: Sequence = ()
    ticks: Sequence = ()
    hovers: Sequence = ()
    now: tuple[int, int] = (0, 0)


class DepartmentLines(NamedTuple):
    """A department's two lines and figures; a median of too few and a share of none are ""."""

    department: Department
    url: str
    received: Curve
    finished: Curve
    received_count: int
    finished_count: int
    open: int
    late: int
    median: str
    in_time: str
    confirmed: str


class SmallMultiples(NamedTuple):
    """A small chart per department; `top` is the number at the top of each."""

    each: list[DepartmentLines]
    top: int
    table: Table


def build_weeks_chart(report: Report) -> WeekChart:
    """Return the chart of requests received and cleared per week of the period."""
    found, period = report.sums.group_by("week"), report.scope.period
    mondays, is_complete = period.mondays, is_last_week_complete(period)
    came = [report.count_received(found[monday]) for monday in mondays]
    went = [report.count_cleared(found[monday]) for monday in mondays]
    top = round_up_for_axis(max(came + went))
    return WeekChart(
        title=_format_weeks_title(report, sum(came), sum(went)),
        note=_format_weeks_note(report.is_whole_city, is_complete),
        table=tables.build_table("weeks", report),
        lines=(build_curve(came, top, is_complete), build_curve(went, top, is_complete)),
        grid=[(format_percent_of(top - n * top / 2, top), int(n * top / 2)) for n in range(3)],
        ticks=build_ticks([format_week(monday) for monday in mondays], MAX_TICKS),
        hovers=list(
            _build_hovers([format_week_in_period(period, monday) for monday in mondays], came, went)
        ),
        now=(came[-1], went[-1]),
    )


def _format_weeks_title(report: Report, came: int, went: int) -> str:
    """Return the sentence that compares the requests received and cleared.

    For departments, those that left them unfinished are counted separately, if there are any.
    """
    count = len(report.scope.period.mondays)
    gone = 0 if report.is_whole_city else report.count_left_unfinished(report.sums.total)
    if gone:
        return findings.summarize_weekly_flow_of_departments(came, went - gone, gone, count)
    return findings.summarize_weekly_flow(came, went, count)


def is_last_week_complete(period: Period) -> bool:
    """Return True if the last week of the period is wholly in it and over."""
    return period.is_complete(period.mondays[-1], clock.today())


def _format_weeks_note(is_whole_city: bool, is_complete: bool) -> str:
    """Return what "received" and "cleared" mean, and that the last week is incomplete, if so."""
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


def _build_hovers(
    labels: list[str], came: list[int], went: list[int]
) -> Iterator[tuple[str, str, str]]:
    """Yield (x, width, text) of each week; x and width are percentages as text."""
    width = 100 / len(labels)
    for n, label in enumerate(labels):
        words = _("Week of %(week)s: %(came)s received, %(went)s cleared")
        yield (
            f"{n * width:.4g}%",
            f"{width:.4g}%",
            words % {"week": label, "came": came[n], "went": went[n]},
        )


def build_small_multiples(report: Report) -> SmallMultiples:
    """Return a chart of each department of the scope that has work, the busiest first.

    All charts have the same scale.
    """
    found = report.sums.by_week_and_department
    mondays = report.scope.period.mondays
    lines = {
        department: (
            [found[monday, department.pk].routed for monday in mondays],
            [found[monday, department.pk].finished for monday in mondays],
        )
        for department in report.scope.chosen_departments
    }
    top = round_up_for_axis(max(n for pair in lines.values() for line in pair for n in line))
    each = [
        _build_department_lines(report, department, *pair, top)
        for department, pair in lines.items()
    ]
    shown = [one for one in each if one.received_count or one.finished_count or one.open]
    shown.sort(
        key=lambda one: (-one.received_count - one.finished_count, -one.open, one.department.name)
    )
    return SmallMultiples(shown, top, tables.build_table("departments", report))


def _build_department_lines(
    report: Report, department: Department, came: list[int], went: list[int], top: int
) -> DepartmentLines:
    """Return the lines of weekly numbers `came` and `went`, and the department's figures."""
    held = report.open_requests.group_by("department")[department.pk]
    done = report.sums.group_by("department")[department.pk]
    middle, is_complete = done.median_days, is_last_week_complete(report.scope.period)
    return DepartmentLines(
        department=department,
        url=report.scope.url("overview", department=department.slug),
        received=build_curve(came, top, is_complete),
        finished=build_curve(went, top, is_complete),
        received_count=sum(came),
        finished_count=sum(went),
        open=held.open,
        late=held.late,
        median=format_number(round(middle.value, 1)) if middle.is_enough else "",
        in_time=_format_share_or_nothing(done.share_on_time),
        confirmed=_format_share_or_nothing(done.share_confirmed),
    )


def _format_share_or_nothing(share: Share) -> str:
    """Return the share as `format_share` does, or "" of nothing."""
    return format_share(share) if share.whole else ""


def build_curve(values: Sequence[int], maximum: int, is_complete: bool = True) -> Curve:
    """Return the line of `values`; `maximum` is at the top of the box.

    `is_complete` says whether the last value is. A single value gives a level line.
    """
    step = 100 / max(1, len(values) - 1)
    highest = maximum or 1  # all values may be 0
    places = [(n * step, 100 - min(100, 100 * value / highest)) for n, value in enumerate(values)]
    if len(places) == 1:
        places.append((100, places[0][1]))
    corners = [f"{x:.4g},{y:.4g}" for x, y in places]
    x, y = places[-1]
    return Curve(
        points=" ".join(corners if is_complete else corners[:-1]),
        area=f"0,100 {' '.join(corners)} 100,100",
        last=(f"{x:.4g}%", f"{y:.4g}%"),
        incomplete_points="" if is_complete else " ".join(corners[-2:]),
        incomplete_area=None
        if is_complete or len(values) < 2
        else (f"{100 - step:.4g}%", f"{step:.4g}%"),
    )


def build_ticks(labels: Sequence[str], max_ticks: int) -> list[tuple[str, str, str]]:
    """Return (place, anchor, label) of at most `max_ticks` labels, evenly spaced from the first.

    `place` is a percentage as text, `anchor` is "start", "middle" or "end".
    """
    every = -(-len(labels) // max_ticks)
    step = 100 / max(1, len(labels) - 1)
    return [
        (f"{n * step:.4g}%", "start" if n == 0 else "end" if n * step > 97 else "middle", label)
        for n, label in enumerate(labels)
        if n % every == 0
    ]


def round_up_for_axis(value: int) -> int:
    """Return the next round number at or above `value`, at least 4."""
    size = 1
    while True:
        for factor in (4, 6, 8, 10, 12, 16, 20, 30):
            if value <= factor * size:
                return factor * size
        size *= 10
