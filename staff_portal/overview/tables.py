"""The overview's figures as tables, laid out once: the page shows them, and they are downloaded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city.models import HandBackReason
from city.names import name_of
from city.translation import translated
from staff_portal.overview import desk, finished
from staff_portal.overview.figures import Share
from staff_portal.overview.load import by_status

Cell = str | int | float | date | None


TITLES = {
    "weeks": gettext_lazy("Week by week"),
    "categories": gettext_lazy("By category"),
    "zones": gettext_lazy("By area"),
    "departments": gettext_lazy("By department"),
    "statuses": gettext_lazy("Open by status"),
    "people": gettext_lazy("By person"),
    "answers": gettext_lazy("What residents said"),
    "ratings": gettext_lazy("Stars"),
    "returns": gettext_lazy("Why work was handed back"),
    "routing": gettext_lazy("How requests found their department"),
}


@dataclass(frozen=True)
class Table:
    """`head` names the columns, the first of which names the row. A cell of None is not known:
    there was nothing, or too little to say it."""

    name: str
    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]

    @property
    def title(self) -> str:
        return str(TITLES[self.name])

    @property
    def shown(self) -> list[list[str]]:
        """The rows as people of the page's language read them; a dash for what is not known."""
        return [[_shown(cell) for cell in row] for row in self.rows]


def _shown(cell):
    if cell is None:
        return "–"
    if isinstance(cell, date):
        return formats.date_format(cell, _("M j, Y"))
    if isinstance(cell, float):
        return formats.number_format(cell, 1)
    return str(cell)


def weeks(report) -> Table:
    flows, done = report.flows.by("week"), report.finished.by("week")
    rows = [
        (
            monday,
            report.flows.came(flows.get(monday)),
            report.flows.went(flows.get(monday), done.get(monday)),
            flows[monday].returned if monday in flows else 0,
            *_work(done.get(monday)),
        )
        for monday in reversed(report.scope.period.mondays)
    ]
    head = (_("Week of"), _("Received"), _("Cleared"), _("Handed back"), *_work_head())
    return Table("weeks", head, rows)


def categories(report) -> Table:
    done, held = report.finished.by("category"), report.load.by("category")
    flows = report.flows.by("category")
    rows = [
        (
            report.category_name(pk),
            report.flows.came(flows.get(pk)),
            *_held(held.get(pk)),
            report.categories[pk].target_days,
            *_work(done.get(pk)),
        )
        for pk in _ranked(done, held, flows, name=report.category_name)
    ]
    head = (_("What"), _("Received"), *_held_head(), _("Target, business days"), *_work_head())
    return Table("categories", head, rows)


def zones(report) -> Table:
    done, held = report.finished.by("zone"), report.load.by("zone")
    flows = report.flows.by("zone")
    rows = [
        (
            report.zone_name(pk),
            report.flows.came(flows.get(pk)),
            *_held(held.get(pk)),
            *_work(done.get(pk)),
        )
        for pk in _ranked(done, held, flows, name=report.zone_name)
    ]
    head = (_("Area"), _("Received"), *_held_head(), *_work_head())
    return Table("zones", head, rows)


def departments(report) -> Table:
    done, held = report.finished.by("department"), report.load.by("department")
    flows = report.flows.by("department")
    rows = [
        (
            translated(each.name),
            flows[each.pk].routed if each.pk in flows else 0,
            flows[each.pk].returned if each.pk in flows else 0,
            *_held(held.get(each.pk)),
            *_work(done.get(each.pk)),
        )
        for each in report.scope.chosen
        if each.pk in done or each.pk in held or each.pk in flows
    ]
    head = (_("Department"), _("Received"), _("Handed back"), *_held_head(), *_work_head())
    return Table("departments", head, rows)


def statuses(report) -> Table:
    rows = [(str(status.label), row.open, row.late) for status, row in by_status(report.load)]
    return Table("statuses", (_("Status"), _("Open"), _("Late")), rows)


def people(report) -> Table:
    held, done = report.load.by("person"), report.finished.by("person")
    rows = [
        (report.person_name(pk), *_held(held.get(pk)), done[pk].finished if pk in done else 0)
        for pk in sorted(
            {*report.crew, *done},
            key=lambda pk: (-held[pk].open if pk in held else 0, report.person_name(pk)),
        )
    ]
    head = (_("Person"), *_held_head(), _("Finished"))
    return Table("people", head, rows)


def answers(report) -> Table:
    row = report.finished.whole()
    rows = [
        (str(words), count, Share(count, row.finished).percent) for words, count in answers_of(row)
    ]
    return Table("answers", (_("Answer"), _("Jobs"), _("Percent")), rows)


