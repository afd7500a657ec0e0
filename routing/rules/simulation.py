"""Comparison of two sets of rules on the requests of the last 90 days.

Each request is taken as it was filed: category, zone, priority, channel, answers and time. The log
does not store the first category and zone of a request that was changed. The first category is
known if its questions were answered; otherwise the current one is used, and
`PastRequest.is_certain` is False.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from django.db.models import Prefetch

from city.models import Category, Choice, Department, Question, Zone
from lib import clock
from requests_app.models import Answer, Channel, Event, Priority, ServiceRequest
from requests_app.status import OPEN_STATUSES, Verb
from routing import matching
from routing.models.conditions import build_facts, to_destination
from routing.rules import coverage

DAYS = 90

_OTHER_PRIORITY: dict[str, str] = {
    Priority.NORMAL: Priority.URGENT,
    Priority.URGENT: Priority.NORMAL,
}
_VERBS_THAT_CHANGE_FACTS = [
    Verb.RECATEGORISE,
    Verb.MOVE_PIN,
    Verb.CORRECT,
    Verb.PRIORITISE,
    Verb.FLAG_DANGER,
]
_COLUMNS = [
    "pk", "reference", "category", "zone", "priority", "priority_before_danger", "channel",
    "filed_at", "status", "department", "completed_by",
]  # fmt: skip


class PastRequest(NamedTuple):
    """A request as it was filed.

    `final_department` completed it, or has it while it is open; None if it was closed without work.
    """

    id: int
    reference: str
    category: str
    zone: str
    filed_at: datetime
    facts: matching.Facts
    final_department: matching.Destination | None
    is_certain: bool


class Comparison(NamedTuple):
    """The decisions of two sets of rules about one request."""

    request: PastRequest
    before: matching.Decision
    after: matching.Decision

    @property
    def is_moved(self) -> bool:
        """Return True if the two sets name different departments."""
        return self.before.department != self.after.department

    @property
    def is_changed(self) -> bool:
        """Return True if the department differs, or whether it is routed automatically."""
        return self.is_moved or self.before.mode != self.after.mode

    @property
    def gain(self) -> int:
        """Return 1 if only the second set names the final department, -1 if only the first, else 0.

        Also 0 without a final department.
        """
        ended = self.request.final_department
        if ended is None:
            return 0
        return (self.after.department == ended) - (self.before.department == ended)


def compare_rules(
    before: Iterable, after: Iterable, past: Iterable[PastRequest]
) -> list[Comparison]:
    """Return what two sets of rules, each in order, decide about each request of `past`."""
    first, second = _make_decider(before), _make_decider(after)
    return [Comparison(one, first(one.facts), second(one.facts)) for one in past]


def _make_decider(
    in_order: Iterable[matching.Rule],
) -> Callable[[matching.Facts], matching.Decision]:
    """Return a function from facts to the decision that these rules make about them.

    If no rule is met, the category's own department is decided on. The department is None if it may
    not receive requests. The function caches the rules of each category.
    """
    rules = list(in_order)

    @cache
    def about(category, group) -> list:
        return [
            rule for rule in rules if rule.category in {"", category} and rule.group in {"", group}
        ]

    return lambda facts: matching.choose_department(facts, about(facts.category, facts.group))


def load_past_requests() -> list[PastRequest]:
    """Return the requests of the last DAYS without imported ones, newest first. Six queries."""
    since = clock.now() - timedelta(days=DAYS)
    categories, zones = Category.objects.in_bulk(), Zone.objects.in_bulk()
    departments = {row.pk: to_destination(row) for row in Department.objects.all()}
    answers, asked = _load_answers(since)
    changes = _load_changes(since)
    rows = ServiceRequest.objects.filter(filed_at__gte=since).exclude(channel=Channel.IMPORT)
    found = []
    for row in rows.order_by("-filed_at", "-pk").values_list(*_COLUMNS, named=True):
        changed = changes.get(row.pk, {})
        is_certain = not {Verb.MOVE_PIN, Verb.CORRECT} & set(changed)
        category = categories[row.category]
        if Verb.RECATEGORISE in changed:
            is_certain = is_certain and row.pk in asked
            category = categories[asked.get(row.pk, row.category)]
        zone = zones.get(row.zone)
        given = build_facts(
            category,
            zone,
            priority=_find_filed_priority(row, changed),
            channel=row.channel,
            answers=frozenset(answers.get(row.pk, ())),
            moment=clock.localtime(row.filed_at),
        )
        # The department that did the work, else the one that has it; None if closed without work.
        ended = row.completed_by or (row.department if row.status in OPEN_STATUSES else None)
        found.append(
            PastRequest(
                id=row.pk,
                reference=row.reference,
                category=category.name,
                zone=zone.name if zone else "",
                filed_at=row.filed_at,
                facts=given,
                final_department=departments.get(ended) if ended else None,
                is_certain=is_certain,
            )
        )
    return found


def _find_filed_priority(row, changed: dict[str, str]) -> str:
    """Return the priority at filing; words of danger in the report made it urgent.

    `row` has the columns of _COLUMNS, `changed` its first codes by verb.
    """
    if changed.get(Verb.FLAG_DANGER) == Verb.FILE:
        return Priority.URGENT
    if Verb.PRIORITISE in changed:
        return _OTHER_PRIORITY[changed[Verb.PRIORITISE]]
    return row.priority_before_danger or row.priority


def _load_answers(since: datetime) -> tuple[dict, dict]:
    """Return the (code, choice) pairs of each request, and the category id of their questions.

    Pairs and ids are dicts by request id. Requests without answers are missing. One query.
    """
    rows = Answer.objects.filter(service_request__filed_at__gte=since)
    answers: dict[int, list[tuple[str, str]]] = defaultdict(list)
    asked: dict[int, int] = {}
    columns = ["service_request", "question__code", "question__category", "values"]
    for pk, code, category, values in rows.values_list(*columns):
        answers[pk] += [(code, value) for value in values]
        asked[pk] = category
    return answers, asked


def _load_changes(since: datetime) -> dict:
    """Return {request id: {verb: first code}} of the events that changed what rules look at.

    Requests without such an event are missing. For FLAG_DANGER the value is not a code but the verb
    of the event that caused the flag.
    """
    rows = Event.objects.filter(
        service_request__filed_at__gte=since, verb__in=_VERBS_THAT_CHANGE_FACTS
    )
    changes: dict[int, dict[str, str]] = defaultdict(dict)
    columns = ["service_request", "verb", "code", "caused_by__verb"]
    for pk, verb, code, cause in rows.order_by("pk").values_list(*columns):
        changes[pk].setdefault(verb, cause if verb == Verb.FLAG_DANGER else code)
    return changes


def load_city_facts() -> coverage.CityFacts:
    """Return the categories, zones, priorities and channels in use.

    Choices that stop a report are left out, and so is the channel of imports.
    """
    choices = Choice.objects.active().exclude(effect=Choice.Effect.STOP)
    questions = Question.objects.active().prefetch_related(Prefetch("choices", choices))
    rows = Category.objects.active()
    kinds = rows.prefetch_related(Prefetch("questions", questions))
    return coverage.CityFacts(
        categories=tuple(map(_build_category, kinds)),
        zones=tuple(zone.slug for zone in Zone.objects.active()),
        priorities=tuple(Priority.values),
        channels=tuple(value for value in Channel.values if value != Channel.IMPORT),
    )


def _build_category(category: Category) -> coverage.CategoryKind:
    """Return the category as a value, with its prefetched questions that have any choice.

    Questions and choices are taken as they were prefetched; nothing else is left out.
    """
    asks = [
        coverage.QuestionChoices(asked.code, keys, asked.is_required)
        for asked in category.questions.all()
        if (keys := tuple(one.key for one in asked.choices.all()))
    ]
    own = to_destination(category.department) if category.department else None
    return coverage.CategoryKind(category.service_code, category.group.slug, own, tuple(asks))
