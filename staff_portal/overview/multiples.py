"""Departments side by side: the same drawing, to the same scale, volume beside share."""

from typing import NamedTuple

from city.models import Department
from lib import clock
from staff_portal.overview import charts, tables
from staff_portal.overview.charts import Curve
from staff_portal.overview.figures import Share
from staff_portal.overview.findings import said_number, said_share
from staff_portal.overview.tables import Table
from staff_portal.overview.week_chart import running_stretch


class One(NamedTuple):
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

    each: list[One]
    top: int
    table: Table


def multiples(report) -> Multiples:
    """Every department in the scope with work now or in the period, the busiest first."""
    came = report.flows.by("department", "week")
    done = report.finished.by("department", "week")
    mondays = report.scope.period.mondays
    lines = {
        department: (
            [came[department.pk, monday].routed for monday in mondays],
            [done[department.pk, monday].finished for monday in mondays],
        )
        for department in report.scope.chosen
    }
    top = charts.ceiling(max(n for pair in lines.values() for line in pair for n in line))
    each = [_one(report, department, *pair, top) for department, pair in lines.items()]
    shown = [one for one in each if one.n_came or one.n_went or one.open]
    shown.sort(key=lambda one: (-one.n_came - one.n_went, -one.open, one.department.name))
    return Multiples(shown, top, tables.departments(report))


def _one(report, department, came, went, top):
    held = report.load.by("department")[department.pk]
    done = report.finished.by("department")[department.pk]
    middle = done.middle
    period = report.scope.period
    is_complete = period.is_complete(period.mondays[-1], clock.today())
    return One(
        department=department,
        url=report.scope.url("overview", department=department.slug),
        came=charts.curve(came, top, is_complete),
        went=charts.curve(went, top, is_complete),
        n_came=sum(came),
        n_went=sum(went),
        open=held.open,
        late=held.late,
        median=said_number(round(middle.value, 1)) if middle.is_enough else "",
        in_time=_said(done.share_in_time),
        confirmed=_said(done.share_confirmed),
        running=None if is_complete else running_stretch(len(came)),
    )


def _said(share: Share) -> str:
    return said_share(share) if share.whole else ""