def answers_of(row) -> list[tuple[str, int]]:
    """Every answer to finished work with how many gave it; together they are all of it."""
    counts = [(words, count(row)) for words, count in ANSWERS] if row and row.finished else []
    return counts if not counts or counts[-1][1] else counts[:-1]


ANSWERS: list[tuple[str, Callable]] = [
    (gettext_lazy("Said it's fixed"), lambda row: row.confirmed),
    (gettext_lazy("Said it's not fixed"), lambda row: row.disputed),
    (gettext_lazy("Didn't answer by the deadline"), lambda row: row.unanswered),
    (gettext_lazy("May still answer"), lambda row: row.waiting),
    (gettext_lazy("Reopened or closed for another reason"), finished.other),
]


def ratings(report) -> Table:
    found = {stars: row for stars, row in report.finished.by("rating").items() if stars}
    total = sum(row.rated for row in found.values())
    counts = [(stars, found[stars].rated if stars in found else 0) for stars in (5, 4, 3, 2, 1)]
    rows = [(stars, count, Share(count, total).percent) for stars, count in counts]
    return Table("ratings", (_("Stars"), _("Answers"), _("Percent")), rows)


def returns(report) -> Table:
    rows = [(name_of(HandBackReason, code), n) for code, n in report.flows.reasons()]
    return Table("returns", (_("Reason"), _("Handed back")), rows)


def routing(report) -> Table:
    rows = [
        (report.category_name(pk), *_routing(row))
        for pk, row in sorted(
            report.desk.by("category").items(),
            key=lambda each: (-each[1].filed, report.category_name(each[0])),
        )
    ]
    return Table("routing", _routing_head(), rows)


def _routing(row):
    hours = desk.hours(row)
    return (
        row.filed,
        row.routed,
        row.by_rule,
        _tenths(hours.value if hours.is_enough else None),
        row.rerouted,
        desk.of_routed(row, "rerouted").percent,
        row.returned,
        desk.of_routed(row, "returned").percent,
        row.declined,
        desk.of_filed(row, "declined").percent,
        row.duplicates,
        desk.of_filed(row, "duplicates").percent,
        row.transferred,
        desk.of_filed(row, "transferred").percent,
        row.mailed,
        row.bounced,
    )


def _routing_head():
    return (
        _("What"), _("Filed"), _("Routed"), _("By a rule"), _("Median working hours at the desk"),
        _("Rerouted"), _("Rerouted, percent"), _("Handed back"), _("Handed back, percent"),
        _("Declined"), _("Declined, percent"), _("Duplicates"), _("Duplicates, percent"),
        _("Referred"), _("Referred, percent"), _("With email"), _("Email bounced"),
    )  # fmt: skip


def _work_head():
    return (
        _("Finished"), _("Median business days"), _("On time, percent"),
        _("Confirmed"), _("Confirmed, percent"), _("Disputed"), _("Disputed, percent"),
        _("Unanswered"), _("Unanswered, percent"), _("May still answer"),
        _("Ratings"), _("Average stars"),
    )  # fmt: skip


def _work(row):
    """The measures of finished work under `_work_head`; few jobs have no median or percentage."""
    if row is None:
        return (0, None, None, 0, None, 0, None, 0, None, 0, 0, None)
    median = finished.middle(row)
    return (
        row.finished,
        _tenths(median.value if median.is_enough else None),
        finished.in_time(row).percent,
        *_counted(row.confirmed, row),
        *_counted(row.disputed, row),
        *_counted(row.unanswered, row),
        row.waiting,
        row.rated,
        _tenths(row.stars),
    )


def _counted(count, row):
    return count, Share(count, row.finished).percent


def _held_head():
    return (_("Open now"), _("Late now"), _("Disputed now"))


def _held(row):
    return (row.open, row.late, row.disputed) if row else (0, 0, 0)


def _tenths(value) -> float | None:
    return None if value is None else round(float(value), 1)


def _ranked(done, *others, name):
    """Every key of the groupings, those with most finished work first, then by name."""
    keys = set(done).union(*others)
    return sorted(keys, key=lambda pk: (-done[pk].finished if pk in done else 0, name(pk)))


OF_DEPARTMENTS = (weeks, categories, zones, people, statuses, answers, ratings, returns)
OF_CITY = (weeks, departments, categories, zones, statuses, answers, ratings, returns, routing)


OF_PUBLIC = (weeks, categories, zones, answers, ratings)


def offered(scope) -> dict[str, Callable]:
    """The tables that can be downloaded for a scope, by the name in the address."""
    if scope.is_public:
        return {kind.__name__: kind for kind in OF_PUBLIC}
    several = not scope.is_city and len(scope.chosen) > 1
    kinds = OF_CITY if scope.is_city else OF_DEPARTMENTS + ((departments,) if several else ())
    return {kind.__name__: kind for kind in kinds}
