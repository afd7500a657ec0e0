"""Bar charts of the overview: a title that states the finding, the drawing and its table.

Lengths are percentages of the chart's width, as text for SVG in any language: "12.5%".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.models import Category
from city.translation import translate_name
from staff_portal.overview import findings, share_and_median, tables
from staff_portal.overview.findings import format_share
from staff_portal.overview.open_requests import OpenCounts, list_statuses
from staff_portal.overview.report import Report
from staff_portal.overview.share_and_median import Median, Share
from staff_portal.overview.table import Table

MAX_BARS = 8  # bars in one chart; the table has the rest
MIN_BAR_PERCENT = 0.6  # percent: the shortest bar that can still be seen


class BarSegment(NamedTuple):
    """A segment of a bar: its start and length, and the CSS class of its color."""

    x: str
    width: str
    css_class: str


class Bar(NamedTuple):
    """A row of a bar chart. `mark` is the place of the target, `note` the text beside it."""

    label: str
    parts: tuple[BarSegment, ...]
    note: str = ""
    mark: str = ""
    tone: str = ""
    href: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart: `title` states the finding, `note` explains the drawing, `table` has its numbers."""

    title: str
    note: str
    table: Table
    bars: Sequence[Bar] = ()


def format_percent_of(value: float, maximum: float) -> str:
    """Format `value` as a percentage of `maximum`, at most "100%".

    A value above 0 gives at least MIN_BAR_PERCENT, so that its bar can be seen; without a
    maximum it is "0%".
    """
    if not maximum or value <= 0:
        return "0%"
    return f"{max(MIN_BAR_PERCENT, min(100.0, 100 * value / maximum)):.4g}%"


def stack_segments(values: Iterable[tuple[float, str]], maximum: float) -> tuple[BarSegment, ...]:
    """Return segments for (value, CSS class) pairs, from the left; zeros are left out."""
    parts: list[BarSegment] = []
    before = 0.0
    for value, tone in values:
        if value:
            parts.append(
                BarSegment(
                    format_percent_of(before, maximum), format_percent_of(value, maximum), tone
                )
            )
        before += value
    return tuple(parts)


def build_pace_chart(report: Report) -> Chart:
    """Return the chart of median business days of the MAX_BARS categories with most jobs."""
    rows = sorted(
        report.list_finished_by("category"),
        key=lambda each: (-each[1].finished, report.category_name(each[0])),
    )
    found = [(report.categories[pk], row.median_days) for pk, row in rows]
    over = [translate_name(c) for c, median in found if median.is_over(c.target_days)]
    can_compare = any(median.is_enough for __, median in found)
    shown = found[:MAX_BARS]
    greatest = 1.1 * max((max(m.value or 0, c.target_days) for c, m in shown), default=0)
    return Chart(
        title=findings.summarize_pace(over, can_compare, sum(median.n for __, median in found)),
        note=_(
            "Typical (median) business days. Faint bars have fewer than %(n)s jobs. The upright "
            "line is the target."
        )
        % {"n": share_and_median.MIN_FOR_MEDIAN},
        table=tables.build_table("categories", report),
        bars=[_build_pace_bar(report, category, median, greatest) for category, median in shown],
    )


def _build_pace_bar(report: Report, category: Category, median: Median, greatest: float) -> Bar:
    """Return the bar of a category's median; it is red over the target and faint if of too few."""
    target = category.target_days
    if median.is_enough:
        color, tone = ("c-late", "bad") if median.is_over(target) else ("c-bar", "")
        note = findings.format_median_and_target(median, target)
    else:
        color, tone, note = "c-few", "few", findings.format_too_few_jobs(median.n)
    return Bar(
        label=translate_name(category),
        parts=stack_segments([(median.value or 0, color)], greatest),
        note=note,
        mark=format_percent_of(target, greatest),
        tone=tone,
        href=report.scope.url("overview", category=category.service_code),
    )


def build_status_chart(report: Report) -> Chart:
    """Return the chart of open requests by status, in the order of the workflow."""
    whole = report.open_requests.total()
    rows = [
        (str(status.label), row, {"status": status.value})
        for status, row in list_statuses(report.open_requests)
    ]
    return Chart(
        title=findings.summarize_open_requests(whole.open, whole.late),
        note=_("Open requests by status. Late ones are in red."),
        table=tables.build_table("statuses", report),
        bars=_build_open_bars(report, rows),
    )


def build_people_chart(report: Report) -> Chart:
    """Return the chart of open jobs by person: unassigned ones, then the busiest people first."""
    held = report.open_requests.group_by("person")
    rows = sorted(
        ((report.person_name(pk), pk, held[pk]) for pk in report.crew_ids),
        key=lambda each: (each[1] is not None, -each[2].open, each[0]),
    )
    holders = [(name, row.open) for name, pk, row in rows if pk and row.open]
    unassigned = report.open_requests.total().unassigned
    shown = [(name, row, {"person": report.username(pk)}) for name, pk, row in rows[:MAX_BARS]]
    return Chart(
        title=findings.summarize_workload(holders, unassigned),
        note=_format_people_note(held[None].open - unassigned),
        table=tables.build_table("people", report),
        bars=_build_open_bars(report, shown),
    )


