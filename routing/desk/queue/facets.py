"""The ways in which the queue can be narrowed: each facet says of a request what it is there.

A facet that an address names several times means any of them; several facets mean all of them.
`narrow` asks the database, `sets` the rows of `snapshot`, to which `number` gave what they know.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city import cache
from city.models import Category, CategoryGroup, Department, Zone
from lib.postgresql.lookups import AnyOf, IsAmong
from lib.postgresql.packed import Bits, PlaceIn
from requests_app.lateness import late_at
from requests_app.models import Channel, Photo, Priority
from requests_app.models.photo import OF_A_REPORT
from requests_app.models.queries import IS_OPEN
from requests_app.status import OPEN, PAUSED, Status
from routing.desk.queue import flags, unseen

DAY = timedelta(days=1)
NONE = "-"  # the value of a request that has none; no slug is written like this
OVER_A_DAY = ("week", "month", "older")


class Asker(NamedTuple):
    """Who asks, and when: what a facet's answer may depend on. `agent` None: nobody asks. `seen()`
    is what the agent saw (`unseen.looks`) of what residents wrote.
    """

    now: datetime
    agent: User | None = None
    seen: Callable = dict


class OneOf(NamedTuple):
    """A facet in which each request has one value, the text that `expression(asker)` gives.

    `options()` are the known values with their names, in the order in which they are shown.
    """

    name: str
    label: str | Promise
    expression: Callable
    options: Callable

    width = 1  # bytes of the `number`

    def number(self, now, of_few):
        """Which of the options a request has, from 1; 0 for none of them."""
        values = [value for value, _name in self.options()]
        return Coalesce(PlaceIn(values, self.expression(Asker(now))), 0)

    def sets(self, rows, asker) -> dict[str, int]:
        """Of each value the requests that have it, as bits of `rows`."""
        values = enumerate(self.options(), 1)
        return {value: rows.where(self.name, place) for place, (value, _name) in values}

    def narrow(self, rows, chosen, asker, pieces):
        expression = self.expression(asker)
        return rows.filter(AnyOf(Cast(expression, TextField()), list(chosen)))


class RowOf(NamedTuple):
    """A facet whose values are rows of the city: `known()` gives (id, value, name) of each in
    order. `none` is what a request without one is called; `is_first` says where it stands.
    """

    name: str
    label: str | Promise
    known: Callable
    none: str | Promise = ""
    is_first: bool = False

    def options(self):
        known = [(value, name) for _pk, value, name in self.known()]
        none = [(NONE, self.none)] if self.none else []
        return none + known if self.is_first else known + none

    width = 3

    def number(self, now, of_few):
        return Coalesce(f"{self.name}_id", 0)

    def sets(self, rows, asker):
        found = {value: rows.where(self.name, pk) for pk, value, _name in self.known()}
        return found | ({NONE: rows.where(self.name, 0)} if self.none else {})

    def narrow(self, rows, chosen, asker, pieces):
        ids = [pk for pk, value, _name in self.known() if value in chosen]
        where = Q(**{f"{self.name}__any": ids})
        return rows.filter(where | Q(**{self.name: None}) if NONE in chosen else where)


class GroupOf(NamedTuple):
    """The facet of the categories' groups."""

    name: str
    label: str | Promise

    def options(self):
        return _groups()

    def sets(self, rows, asker):
        found = dict.fromkeys((value for value, _name in _groups()), 0)
        for pk, group in _group_of().items():
            found[group] |= rows.where("category", pk)
        return found

    def narrow(self, rows, chosen, asker, pieces):
        ids = [pk for pk, group in _group_of().items() if group in chosen]
        return rows.filter(category__any=ids)


class Flagged(NamedTuple):
    """The facet in which a request may have several values: its flags."""

    name: str
    label: str | Promise

    def options(self):
        return flags.Code.choices

    width = 1

    def number(self, now, of_few):
        return Bits(flags.questions(now, of_few).values())

    def sets(self, rows, asker):
        return {code: rows.with_bit(self.name, bit) for bit, code in enumerate(flags.FLAGS)}

    def narrow(self, rows, chosen, asker, pieces):
        asked = flags.questions(asker.now)
        return rows.filter(reduce(or_, [asked[code] for code in chosen]))


class Happened(NamedTuple):
    """A facet of what happened to a request: `sets(rows, asker)` is as of the others, and knows of
    every event, so that `narrow` takes it from there.
    """

    name: str
    label: str | Promise
    options: Callable
    sets: Callable

    def narrow(self, rows, chosen, asker, pieces):
        return rows.filter(IsAmong("pk", self._found(chosen, asker, pieces())))

    def _found(self, chosen, asker, pieces):
        for piece, standing in pieces:
            sets = self.sets(piece, asker)
            yield from piece.ids_in(standing & reduce(or_, (sets.get(one, 0) for one in chosen)))


