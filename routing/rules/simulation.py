"""What another set of rules would have done with the requests of the last 90 days.

Each request is taken as it was when it was filed: its category, zone, priority, channel, answers
and hour. The first category and zone of a request that got another later are not in the log; the
category can be told by the questions that were answered, and where nothing tells it, today's is
taken and `Past.is_certain` is False.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import NamedTuple

from django.db.models import Prefetch

from city.models import Category, Choice, Department, Question, Zone
from lib import clock
from requests_app.models import Answer, Channel, Event, Priority, ServiceRequest
from requests_app.status import OPEN, Verb
from routing import matching
from routing.models.conditions import destination, facts
from routing.rules import coverage

DAYS = 90

_OTHER = {Priority.NORMAL: Priority.URGENT, Priority.URGENT: Priority.NORMAL}
_CHANGES = [
    Verb.RECATEGORISE,
    Verb.MOVE_PIN,
    Verb.CORRECT,
    Verb.PRIORITISE,
    Verb.FLAG_DANGER,
]
_COLUMNS = [
    "pk",
    "reference",
    "category",
    "zone",
    "priority",
    "priority_before_danger",
    "channel",
    "filed_at",
    "status",
    "department",
    "completed_by",
]


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


class Simulation:
    """Two sets of rules (values, in order) over the same past."""

    def __init__(self, before: Iterable, after: Iterable, past: Iterable[Past]):
        first, second = _reader(before), _reader(after)
        self.outcomes = [Outcome(one, first(one.facts), second(one.facts)) for one in past]

    @cached_property
    def changed(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.is_changed]

    @cached_property
    def moves(self) -> list[tuple]:
        """(department before, department after, how many), the most frequent first."""
        moves = Counter(
            (one.before.department, one.after.department) for one in self.changed if one.is_moved
        )
        return [(*pair, count) for pair, count in moves.most_common()]

    @cached_property
    def fired(self) -> Counter:
        """Id of each of the other rules to how many requests it decided."""
        return Counter(one.after.rule.id for one in self.outcomes if one.after.rule)

    @property
    def right(self) -> tuple[int, int, int]:
        """Of how many it is known who did them or has them, and how often today's rules and the
        others name them.
        """
        known = [one for one in self.outcomes if one.past.ended is not None]
        return (
            len(known),
            sum(one.before.department == one.past.ended for one in known),
            sum(one.after.department == one.past.ended for one in known),
        )

    def count(self, question) -> int:
        """How many outcomes are so; `question` is a function of one."""
        return sum(map(bool, map(question, self.outcomes)))


def _reader(in_order):
    """Decides many times by these rules: for each category only those that could be about it."""
    rules = list(in_order)

    @cache
    def about(category, group):
        return [
            rule for rule in rules if rule.category in {"", category} and rule.group in {"", group}
        ]

    return lambda facts: matching.decide(facts, about(facts.category, facts.group))


def past() -> list[Past]:
    """The requests of the last days, newest first. Six queries, however many they are."""
    since = clock.now() - timedelta(days=DAYS)
    rows = ServiceRequest.objects.filter(filed_at__gte=since).exclude(channel=Channel.IMPORT)
    book = _Book(since)
    return [book.read(*row) for row in rows.order_by("-filed_at", "-pk").values_list(*_COLUMNS)]


class _Book:
    """What must be looked up to read the rows of the past."""

    def __init__(self, since):
        self.categories = Category.objects.in_bulk()
        self.zones = Zone.objects.in_bulk()
        self.departments = {row.pk: destination(row) for row in Department.objects.all()}
        self.answers, self.asked = _answers(since)
        self.changes = _changes(since)

    def read(self, pk, reference, category, zone, *more):
        priority, before_danger, channel, filed_at, status, *holders = more
        changes = self.changes.get(pk, {})
        is_certain = not {Verb.MOVE_PIN, Verb.CORRECT} & set(changes)
        if Verb.RECATEGORISE in changes:
            is_certain = is_certain and pk in self.asked
            category = self.asked.get(pk, category)
        kind = self.categories[category]
        place = self.zones.get(zone)
        given = facts(
            kind,
            place,
            priority=_at_first(changes, priority, before_danger),
            channel=channel,
            answers=frozenset(self.answers.get(pk, ())),
            moment=clock.local(filed_at),
        )
        ended = self.departments.get(_ended(status, *holders))
        where = place.name if place else ""
        return Past(pk, reference, kind.name, where, filed_at, given, ended, is_certain)


def _at_first(changes, priority, before_danger):
    """How urgent it was when it was filed; words of danger in the report itself made it so."""
    if changes.get(Verb.FLAG_DANGER) == Verb.FILE:
        return Priority.URGENT
    if Verb.PRIORITISE in changes:
        return _OTHER[changes[Verb.PRIORITISE]]
    return before_danger or priority


def _ended(status, department, completed_by):
    """Who did it, else who has it; nobody where it was closed without work."""
    return completed_by or (department if status in OPEN else None)


def _answers(since):
    """The answers of each request as pairs, and the category whose questions were answered."""
    rows = Answer.objects.filter(service_request__filed_at__gte=since)
    answers, asked = defaultdict(list), {}
    columns = ["service_request", "question__code", "question__category", "values"]
    for pk, code, category, values in rows.values_list(*columns):
        answers[pk] += [(code, value) for value in values]
        asked[pk] = category
    return answers, asked


def _changes(since):
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
