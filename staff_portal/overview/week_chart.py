"""What came and what went, week by week, as two lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lib import clock
from staff_portal.overview import charts, findings, tables
from staff_portal.overview.drawings import Chart, week_name, week_name_in

TICKS = 7


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


def weeks(report) -> WeekChart:
    flows, mondays = report.flows, report.scope.period.mondays
    found, done = flows.by("week"), report.finished.by("week")
    came = [flows.came(found[monday]) for monday in mondays]
    went = [flows.went(found[monday], done[monday]) for monday in mondays]
    top = charts.ceiling(max(came + went))
    period = report.scope.period
    is_complete = period.is_complete(mondays[-1], clock.today())
    labels = list(map(week_name, mondays))
    return WeekChart(
        title=_title(report, sum(came), sum(went)),
        note=_weeks_note(report.scope.period, flows.is_whole_city),
        table=tables.weeks(report),
        lines=(charts.curve(came, top, is_complete), charts.curve(went, top, is_complete)),
        grid=[(charts.percent(top - n * top / 2, top), int(n * top / 2)) for n in range(3)],
        ticks=charts.ticks(labels, TICKS),
        hovers=list(_hovers([week_name_in(period, monday) for monday in mondays], came, went)),
        now=(came[-1], went[-1]),
        running=None if is_complete else running_stretch(len(mondays)),
        is_complete=is_complete,
    )


def _title(report, came, went):
    flows, count = report.flows, len(report.scope.period.mondays)
    gone = 0 if flows.is_whole_city else flows.unfinished(flows.whole())
    if gone:
        return findings.of_weeks_of_a_department(came, went - gone, gone, count)
    return findings.of_weeks(came, went, count)


def _weeks_note(period, is_whole_city):
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


def _hovers(labels, came, went):
    width = 100 / len(labels)
    for n, label in enumerate(labels):
        words = _("Week of %(week)s: %(came)s received, %(went)s cleared")
        yield (
            f"{n * width:.4g}%",
            f"{width:.4g}%",
            words % {"week": label, "came": came[n], "went": went[n]},
        )