def _format_people_note(waiting: int) -> str:
    """Return the note of the chart.

    `waiting` is the number of unassigned jobs that wait for a resident.
    """
    note = _("Open jobs by person. Late ones are in red.")
    if not waiting:
        return note
    more = ngettext(
        "%(n)s unassigned job is waiting for an answer.",
        "%(n)s unassigned jobs are waiting for an answer.",
        waiting,
    )
    return f"{note} {more % {'n': waiting}}"


def _build_open_bars(
    report: Report, rows: list[tuple[str, OpenCounts, dict[str, str]]]
) -> list[Bar]:
    """Return bars for rows of (label, counts, query that narrows the list of jobs to the row)."""
    greatest = max((row.open for _label, row, _query in rows), default=0)
    return [
        _build_open_bar(
            label, row, greatest, report.scope.url("overview_jobs", list="open", **narrowing)
        )
        for label, row, narrowing in rows
    ]


def _build_open_bar(label: str, row: OpenCounts, greatest: int, href: str) -> Bar:
    """Return a bar of open requests, the late ones last and in red.

    Its note is the number of open requests, and of late ones if there are any; then its tone is
    "bad", else "".
    """
    note, tone = f"{row.open}", ""
    if row.late:
        note, tone = _("%(n)s, %(late)s late") % {"n": row.open, "late": row.late}, "bad"
    parts = stack_segments([(row.open - row.late, "c-bar"), (row.late, "c-late")], greatest)
    return Bar(label, parts, note, tone=tone, href=href)


def build_zone_chart(report: Report) -> Chart:
    """Return the chart of the share on time by zone, the zone with most promised jobs first.

    At most MAX_BARS zones; those without a promised job are left out.
    """
    rows = [
        (report.zone_name(pk), row.share_on_time, pk) for pk, row in report.list_finished_by("zone")
    ]
    rows.sort(key=lambda each: (-each[1].whole, each[0]))
    return Chart(
        title=findings.compare_zones([(name, share) for name, share, __ in rows]),
        note=_("Share of finished work that was done by the expected date."),
        table=tables.build_table("zones", report),
        bars=[
            build_share_bar(name, share, _zone_url(report, pk))
            for name, share, pk in rows[:MAX_BARS]
            if share.whole
        ],
    )


def _zone_url(report: Report, pk: int | None) -> str:
    """Return the overview's URL for the zone, or "" outside all zones."""
    return report.scope.url("overview", zone=report.zones[pk].slug) if pk else ""


def build_share_bar(
    label: str,
    share: Share,
    href: str = "",
    color: str = "c-bar",
    parts: tuple[BarSegment, ...] = (),
) -> Bar:
    """Return the bar of a share; below MIN_FOR_PERCENTAGE it is pale and shows both counts.

    `parts` replace the segment of the share.
    """
    said, tone = format_share(share), "few"
    if share.is_enough:
        said, tone = _("%(share)s of %(n)s") % {"share": said, "n": share.whole}, ""
    parts = parts or stack_segments([(share.part, "c-few" if tone else color)], share.whole)
    return Bar(label, parts, said, tone=tone, href=href)


def build_ratings_chart(report: Report) -> Chart:
    """Return the chart of ratings by number of stars, from 5 to 1; no bars without ratings."""
    row, table = report.sums.total, tables.build_table("ratings", report)
    return Chart(
        title=findings.summarize_ratings(row.rated, row.average_stars),
        note=_("Ratings from residents who said it was fixed."),
        table=table,
        bars=_build_count_bars(table) if row.rated else [],
    )


def build_returns_chart(report: Report) -> Chart:
    """Return the chart of the reasons for which jobs were handed back, the most frequent first."""
    whole, table = report.sums.total, tables.build_table("returns", report)
    return Chart(
        title=findings.summarize_returns(whole.returned, whole.routed),
        note=_("Reasons in this period."),
        table=table,
        bars=_build_count_bars(table),
    )


def _build_count_bars(table: Table) -> list[Bar]:
    """Return a bar for each of the first MAX_BARS rows whose second column is a count."""
    counts = [(name, count) for name, count, *__ in table.rows if isinstance(count, int)]
    maximum = max((count for __, count in counts), default=0)
    return [
        Bar(f"{name}", stack_segments([(count, "c-bar")], maximum), f"{count}")
        for name, count in counts[:MAX_BARS]
    ]


def build_routing_chart(report: Report) -> Chart:
    """Return the chart of the share rerouted by category, the most routed first.

    At most MAX_BARS categories; those without a routed request are left out.
    """
    whole = report.desk_sums.desk_total
    rows = sorted(
        ((report.categories[pk], row) for pk, row in report.desk_sums.group_by("category").items()),
        key=lambda each: (-each[1].desk_routed, each[0].name),
    )
    return Chart(
        title=findings.summarize_routing(whole, whole.desk_share("rerouted")),
        note=_("Share of routed requests that were rerouted."),
        table=tables.build_table("routing", report),
        bars=[
            build_share_bar(
                translate_name(category),
                row.desk_share("rerouted"),
                report.scope.url("overview", category=category.service_code),
                color="c-late",
            )
            for category, row in rows[:MAX_BARS]
            if row.desk_routed
        ],
    )
