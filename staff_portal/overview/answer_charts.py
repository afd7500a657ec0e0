"""Charts of residents' answers about finished work."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from staff_portal.overview import findings, tables
from staff_portal.overview.charts import (
    MAX_BARS,
    Bar,
    BarSegment,
    Chart,
    build_share_bar,
    stack_segments,
)
from staff_portal.overview.daily_sums import Figures
from staff_portal.overview.findings import format_share, format_week_in_period
from staff_portal.overview.report import Report
from staff_portal.overview.share_and_median import Share

TABLE_NAMES = {"category": "categories", "zone": "zones", "week": "weeks"}


ANSWER_CSS_CLASSES = ("c-yes", "c-no", "c-silent", "c-open", "c-other")


def build_answers_chart(report: Report) -> Chart:
    """Return the chart of all answers; it has no bars without finished work.

    Each bar has the segments of all answers, and the label and number of one of them.
    """
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
    """Return a segment per answer, with its length as a part of `greatest`; zeros are left out."""
    return stack_segments(
        [(count, tone) for (__, count), tone in zip(found, ANSWER_CSS_CLASSES, strict=False)],
        greatest,
    )


def _format_count_and_share(count: int, whole: int) -> str:
    """Return "12 · 40%", or "12" if the share is of too few."""
    share = Share(count, whole)
    return f"{count} · {format_share(share)}" if share.is_enough else f"{count}"


def build_answers_chart_by(report: Report, kind: str) -> Chart:
    """Return the chart of answers by "category", "zone" or "week", with at most MAX_BARS bars.

    The length of a bar is the number of finished jobs, its colors are the answers. Weeks are in
    order, up to the latest; other groups begin with the most finished jobs.
    """
    names: dict[str, Callable[[Any], str]] = {
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
    """Return the bar of a group with the share confirmed, or "no answers", as its note."""
    parts = _build_answer_segments(tables.list_answer_counts(row), greatest)
    share = row.share_confirmed
    if not share.whole:
        return Bar(name, parts, _("no answers"), tone="few")
    return build_share_bar(name, share, parts=parts)
