"""The overview's figures as tables, laid out once: the page shows them, and they are downloaded."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from typing import Any

from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from city.models import HandBackReason
from city.names import find_entry_name
from city.translation import translate_name
from lib import clock
from staff_portal.overview.figures import Share
from staff_portal.overview.load import by_status
from staff_portal.overview.report import Report
from staff_portal.overview.scope import Scope

Cell = str | int | float | date | None
HeadAndRows = tuple[tuple[str, ...], list[tuple[Cell, ...]]]


@dataclass(frozen=True)
class Table:
    """`head` names the columns, the first of which names the row. A cell of None is not known:
    there was nothing, or too little to say it."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]

    @cached_property
    def body(self) -> SafeString:
        """The rows as HTML, as people of the page's language read them: a year has thousands of
        cells, each of which costs a template 7 µs.
        """
        return mark_safe("\n".join(map(_row, self.rows)))  # nosec B703 # noqa: S308 - texts are escaped


def _row(cells) -> str:
    first, *others = map(_shown, cells)
    return f'<tr><th scope="row">{first}</th><td>{"</td><td>".join(others)}</td></tr>'


def _shown(cell) -> str:
    """A dash for what is not known."""
    if cell is None:
        return "–"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return formats.number_format(cell, 1)
    return escape(formats.date_format(cell, _("M j, Y")) if isinstance(cell, date) else str(cell))


def lay_out(name: str, report: Report) -> Table:
    """Return the table of this name: laid out once for a report, however often it is shown."""
    if name not in report.tables:
        title, build = KINDS[name]
        report.tables[name] = Table(name, str(title), *build(report))
    return report.tables[name]


def _build_weeks(report: Report) -> HeadAndRows:
    found, period, today = report.sums.by("week"), report.scope.period, clock.today()
    rows = [
        (
            monday,
            _("Yes") if period.is_complete(monday, today) else _("No"),
            report.received(found[monday]),
            report.cleared(found[monday]),
            found[monday].returned,
            *_work(found[monday]),
        )
        for monday in reversed(period.mondays)
    ]
    head = (
        _("Week of"),
        _("Complete week"),
        pgettext("requests", "Received"),
        _("Cleared"),
        _("Handed back"),
        *_work_head(),
    )
    return head, rows


def _build_categories(report: Report) -> HeadAndRows:
    rows = [
        (*known, report.categories[pk].target_days, *work)
        for pk, known, work in _ranked(report, "category", report.category_name)
    ]
    head = (
        _("What"),
        pgettext("requests", "Received"),
        *_held_head(),
        _("Target, business days"),
        *_work_head(),
    )
    return head, rows


def _build_zones(report: Report) -> HeadAndRows:
    rows = [(*known, *work) for __, known, work in _ranked(report, "zone", report.zone_name)]
    head = (_("Area"), pgettext("requests", "Received"), *_held_head(), *_work_head())
    return head, rows


def _build_departments(report: Report) -> HeadAndRows:
    found, held = report.sums.by("department"), report.load.by("department")
    rows = [
        (
            translate_name(each),
            found[each.pk].routed,
            found[each.pk].returned,
            *_held(held[each.pk]),
            *_work(found[each.pk]),
        )
        for each in report.scope.chosen
        if each.pk in found or each.pk in held
    ]
    head = (
        _("Department"),
        pgettext("requests", "Received"),
        _("Handed back"),
        *_held_head(),
        *_work_head(),
    )
    return head, rows


def _build_statuses(report: Report) -> HeadAndRows:
    rows = [(str(status.label), row.open, row.late) for status, row in by_status(report.load)]
    return (_("Status"), _("Open"), _("Late")), rows


def _build_people(report: Report) -> HeadAndRows:
    held, done = report.load.by("person"), report.finished_by_person
    rows = [
        (report.person_name(pk), *_held(held[pk]), done.get(pk, 0))
        for pk in sorted(
            {*report.crew, *done}, key=lambda pk: (-held[pk].open, report.person_name(pk))
        )
    ]
    head = (_("Person"), *_held_head(), _("Finished"))
    return head, rows


def _build_answers(report: Report) -> HeadAndRows:
    row = report.sums.whole
    rows = [
        (str(words), count, Share(count, row.finished).percent) for words, count in answers_of(row)
    ]
    return (_("Answer"), _("Jobs"), _("Percent of finished")), rows


