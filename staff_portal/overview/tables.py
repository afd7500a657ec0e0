"""Tables of the overview, built once for the page and its CSV."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from city.models import HandBackReason
from city.names import find_entry_name
from city.translation import translate_name
from lib import clock
from staff_portal.overview.daily_sums import Figures
from staff_portal.overview.open_requests import OpenCounts, list_statuses
from staff_portal.overview.report import Report
from staff_portal.overview.scope import Scope
from staff_portal.overview.share_and_median import Share
from staff_portal.overview.table import Cell, HeadAndRows, Table


def build_table(name: str, report: Report) -> Table:
    """Return the table of this name, a key of TABLE_BUILDERS; a report builds each once."""
    if name not in report.tables:
        title, build = TABLE_BUILDERS[name]
        report.tables[name] = Table(name, str(title), *build(report))
    return report.tables[name]


def _build_weeks(report: Report) -> HeadAndRows:
    """Return the headings, and the figures of each week of the period, the latest first."""
    found, period, today = report.sums.group_by("week"), report.scope.period, clock.today()
    rows = [
        (
            monday,
            _("Yes") if period.is_complete(monday, today) else _("No"),
            report.count_received(found[monday]),
            report.count_cleared(found[monday]),
            found[monday].returned,
            *_work_cells(found[monday]),
        )
        for monday in reversed(period.mondays)
    ]
    head = (
        _("Week of"),
        _("Complete week"),
        pgettext("requests", "Received"),
        _("Cleared"),
        _("Handed back"),
        *_work_columns(),
    )
    return head, rows


def _build_categories(report: Report) -> HeadAndRows:
    """Return the headings, and the figures by category, most finished work first."""
    rows = [
        (*known, report.categories[pk].target_days, *work)
        for pk, known, work in _rank_by_finished(report, "category", report.category_name)
    ]
    head = (
        _("What"),
        pgettext("requests", "Received"),
        *_open_columns(),
        _("Target, business days"),
        *_work_columns(),
    )
    return head, rows


def _build_zones(report: Report) -> HeadAndRows:
    """Return the headings, and the figures by zone, most finished work first."""
    rows = [
        (*known, *work) for __, known, work in _rank_by_finished(report, "zone", report.zone_name)
    ]
    head = (_("Area"), pgettext("requests", "Received"), *_open_columns(), *_work_columns())
    return head, rows


def _build_departments(report: Report) -> HeadAndRows:
    """Return the headings, and the figures of departments that have any, in the scope's order."""
    found, held = report.sums.group_by("department"), report.open_requests.group_by("department")
    rows = [
        (
            translate_name(each),
            found[each.pk].routed,
            found[each.pk].returned,
            *_open_cells(held[each.pk]),
            *_work_cells(found[each.pk]),
        )
        for each in report.scope.chosen_departments
        if each.pk in found or each.pk in held
    ]
    head = (
        _("Department"),
        pgettext("requests", "Received"),
        _("Handed back"),
        *_open_columns(),
        *_work_columns(),
    )
    return head, rows


def _build_statuses(report: Report) -> HeadAndRows:
    """Return the headings, and open and late requests by status in the order of the workflow."""
    rows = [
        (str(status.label), row.open, row.late)
        for status, row in list_statuses(report.open_requests)
    ]
    return (_("Status"), _("Open"), _("Late")), rows


def _build_people(report: Report) -> HeadAndRows:
    """Return the headings, and open and finished jobs by person, most open jobs first."""
    held, done = report.open_requests.group_by("person"), report.finished_by_person
    rows = [
        (report.person_name(pk), *_open_cells(held[pk]), done.get(pk, 0))
        for pk in sorted(
            {*report.crew_ids, *done}, key=lambda pk: (-held[pk].open, report.person_name(pk))
        )
    ]
    head = (_("Person"), *_open_columns(), _("Finished"))
    return head, rows


def _build_answers(report: Report) -> HeadAndRows:
    """Return the headings, and rows (answer, number, percentage or None if of too few).

    No rows without finished jobs.
    """
    row = report.sums.total
    rows = [
        (words, count, Share(count, row.finished).percent)
        for words, count in list_answer_counts(row)
    ]
    return (_("Answer"), _("Jobs"), _("Percent of finished")), rows


def list_answer_counts(row: Figures) -> list[tuple[str, int]]:
    """Return (label, number) of each answer; the sum is the number of finished jobs.

    Return [] without finished work. "Reopened or closed for another reason" is left out if it is 0.
    """
    counts = [(str(words), getattr(row, name)) for name, words in ANSWER_LABELS.items()]
    if not row.finished:
        return []
    return counts if row.other else counts[:-1]


ANSWER_LABELS = {
    "confirmed": gettext_lazy("Said it's fixed"),
    "disputed": gettext_lazy("Said it's not fixed"),
    "unanswered": gettext_lazy("Didn't answer by the deadline"),
    "waiting": gettext_lazy("May still answer"),
    "other": gettext_lazy("Reopened or closed for another reason"),
}


def _build_ratings(report: Report) -> HeadAndRows:
    """Return the headings, and a row (stars, answers, percent or None if of too few) for 5 to 1."""
    row = report.sums.total
    rows = [(stars, n, Share(n, row.rated).percent) for stars, n in row.ratings.items()]
    return (_("Stars"), _("Answers"), _("Percent")), rows