class WithPhoto(NamedTuple):
    """Whether pictures came with the report, as far as they could be read."""

    name: str
    label: str | Promise

    def options(self):
        return [("yes", _("With")), ("no", _("Without"))]

    def sets(self, rows, asker):
        found = rows.once(self.name, lambda: rows.of(rows.with_photos))
        return {"yes": found, "no": rows.every ^ found}

    def narrow(self, rows, chosen, asker, pieces):
        has_one = Exists(Photo.objects.filter(OF_A_REPORT, service_request=OuterRef("pk")))
        asked = {"yes": has_one, "no": ~has_one}
        return rows.filter(reduce(or_, (Q(asked[value]) for value in chosen)))


def _named(rows, *columns):
    """A remembered list of these columns of the `rows`."""
    return cache.remembered(lambda: list(rows.values_list(*columns)))


_categories = _named(Category.objects.order_by("name"), "pk", "service_code", "name")
_groups = _named(CategoryGroup.objects.all(), "slug", "name")
_departments = _named(Department.objects.order_by("name"), "pk", "slug", "name")
_zones = _named(Zone.objects.all(), "pk", "slug", "name")
_group_of = cache.remembered(lambda: dict(Category.objects.values_list("pk", "group__slug")))


def _age(asker):
    return Case(
        When(filed_at__gte=asker.now - DAY, then=Value("day")),
        When(filed_at__gte=asker.now - 7 * DAY, then=Value("week")),
        When(filed_at__gte=asker.now - 30 * DAY, then=Value("month")),
        default=Value("older"),
    )


_AGES = [
    ("day", _("Under a day")),
    ("week", _("1 to 7 days")),
    ("month", _("7 to 30 days")),
    ("older", _("Over 30 days")),
]


class NextMidnight(Func):
    """The city's midnight after a moment."""

    template = (
        "((DATE_TRUNC('day', %(expressions)s AT TIME ZONE {zone}) + INTERVAL '1 day')"
        " AT TIME ZONE {zone})"
    )
    output_field = DateTimeField()

    def __init__(self, moment):
        zone = timezone.get_default_timezone_name()
        super().__init__(Value(moment, output_field=DateTimeField()))
        self.template = self.template.format(zone=f"'{zone}'")


def _due(asker):
    return Case(
        When(status__in=PAUSED, then=Value("paused")),
        When(Q(due_at=None) | ~IS_OPEN, then=Value(NONE)),  # what is closed is due no more
        When(late_at(asker.now), then=Value("overdue")),
        When(due_at__lt=NextMidnight(asker.now), then=Value("today")),
        When(due_at__lt=asker.now + 3 * DAY, then=Value("soon")),
        default=Value("later"),
    )


_DUES = [
    ("overdue", _("Late")),
    ("today", _("Today")),
    ("soon", _("Within 3 days")),
    ("later", _("Later")),
    ("paused", _("Clock paused")),
    (NONE, _("No date")),
]


def _mine(rows, asker):
    """Open requests that are this agent's to look after: no other agent did anything to them since
    this one did, or this one wrote on them. What crews and residents do changes nothing about it.
    Nobody's agent narrows nothing.
    """
    if asker.agent is None:
        return {"yes": rows.every}
    agent = asker.agent.pk
    own = rows.once(("mine", agent), lambda: rows.of(rows.activity.of(agent)))
    return {"yes": own & rows.open_bits}


def _wrote(rows, asker):
    """What this agent looked at is another's as well: only that is worked out for each."""
    written, seen = rows.activity.wrote, asker.seen()
    looked = unseen.by_mark({pk: written[pk] for pk in seen if pk in written}, seen)
    others = rows.every ^ rows.of(seen)
    return {
        mark: rows.once(("wrote", mark), lambda m=mark: rows.of(unseen.by_mark(written, {})[m]))
        & others
        | rows.of(looked[mark])
        for mark in unseen.MARKS
    }


def _statuses():
    return [(status.value, status.label) for status in Status if status in OPEN]


FACETS = [
    Flagged("flag", _("Flags")),
    Happened("wrote", _("From residents"), lambda: list(unseen.MARKS.items()), _wrote),
    OneOf("status", _("Status"), lambda asker: F("status"), _statuses),
    OneOf("due", _("Due"), _due, lambda: _DUES),
    OneOf("age", _("Age"), _age, lambda: _AGES),
    OneOf("priority", _("Priority"), lambda asker: F("priority"), lambda: Priority.choices),
    OneOf("channel", _("Channel"), lambda asker: F("channel"), lambda: Channel.choices),
    WithPhoto("photo", _("Photo")),
    Happened(
        "mine", _("Mine"), lambda: [("yes", _("I acted on it last or commented on it"))], _mine
    ),
    RowOf("department", _("Department"), _departments, _("The desk"), is_first=True),
    RowOf("zone", _("Area"), _zones, _("Not known")),
    GroupOf("group", _("Group")),
    RowOf("category", _("Category"), _categories),
]
BY_NAME = {facet.name: facet for facet in FACETS}
