"""The overview's charts over weeks: of all work, and of each department."""

from collections.abc import Iterator
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from city.models import Department
from lib import clock
from staff_portal.overview import findings, tables
from staff_portal.overview.chart_shapes import (
    DepartmentLines,
    Multiples,
    WeekChart,
    ceiling,
    curve,
    percent,
    ticks,
)
from staff_portal.overview.figures import Share
from staff_portal.overview.findings import said_number, said_share
from staff_portal.overview.period import Period
from staff_portal.overview.report import Report

MAX_TICKS = 7


def week_name(monday: date) -> str:
    return formats.date_format(monday, _("M j"))


def week_name_in(period: Period, monday: date) -> str:
    """The name of a week; of one that is not complete it says so."""
    name = week_name(monday)
    if period.is_complete(monday, clock.today()):
        return name
    return _("%(week)s (incomplete)") % {"week": name}


def weeks(report: Report) -> WeekChart:
    found, mondays = report.sums.by("week"), report.scope.period.mondays
    came = [report.received(found[monday]) for monday in mondays]
    went = [report.cleared(found[monday]) for monday in mondays]
    top = ceiling(max(came + went))
    period = report.scope.period
    is_complete = period.is_complete(mondays[-1], clock.today())
    labels = list(map(week_name, mondays))
    return WeekChart(
        title=_weeks_title(report, sum(came), sum(went)),
        note=_weeks_note(report.scope.period, report.is_whole_city),
        table=tables.weeks(report),
        lines=(curve(came, top, is_complete), curve(went, top, is_complete)),
        grid=[(percent(top - n * top / 2, top), int(n * top / 2)) for n in range(3)],
        ticks=ticks(labels, MAX_TICKS),
        hovers=list(_hovers([week_name_in(period, monday) for monday in mondays], came, went)),
        now=(came[-1], went[-1]),
        running=None if is_complete else running_stretch(len(mondays)),
        is_complete=is_complete,
    )


def _weeks_title(report: Report, came: int, went: int) -> str:
    count = len(report.scope.period.mondays)
    gone = 0 if report.is_whole_city else report.unfinished(report.sums.whole)
    if gone:
        return findings.of_weeks_of_a_department(came, went - gone, gone, count)
    return findings.of_weeks(came, went, count)


def _weeks_note(period: Period, is_whole_city: bool) -> str:
    if is_whole_city:
        note = _("Cleared: finished, or closed by the 311 team or the person who reported it.")
    else:
        note = _(
            "Received: routed to the department. "
            "Cleared: finished, handed back, rerouted or closed."
        )
    if not period.is_complete(period.mondays[-1], clock.today()):
        note += " " + _("The last week is incomplete.")
    return note


def running_stretch(weeks: int) -> tuple[str, str] | None:
    """Return where in a chart of so many weeks the last step is, as (x, width); None where there is
    none.
    """
    if weeks < 2:
        return None
    return f"{100 * (weeks - 2) / (weeks - 1):.4g}%", f"{100 / (weeks - 1):.4g}%"


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
    return Multiples(shown, top, tables.departments(report))


def _department_lines(
    report: Report, department: Department, came: list[int], went: list[int], top: int
) -> DepartmentLines:
    held = report.load.by("department")[department.pk]
    done = report.sums.by("department")[department.pk]
    middle = done.middle
    period = report.scope.period
    is_complete = period.is_complete(period.mondays[-1], clock.today())
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
        running=None if is_complete else running_stretch(len(came)),
    )


def _format_share(share: Share) -> str:
    return said_share(share) if share.whole else ""
