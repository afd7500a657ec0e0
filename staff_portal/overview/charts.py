"""The overview's charts of bars: a finding, the figures of the drawing, the table behind it.

Lengths are percentages of a chart's width, written as SVG wants them in any language: "12.5%".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.models import Category
from city.translation import named
from staff_portal.overview import figures, findings, tables
from staff_portal.overview.daily_sums import Figures
from staff_portal.overview.figures import Median, Share
from staff_portal.overview.findings import format_share, format_week_in_period
from staff_portal.overview.load import OpenCounts, list_statuses
from staff_portal.overview.report import Report
from staff_portal.overview.tables import Table

MAX_BARS = 8  # bars in one chart; the table has the rest
TABLE_NAMES = {"category": "categories", "zone": "zones", "week": "weeks"}
MIN_BAR_PERCENT = 0.6  # percent: the shortest bar that can still be seen
ANSWER_CSS_CLASSES = ("c-yes", "c-no", "c-silent", "c-open", "c-other")


class BarSegment(NamedTuple):
    """A piece of a bar: where it starts and how long it is, and its colour's class."""

    x: str
    width: str
    css_class: str


class Bar(NamedTuple):
    """One line of a bar chart. `mark` is the target's place, `note` what stands beside it."""

    label: str
    parts: tuple[BarSegment, ...]
    note: str = ""
    mark: str = ""
    tone: str = ""
    href: str = ""


@dataclass(frozen=True)
class Chart:
    """`title` is the finding, `note` says how to read the drawing, `table` is what is behind it."""

    title: str
    note: str
    table: Table
    bars: Sequence[Bar] = ()


def format_percent_of(value: float, maximum: float) -> str:
    """`value` as a part of `greatest`: never more than all of it, never too little to be seen."""
    if not maximum or value <= 0:
        return "0%"
    return f"{max(MIN_BAR_PERCENT, min(100.0, 100 * value / maximum)):.4g}%"


def stack_segments(values: Iterable[tuple[float, str]], maximum: float) -> tuple[BarSegment, ...]:
    """(value, tone) side by side from the left; nothing is drawn of a zero."""
    parts, before = [], 0
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
    rows = sorted(
        report.list_finished_by("category"),
        key=lambda each: (-each[1].finished, report.category_name(each[0])),
    )
    found = [(report.categories[pk], row.median_days) for pk, row in rows]
    over = [named(c) for c, middle in found if middle.is_over(c.target_days)]
    can_compare = any(middle.is_enough for __, middle in found)
    shown = found[:MAX_BARS]
    greatest = 1.1 * max((max(m.value, c.target_days) for c, m in shown), default=0)
    return Chart(
        title=findings.summarize_pace(over, can_compare, sum(middle.n for __, middle in found)),
        note=_(
            "Typical (median) business days. Faint bars have fewer than %(n)s jobs. The upright "
            "line is the target."
        )
        % {"n": figures.MIN_FOR_MEDIAN},
        table=tables.build_table("categories", report),
        bars=[_build_pace_bar(report, category, middle, greatest) for category, middle in shown],
    )


def _build_pace_bar(report: Report, category: Category, middle: Median, greatest: float) -> Bar:
    target = category.target_days
    if middle.is_enough:
        color, tone = ("c-late", "bad") if middle.is_over(target) else ("c-bar", "")
        note = findings.format_median_and_target(middle, target)
    else:
        color, tone, note = "c-few", "few", findings.format_too_few_jobs(middle.n)
    return Bar(
        label=named(category),
        parts=stack_segments([(middle.value, color)], greatest),
        note=note,
        mark=format_percent_of(target, greatest),
        tone=tone,
        href=report.scope.url("overview", category=category.service_code),
    )


def build_status_chart(report: Report) -> Chart:
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
    """`waiting`: how many are nobody's and cannot be given either, until a resident answers."""
    note = _("Open jobs by person. Late ones are in red.")
    if not waiting:
        return note
    more = ngettext(
        "%(n)s unassigned job is waiting for an answer.",
        "%(n)s unassigned jobs are waiting for an answer.",
        waiting,
    )
    return f"{note} {more % {'n': waiting}}"


def _build_open_bars(report: Report, rows: list[tuple[str, OpenCounts, dict]]) -> list[Bar]:
    """`rows`: (label, what is open there, how an address narrows the list to it)."""
    greatest = max((row.open for __, row, __ in rows), default=0)
    return [
        _build_open_bar(
            label, row, greatest, report.scope.url("overview_jobs", list="open", **narrowing)
        )
        for label, row, narrowing in rows
    ]


def _build_open_bar(label: str, row: OpenCounts, greatest: int, href: str) -> Bar:
    note, tone = f"{row.open}", ""
    if row.late:
        note, tone = _("%(n)s, %(late)s late") % {"n": row.open, "late": row.late}, "bad"
    parts = stack_segments([(row.open - row.late, "c-bar"), (row.late, "c-late")], greatest)
    return Bar(label, parts, note, tone=tone, href=href)


