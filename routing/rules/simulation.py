"""What another set of rules would have done with the requests of the last 90 days.

Each request is taken as it was when it was filed: its category, zone, priority, channel, answers
and hour. The first category and zone of a request that got another later are not in the log; the
category can be told by the questions that were answered, and where nothing tells it, today's is
taken and `Past.is_certain` is False.
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
from routing.models.conditions import destination, facts
from routing.rules import coverage

DAYS = 90

_OTHER = {Priority.NORMAL: Priority.URGENT, Priority.URGENT: Priority.NORMAL}
_CHANGES = [Verb.RECATEGORISE, Verb.MOVE_PIN, Verb.CORRECT, Verb.PRIORITISE, Verb.FLAG_DANGER]
_COLUMNS = [
    "pk", "reference", "category", "zone", "priority", "priority_before_danger", "channel",
    "filed_at", "status", "department", "completed_by",
]  # fmt: skip


class Past(NamedTuple):
    """One request as it was filed, and `ended`: the department that did it, or has it open now."""

    id: int
    reference: str
    category: str
    zone: str
    filed_at: datetime
    facts: matching.Facts
    ended: matching.Destination | None
    is_certain: bool


class Outcome(NamedTuple):
    """What the rules of today and the others say about one request."""

    past: Past
    before: matching.Decision
    after: matching.Decision

    @property
    def is_moved(self) -> bool:
        return self.before.department != self.after.department

    @property
    def is_changed(self) -> bool:
        return self.is_moved or self.before.mode != self.after.mode

    @property
    def gain(self) -> int:
        """1 where only the others name who did it, -1 where only today's do, else 0."""
        ended = self.past.ended
        if ended is None:
            return 0
        return (self.after.department == ended) - (self.before.department == ended)


def compare(before: Iterable, after: Iterable, past: Iterable[Past]) -> list[Outcome]:
    """Return what two sets of rules (values, in order) say about each request of the past."""
    first, second = _reader(before), _reader(after)
    return [Outcome(one, first(one.facts), second(one.facts)) for one in past]


def _reader(in_order) -> Callable:
    """Decides many times by these rules: for each category only those that could be about it."""
    rules = list(in_order)

    @cache
    def about(category, group) -> list:
        return [
            rule for rule in rules if rule.category in {"", category} and rule.group in {"", group}
        ]

    return lambda facts: matching.decide(facts, about(facts.category, facts.group))


def past() -> list[Past]:
    """Return the requests of the last days, newest first. Six queries, however many they are."""
    since = clock.now() - timedelta(days=DAYS)
    categories, zones = Category.objects.in_bulk(), Zone.objects.in_bulk()
    departments = {row.pk: destination(row) for row in Department.objects.all()}
    answers, asked = _answers(since)
    changes = _changes(since)
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
        given = facts(
            category,
            zone,
            priority=_first_priority(row, changed),
            channel=row.channel,
            answers=frozenset(answers.get(row.pk, ())),
            moment=clock.local(row.filed_at),
        )
        # Who did it, else who has it; nobody where it was closed without work.
        ended = row.completed_by or (row.department if row.status in OPEN_STATUSES else None)
        found.append(
            Past(
                id=row.pk,
                reference=row.reference,
                category=category.name,
                zone=zone.name if zone else "",
                filed_at=row.filed_at,
                facts=given,
                ended=departments.get(ended),
                is_certain=is_certain,
            )
        )
    return found


def _first_priority(row, changed: dict[str, str]) -> str:
    """Return how urgent it was when it was filed; words of danger in the report made it so."""
    if changed.get(Verb.FLAG_DANGER) == Verb.FILE:
        return Priority.URGENT
    if Verb.PRIORITISE in changed:
        return _OTHER[changed[Verb.PRIORITISE]]
    return row.priority_before_danger or row.priority


def _answers(since) -> tuple[dict, dict]:
    """The answers of each request as pairs, and the category whose questions were answered."""
    rows = Answer.objects.filter(service_request__filed_at__gte=since)
    answers, asked = defaultdict(list), {}
    columns = ["service_request", "question__code", "question__category", "values"]
    for pk, code, category, values in rows.values_list(*columns):
        answers[pk] += [(code, value) for value in values]
        asked[pk] = category
    return answers, asked


def _changes(since) -> dict:
    """Request to {verb: code of the first time}, of what changed what rules look at; of words of
    danger the verb they came with.
    """
    rows = Event.objects.filter(service_request__filed_at__gte=since, verb__in=_CHANGES)
    changes = defaultdict(dict)
    columns = ["service_request", "verb", "code", "caused_by__verb"]
    for pk, verb, code, cause in rows.order_by("pk").values_list(*columns):
        changes[pk].setdefault(verb, cause if verb == Verb.FLAG_DANGER else code)
    return changes


def world() -> coverage.World:
    """The city of today, as far as rules can ask about it."""
    choices = Choice.objects.active().exclude(effect=Choice.Effect.STOP)
    questions = Question.objects.active().prefetch_related(
        Prefetch("choices", choices, to_attr="offered")
    )
    rows = Category.objects.active()
    kinds = rows.prefetch_related(Prefetch("questions", questions, to_attr="asked"))
    return coverage.World(
        kinds=tuple(map(_kind, kinds)),
        zones=tuple(zone.slug for zone in Zone.objects.active()),
        priorities=tuple(Priority.values),
        channels=tuple(value for value in Channel.values if value != Channel.IMPORT),
    )


def _kind(category):
    asks = [
        coverage.Asked(asked.code, tuple(one.key for one in asked.offered), asked.is_required)
        for asked in category.asked
        if asked.offered
    ]
    own = destination(category.department)
    return coverage.Kind(category.service_code, category.group.slug, own, tuple(asks))