def _build_returns(report: Report) -> HeadAndRows:
    """Return the headings, and the reasons of hand-backs with numbers, most frequent first."""
    counts = report.sums.count_values("reasons")
    codes = sorted(filter(None, counts), key=lambda code: (-counts[code], code))
    rows = [(find_entry_name(HandBackReason, code), counts[code]) for code in codes]
    return (_("Reason"), _("Handed back")), rows


def _build_routing(report: Report) -> HeadAndRows:
    """Return the headings, and what the desk did by category, most filed requests first.

    Categories without a filed request are left out.
    """
    rows = [
        (report.category_name(pk), *_routing_cells(row))
        for pk, row in sorted(
            report.desk_sums.group_by("category").items(),
            key=lambda each: (-each[1].desk_filed, report.category_name(each[0])),
        )
        if row.desk_filed
    ]
    head = (
        _("What"), _("Filed"), _("Routed"), _("By a rule"), _("Median working hours at the desk"),
        _("Rerouted"), _("Rerouted, percent"), _("Handed back"), _("Handed back, percent"),
        _("Declined"), _("Declined, percent"), _("Duplicates"), _("Duplicates, percent"),
        _("Referred"), _("Referred, percent"), _("With email"), _("Email bounced"),
    )  # fmt: skip
    return head, rows


def _routing_cells(row: Figures) -> tuple[Cell, ...]:
    """Return the cells of a row of `_build_routing` after the name.

    They are the requests filed, routed and routed by a rule, the median hours, a count and
    percentage of each of five measures, and the addresses given and bounced.
    """
    hours = row.median_desk_hours
    measures = ("rerouted", "returned", "declined", "duplicates", "transferred")
    shares = map(row.desk_share, measures)
    return (
        row.desk_filed,
        row.desk_routed,
        row.desk_by_rule,
        _round_to_tenths(hours.value if hours.is_enough else None),
        *(cell for share in shares for cell in (share.part, share.percent)),
        row.desk_mailed,
        row.desk_bounced,
    )


def _work_columns() -> tuple[str, ...]:
    """Return the headings of the cells that `_work_cells` returns."""
    return (
        _("Finished"), _("Median business days"), _("On time, percent"),
        _("Confirmed"), _("Confirmed, percent of answers"),
        _("Disputed"), _("Disputed, percent of answers"),
        _("Unanswered"), _("Unanswered, percent of finished"), _("May still answer"),
        _("Ratings"), _("Average stars"),
    )  # fmt: skip


def _work_cells(row: Figures) -> tuple[Cell, ...]:
    """Return the cells for `_work_columns`; medians and percentages of too few are None."""
    median = row.median_days
    answers = [
        row.share_confirmed,
        Share(row.disputed, row.answered),
        Share(row.unanswered, row.finished),
    ]
    return (
        row.finished,
        _round_to_tenths(median.value if median.is_enough else None),
        row.share_on_time.percent,
        *(cell for share in answers for cell in (share.part, share.percent)),
        row.waiting,
        row.rated,
        _round_to_tenths(row.average_stars),
    )


def _open_columns() -> tuple[str, ...]:
    return (_("Open now"), _("Late now"), _("Disputed now"))


def _open_cells(row: OpenCounts) -> tuple[Cell, ...]:
    return (row.open, row.late, row.disputed)


def _round_to_tenths(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)


class RankedRow(NamedTuple):
    """The id of a group, its cells about received and open requests, and those about its work."""

    pk: Any
    known: tuple[Cell, ...]
    work: tuple[Cell, ...]


def _rank_by_finished(report: Report, key: str, name: Callable[[Any], str]) -> list[RankedRow]:
    """Return all groups of the `key`, those with most finished work first, then by name."""
    found, held = report.sums.group_by(key), report.open_requests.group_by(key)
    keys = sorted({*found, *held}, key=lambda pk: (-found[pk].finished, name(pk)))
    return [
        RankedRow(
            pk,
            (name(pk), report.count_received(found[pk]), *_open_cells(held[pk])),
            _work_cells(found[pk]),
        )
        for pk in keys
    ]


TABLE_BUILDERS = {
    "weeks": (gettext_lazy("Week by week"), _build_weeks),
    "categories": (gettext_lazy("By category"), _build_categories),
    "zones": (gettext_lazy("By area"), _build_zones),
    "departments": (gettext_lazy("By department"), _build_departments),
    "statuses": (gettext_lazy("Open by status"), _build_statuses),
    "people": (gettext_lazy("By person"), _build_people),
    "answers": (gettext_lazy("What residents said"), _build_answers),
    "ratings": (gettext_lazy("Stars"), _build_ratings),
    "returns": (gettext_lazy("Why work was handed back"), _build_returns),
    "routing": (gettext_lazy("How requests found their department"), _build_routing),
}
DEPARTMENT_TABLES = (
    *("weeks", "categories", "zones", "people", "statuses"),
    *("answers", "ratings", "returns"),
)
CITY_TABLES = (
    *("weeks", "departments", "categories", "zones", "statuses"),
    *("answers", "ratings", "returns", "routing"),
)
PUBLIC_TABLES = ("weeks", "categories", "zones", "answers", "ratings")


def list_table_names(scope: Scope) -> tuple[str, ...]:
    """Return the names of the tables that the scope's page offers, in their order."""
    if scope.is_public:
        return PUBLIC_TABLES
    if scope.is_city:
        return CITY_TABLES
    return DEPARTMENT_TABLES + (("departments",) if len(scope.chosen_departments) > 1 else ())