def build_zone_chart(report: Report) -> Chart:
    rows = [
        (report.zone_name(pk), row.share_on_time, pk) for pk, row in report.list_finished_by("zone")
    ]
    rows.sort(key=lambda each: (-each[1].whole, each[0]))
    return Chart(
        title=findings.compare_zones([(name, share) for name, share, __ in rows]),
        note=_("Share of finished work that was done by the expected date."),
        table=tables.build_table("zones", report),
        bars=[
            _build_share_bar(name, share, _zone_url(report, pk))
            for name, share, pk in rows[:MAX_BARS]
            if share.whole
        ],
    )


def _zone_url(report: Report, pk: int | None) -> str:
    return report.scope.url("overview", zone=report.zones[pk].slug) if pk else ""


def _build_share_bar(
    label: str,
    share: Share,
    href: str = "",
    color: str = "c-bar",
    parts: tuple[BarSegment, ...] = (),
) -> Bar:
    """A share's bar: pale, and with its two counts, where it is of too few. `parts` are other ones
    than that of the share.
    """
    said, tone = format_share(share), "few"
    if share.is_enough:
        said, tone = _("%(share)s of %(n)s") % {"share": said, "n": share.whole}, ""
    parts = parts or stack_segments([(share.part, "c-few" if tone else color)], share.whole)
    return Bar(label, parts, said, tone=tone, href=href)


def build_answers_chart(report: Report) -> Chart:
    row = report.sums.total
    found = tables.list_answer_counts(row)
    parts = _build_answer_segments(found, row.finished)
    note = _(
        "No answer counts as neither yes nor no. The bar shows all finished work, answered or not."
    )
    if row.mended:
        note += " " + _("Of those who first said no, %(n)s later said yes.") % {"n": row.mended}
    return Chart(
        title=findings.summarize_answers(row),
        note=note,
        table=tables.build_table("answers", report),
        bars=[
            Bar(str(words), parts, _format_count_and_share(count, row.finished), tone=tone)
            for (words, count), tone in zip(found, ANSWER_CSS_CLASSES, strict=False)
        ],
    )


def _build_answer_segments(found: list[tuple[str, int]], greatest: int) -> tuple[BarSegment, ...]:
    return stack_segments(
        [(count, tone) for (__, count), tone in zip(found, ANSWER_CSS_CLASSES, strict=False)],
        greatest,
    )


def _format_count_and_share(count: int, whole: int) -> str:
    share = Share(count, whole)
    return f"{count} · {format_share(share)}" if share.is_enough else f"{count}"


def build_answers_chart_by(report: Report, kind: str) -> Chart:
    """The same by "category", "zone" or "week": a bar's length is how much, its colors how well."""
    names = {
        "category": report.category_name,
        "zone": report.zone_name,
        "week": partial(format_week_in_period, report.scope.period),
    }
    found = report.list_finished_by(kind)
    if kind == "week":
        shown = sorted(found)[-MAX_BARS:]
    else:
        shown = sorted(found, key=lambda each: -each[1].finished)[:MAX_BARS]
    rows = [(names[kind](pk), row) for pk, row in shown]
    greatest = max((row.finished for __, row in rows), default=0)
    return Chart(
        title=findings.compare_answers([(name, row.share_confirmed) for name, row in rows]),
        note=_(
            "Bar length shows how much work was finished. The number shows how much residents "
            "confirmed of what they answered about."
        ),
        table=tables.build_table(TABLE_NAMES[kind], report),
        bars=[_build_answers_bar(name, row, greatest) for name, row in rows],
    )


def _build_answers_bar(name: str, row: Figures, greatest: int) -> Bar:
    parts = _build_answer_segments(tables.list_answer_counts(row), greatest)
    share = row.share_confirmed
    if not share.whole:
        return Bar(name, parts, _("no answers"), tone="few")
    return _build_share_bar(name, share, parts=parts)


def build_ratings_chart(report: Report) -> Chart:
    row, table = report.sums.total, tables.build_table("ratings", report)
    return Chart(
        title=findings.summarize_ratings(row.rated, row.average_stars),
        note=_("Ratings from residents who said it was fixed."),
        table=table,
        bars=_build_count_bars(table) if row.rated else [],
    )


def build_returns_chart(report: Report) -> Chart:
    whole, table = report.sums.total, tables.build_table("returns", report)
    return Chart(
        title=findings.summarize_returns(whole.returned, whole.routed),
        note=_("Reasons in this period."),
        table=table,
        bars=_build_count_bars(table),
    )


def _build_count_bars(table: Table) -> list[Bar]:
    """A bar for each row of the table: its name and how many."""
    greatest = max((row[1] for row in table.rows), default=0)
    return [
        Bar(f"{name}", stack_segments([(n, "c-bar")], greatest), f"{n}")
        for name, n, *__ in table.rows[:MAX_BARS]
    ]


def build_routing_chart(report: Report) -> Chart:
    """Re-routed share by category, the busiest first; volume stands beside each share."""
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
            _build_share_bar(
                named(category),
                row.desk_share("rerouted"),
                report.scope.url("overview", category=category.service_code),
                color="c-late",
            )
            for category, row in rows[:MAX_BARS]
            if row.desk_routed
        ],
    )
