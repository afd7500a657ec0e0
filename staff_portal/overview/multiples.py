"""Departments side by side: the same drawing, to the same scale, volume beside share."""

from typing import NamedTuple

from city.models import Department
from staff_portal.overview import charts, finished, tables
from staff_portal.overview.charts import Curve
from staff_portal.overview.figures import Share
from staff_portal.overview.findings import said_days, said_share
from staff_portal.overview.tables import Table


class One(NamedTuple):
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

    each: list[One]
    top: int
    table: Table


def multiples(report) -> Multiples:
    """Every department in the scope with work now or in the period, the busiest first."""
    came, done = (each.by("department", "week") for each in (report.flows, report.finished))
    mondays = report.scope.period.mondays
    lines = {
        department: tuple(
            [getattr(found[department.pk, monday], measure) for monday in mondays]
            for found, measure in ((came, "routed"), (done, "finished"))
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
    middle = finished.middle(done)
    return One(
        department=department,
        url=report.scope.url("overview", department=department.slug),
        came=charts.curve(came, top),
        went=charts.curve(went, top),
        n_came=sum(came),
        n_went=sum(went),
        open=held.open,
        late=held.late,
        median=said_days(round(middle.value, 1)) if middle.is_enough else "",
        in_time=_said(finished.in_time(done)),
        confirmed=_said(finished.said_yes(done)),
    )


def _said(share: Share) -> str:
    return said_share(share) if share.whole else ""