def answers_of(row) -> list[tuple[str, int]]:
    """Every answer to finished work with how many gave it; together they are all of it."""
    counts = [(words, getattr(row, name)) for name, words in ANSWERS.items()]
    if not row.finished:
        return []
    return counts if row.other else counts[:-1]


ANSWERS = {
    "confirmed": gettext_lazy("Said it's fixed"),
    "disputed": gettext_lazy("Said it's not fixed"),
    "unanswered": gettext_lazy("Didn't answer by the deadline"),
    "waiting": gettext_lazy("May still answer"),
    "other": gettext_lazy("Reopened or closed for another reason"),
}


def _build_ratings(report: Report) -> HeadAndRows:
    row = report.sums.whole
    rows = [(stars, n, Share(n, row.rated).percent) for stars, n in row.ratings.items()]
    return (_("Stars"), _("Answers"), _("Percent")), rows


def _build_returns(report: Report) -> HeadAndRows:
    counts = report.sums.count_values("reasons")
    codes = sorted(filter(None, counts), key=lambda code: (-counts[code], code))
    rows = [(find_entry_name(HandBackReason, code), counts[code]) for code in codes]
    return (_("Reason"), _("Handed back")), rows


def _build_routing(report: Report) -> HeadAndRows:
    rows = [
        (report.category_name(pk), *_routing(row))
        for pk, row in sorted(
            report.desk.by("category").items(),
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


def _routing(row) -> tuple[Any, Any, Any, float | None, Any, Any, Any]:
    hours = row.hours
    measures = ("rerouted", "returned", "declined", "duplicates", "transferred")
    shares = map(row.desk_share, measures)
    return (
        row.desk_filed,
        row.desk_routed,
        row.desk_by_rule,
        _tenths(hours.value if hours.is_enough else None),
        *(cell for share in shares for cell in (share.part, share.percent)),
        row.desk_mailed,
        row.desk_bounced,
    )


def _work_head() -> tuple[str, str, str, str, str, str, str, str, str, str, str, str]:
    return (
        _("Finished"), _("Median business days"), _("On time, percent"),
        _("Confirmed"), _("Confirmed, percent of answers"),
        _("Disputed"), _("Disputed, percent of answers"),
        _("Unanswered"), _("Unanswered, percent of finished"), _("May still answer"),
        _("Ratings"), _("Average stars"),
    )  # fmt: skip


def _work(row) -> tuple[Any, float | None, Any, Any, Any, Any, float | None]:
    """The measures of finished work under `_work_head`; few jobs have no median or percentage."""
    median = row.middle
    answers = [
        row.share_confirmed,
        Share(row.disputed, row.answered),
        Share(row.unanswered, row.finished),
    ]
    return (
        row.finished,
        _tenths(median.value if median.is_enough else None),
        row.share_in_time.percent,
        *(cell for share in answers for cell in (share.part, share.percent)),
        row.waiting,
        row.rated,
        _tenths(row.stars),
    )


def _held_head() -> tuple[str, str, str]:
    return (_("Open now"), _("Late now"), _("Disputed now"))


def _held(row) -> tuple:
    return (row.open, row.late, row.disputed)


def _tenths(value) -> float | None:
    return None if value is None else round(float(value), 1)


def _ranked(
    report, key, name
) -> list[tuple[Any, tuple, tuple[Any, float | None, Any, Any, Any, Any, float | None]]]:
    """(key, its name, what came and what is open, the measures of its work) of all that there is,
    those with most finished work first, then by name.
    """
    found, held = report.sums.by(key), report.load.by(key)
    keys = sorted({*found, *held}, key=lambda pk: (-found[pk].finished, name(pk)))
    return [
        (pk, (name(pk), report.received(found[pk]), *_held(held[pk])), _work(found[pk]))
        for pk in keys
    ]


KINDS = {
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
OF_DEPARTMENTS = (
    *("weeks", "categories", "zones", "people", "statuses"),
    *("answers", "ratings", "returns"),
)
OF_CITY = (
    *("weeks", "departments", "categories", "zones", "statuses"),
    *("answers", "ratings", "returns", "routing"),
)
OF_PUBLIC = ("weeks", "categories", "zones", "answers", "ratings")


def list_offered(scope: Scope) -> tuple[str, ...]:
    """Return the names of the tables that can be downloaded for a scope."""
    if scope.is_public:
        return OF_PUBLIC
    if scope.is_city:
        return OF_CITY
    return OF_DEPARTMENTS + (("departments",) if len(scope.chosen) > 1 else ())
