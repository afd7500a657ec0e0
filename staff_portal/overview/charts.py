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
from city.translation import translate_name
from staff_portal.overview import figures, findings, tables
from staff_portal.overview.daily_sums import Figures
from staff_portal.overview.figures import Middle, Share
from staff_portal.overview.findings import said_share, week_name_in
from staff_portal.overview.load import Held, by_status
from staff_portal.overview.report import Report
from staff_portal.overview.tables import Table

MOST = 8  # bars in one chart; the table has the rest
TABLES = {"category": "categories", "zone": "zones", "week": "weeks"}
LEAST = 0.6  # percent: the shortest bar that can still be seen
TONES = ("c-yes", "c-no", "c-silent", "c-open", "c-other")


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


@dataclass(frozen=True)
class Chart:
    """`title` is the finding, `note` says how to read the drawing, `table` is what is behind it."""

    title: str
    note: str
    table: Table
    bars: Sequence[Bar] = ()


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


def pace(report: Report) -> Chart:
    rows = sorted(
        report.finished_by("category"),
        key=lambda each: (-each[1].finished, report.category_name(each[0])),
    )
    found = [(report.categories[pk], row.middle) for pk, row in rows]
    over = [translate_name(c) for c, middle in found if middle.is_over(c.target_days)]
    can_compare = any(middle.is_enough for __, middle in found)
    shown = found[:MOST]
    greatest = 1.1 * max((max(m.value, c.target_days) for c, m in shown), default=0)
    return Chart(
        title=findings.of_pace(over, can_compare, sum(middle.n for __, middle in found)),
        note=_(
            "Typical (median) business days. Faint bars have fewer than %(n)s jobs. The upright "
            "line is the target."
        )
        % {"n": figures.ENOUGH},
        table=tables.lay_out("categories", report),
        bars=[_pace_bar(report, category, middle, greatest) for category, middle in shown],
    )


def _pace_bar(report: Report, category: Category, middle: Middle, greatest: float) -> Bar:
    target = category.target_days
    if middle.is_enough:
        color, tone = ("c-late", "bad") if middle.is_over(target) else ("c-bar", "")
        note = findings.beside_target(middle, target)
    else:
        color, tone, note = "c-few", "few", findings.few(middle.n)
    return Bar(
        label=translate_name(category),
        parts=stacked([(middle.value, color)], greatest),
        note=note,
        mark=percent(target, greatest),
        tone=tone,
        href=report.scope.url("overview", category=category.service_code),
    )


def statuses(report: Report) -> Chart:
    whole = report.load.whole()
    rows = [
        (str(status.label), row, {"status": status.value}) for status, row in by_status(report.load)
    ]
    return Chart(
        title=findings.of_load(whole.open, whole.late),
        note=_("Open requests by status. Late ones are in red."),
        table=tables.lay_out("statuses", report),
        bars=_held_bars(report, rows),
    )


def people(report: Report) -> Chart:
    held = report.load.by("person")
    rows = sorted(
        ((report.person_name(pk), pk, held[pk]) for pk in report.crew),
        key=lambda each: (each[1] is not None, -each[2].open, each[0]),
    )
    holders = [(name, row.open) for name, pk, row in rows if pk and row.open]
    unassigned = report.load.whole().unassigned
    shown = [(name, row, {"person": report.username(pk)}) for name, pk, row in rows[:MOST]]
    return Chart(
        title=findings.of_people(holders, unassigned),
        note=_people_note(held[None].open - unassigned),
        table=tables.lay_out("people", report),
        bars=_held_bars(report, shown),
    )


def _people_note(waiting: int) -> str:
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


def _held_bars(report: Report, rows: list[tuple[str, Held, dict]]) -> list[Bar]:
    """`rows`: (label, what is open there, how an address narrows the list to it)."""
    greatest = max((row.open for __, row, __ in rows), default=0)
    return [
        _held_bar(label, row, greatest, report.scope.url("overview_jobs", list="open", **narrowing))
        for label, row, narrowing in rows
    ]


def _held_bar(label: str, row: Held, greatest: int, href: str) -> Bar:
    note, tone = f"{row.open}", ""
    if row.late:
        note, tone = _("%(n)s, %(late)s late") % {"n": row.open, "late": row.late}, "bad"
    parts = stacked([(row.open - row.late, "c-bar"), (row.late, "c-late")], greatest)
    return Bar(label, parts, note, tone=tone, href=href)


def zones(report: Report) -> Chart:
    rows = [(report.zone_name(pk), row.share_in_time, pk) for pk, row in report.finished_by("zone")]
    rows.sort(key=lambda each: (-each[1].whole, each[0]))
    return Chart(
        title=findings.of_zones([(name, share) for name, share, __ in rows]),
        note=_("Share of finished work that was done by the expected date."),
        table=tables.lay_out("zones", report),
        bars=[
            _share_bar(name, share, _zone_url(report, pk))
            for name, share, pk in rows[:MOST]
            if share.whole
        ],
    )


def _zone_url(report: Report, pk: int | None) -> str:
    return report.scope.url("overview", zone=report.zones[pk].slug) if pk else ""


def _share_bar(
    label: str,
    share: Share,
    href: str = "",
    color: str = "c-bar",
    parts: tuple[Part, ...] = (),
) -> Bar:
    """A share's bar: pale, and with its two counts, where it is of too few. `parts` are other ones
    than that of the share.
    """
    said, tone = said_share(share), "few"
    if share.is_enough:
        said, tone = _("%(share)s of %(n)s") % {"share": said, "n": share.whole}, ""
    parts = parts or stacked([(share.part, "c-few" if tone else color)], share.whole)
    return Bar(label, parts, said, tone=tone, href=href)


def answers(report: Report) -> Chart:
    row = report.sums.whole
    found = tables.answers_of(row)
    parts = _answers_parts(found, row.finished)
    note = _(
        "No answer counts as neither yes nor no. The bar shows all finished work, answered or not."
    )
    if row.mended:
        note += " " + _("Of those who first said no, %(n)s later said yes.") % {"n": row.mended}
    return Chart(
        title=findings.of_answers(row),
        note=note,
        table=tables.lay_out("answers", report),
        bars=[
            Bar(str(words), parts, _format_count(count, row.finished), tone=tone)
            for (words, count), tone in zip(found, TONES, strict=False)
        ],
    )


def _answers_parts(found: list[tuple[str, int]], greatest: int) -> tuple[Part, ...]:
    return stacked(
        [(count, tone) for (__, count), tone in zip(found, TONES, strict=False)], greatest
    )


def _format_count(count: int, whole: int) -> str:
    share = Share(count, whole)
    return f"{count} · {said_share(share)}" if share.is_enough else f"{count}"


def answers_by(report: Report, kind: str) -> Chart:
    """The same by "category", "zone" or "week": a bar's length is how much, its colors how well."""
    names = {
        "category": report.category_name,
        "zone": report.zone_name,
        "week": partial(week_name_in, report.scope.period),
    }
    found = report.finished_by(kind)
    if kind == "week":
        shown = sorted(found)[-MOST:]
    else:
        shown = sorted(found, key=lambda each: -each[1].finished)[:MOST]
    rows = [(names[kind](pk), row) for pk, row in shown]
    greatest = max((row.finished for __, row in rows), default=0)
    return Chart(
        title=findings.of_answers_by([(name, row.share_confirmed) for name, row in rows]),
        note=_(
            "Bar length shows how much work was finished. The number shows how much residents "
            "confirmed of what they answered about."
        ),
        table=tables.lay_out(TABLES[kind], report),
        bars=[_answers_bar(name, row, greatest) for name, row in rows],
    )


def _answers_bar(name: str, row: Figures, greatest: int) -> Bar:
    parts = _answers_parts(tables.answers_of(row), greatest)
    share = row.share_confirmed
    if not share.whole:
        return Bar(name, parts, _("no answers"), tone="few")
    return _share_bar(name, share, parts=parts)


def ratings(report: Report) -> Chart:
    row, table = report.sums.whole, tables.lay_out("ratings", report)
    return Chart(
        title=findings.of_ratings(row.rated, row.stars),
        note=_("Ratings from residents who said it was fixed."),
        table=table,
        bars=_count_bars(table) if row.rated else [],
    )


def returns(report: Report) -> Chart:
    whole, table = report.sums.whole, tables.lay_out("returns", report)
    return Chart(
        title=findings.of_returns(whole.returned, whole.routed),
        note=_("Reasons in this period."),
        table=table,
        bars=_count_bars(table),
    )


def _count_bars(table: Table) -> list[Bar]:
    """A bar for each row of the table: its name and how many."""
    greatest = max((row[1] for row in table.rows), default=0)
    return [
        Bar(f"{name}", stacked([(n, "c-bar")], greatest), f"{n}")
        for name, n, *__ in table.rows[:MOST]
    ]


def routing(report: Report) -> Chart:
    """Re-routed share by category, the busiest first; volume stands beside each share."""
    whole = report.desk.desk_whole
    rows = sorted(
        ((report.categories[pk], row) for pk, row in report.desk.by("category").items()),
        key=lambda each: (-each[1].desk_routed, each[0].name),
    )
    return Chart(
        title=findings.of_routing(whole, whole.desk_share("rerouted")),
        note=_("Share of routed requests that were rerouted."),
        table=tables.lay_out("routing", report),
        bars=[
            _share_bar(
                translate_name(category),
                row.desk_share("rerouted"),
                report.scope.url("overview", category=category.service_code),
                color="c-late",
            )
            for category, row in rows[:MOST]
            if row.desk_routed
        ],
    )
