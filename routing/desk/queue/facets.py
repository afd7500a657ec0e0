"""The ways in which the queue can be narrowed: each facet says of a request what it is there.

A facet that an address names several times means any of them; several facets mean all of them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city import cache
from city.models import Category, CategoryGroup, Department, Zone
from requests_app.models import Channel, Event, Photo, Priority
from requests_app.status import OPEN, PAUSED, Status, Verb
from requests_app.workflow import QUIET
from routing.desk.queue import flags, unseen
from santa311.lib import clock

DAY = timedelta(days=1)
NONE = "-"  # the value of a request that has none; no slug is written like this
OVER_A_DAY = ("week", "month", "older")


class Asker(NamedTuple):
    """Who asks, and when: what a facet's answer may depend on. `agent` None: nobody asks."""

    now: datetime
    agent: User | None = None


class OneOf(NamedTuple):
    """A facet in which each request has one value, the text that `expression(asker)` gives.

    `options()` are the known values with their names, in the order in which they are shown.
    """

    name: str
    label: str | Promise
    expression: Callable
    options: Callable

    def columns(self, asker) -> dict:
        return {f"of_{self.name}": self.expression(asker)}

    def said(self, values) -> list[str]:
        """What the `columns` of one request say."""
        return list(values)

    def narrow(self, rows, chosen, asker):
        return rows.alias(**self.columns(asker)).filter(**{f"of_{self.name}__in": chosen})


class Flagged(NamedTuple):
    """The facet in which a request may have several values: its flags."""

    name: str
    label: str | Promise

    def options(self):
        return flags.Code.choices

    def columns(self, asker) -> dict:
        return flags.columns(asker.now)

    def said(self, values) -> list[str]:
        return [code for code, is_so in zip(flags.FLAGS, values, strict=True) if is_so]

    def narrow(self, rows, chosen, asker):
        asked = flags.questions(asker.now)
        return rows.filter(reduce(or_, [asked[code] for code in chosen]))


def _named(rows, key="slug"):
    """A remembered list of the `rows` as options."""
    return cache.remembered(lambda: list(rows.values_list(key, "name")))


_categories = _named(Category.objects.order_by("name"), "service_code")
_groups = _named(CategoryGroup.objects.all())
_departments = _named(Department.objects.order_by("name"))
_zones = _named(Zone.objects.all())


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


def _due(asker):
    midnight = clock.local(asker.now).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return Case(
        When(status__in=PAUSED, then=Value("paused")),
        When(due_at=None, then=Value(NONE)),
        When(due_at__lt=asker.now, then=Value("overdue")),
        When(due_at__lt=midnight, then=Value("today")),
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


def _photo(asker):
    readable = Photo.objects.filter(service_request=OuterRef("pk"), kind=Photo.Kind.REPORT)
    has_one = Exists(readable.exclude(state=Photo.State.UNREADABLE))
    return _yes_or_no(has_one)


def _mine(asker):
    """Nobody's agent narrows nothing."""
    if asker.agent is None:
        return Value("yes")
    return _yes_or_no(touched_by(asker.agent))


def _yes_or_no(question):
    return Case(When(question, then=Value("yes")), default=Value("no"))


def touched_by(agent) -> Q:
    """Open requests that are this agent's to look after: no other agent did anything to them since
    this one did, or this one wrote on them. What crews and residents do changes nothing about it.
    """
    others = Event.objects.filter(
        service_request=OuterRef("service_request"), pk__gt=OuterRef("pk"), actor__is_agent=True
    )
    later = Exists(others.exclude(actor=agent).exclude(verb__in=QUIET))
    wrote, acted = Q(verb=Verb.COMMENT), ~Q(verb__in=QUIET) & ~later
    own = Event.objects.filter(wrote | acted, service_request=OuterRef("pk"), actor=agent)
    return Q(Exists(own), status__in=OPEN)


def _statuses():
    return [(status.value, status.label) for status in Status if status in OPEN]


FACETS = [
    Flagged("flag", _("Flags")),
    OneOf(
        "wrote",
        _("From residents"),
        lambda asker: unseen.mark_for(asker.agent),
        lambda: list(unseen.MARKS.items()),
    ),
    OneOf("status", _("Status"), lambda asker: F("status"), _statuses),
    OneOf("due", _("Due"), _due, lambda: _DUES),
    OneOf("age", _("Age"), _age, lambda: _AGES),
    OneOf("priority", _("Priority"), lambda asker: F("priority"), lambda: Priority.choices),
    OneOf("channel", _("Channel"), lambda asker: F("channel"), lambda: Channel.choices),
    OneOf("photo", _("Photo"), _photo, lambda: [("yes", _("With")), ("no", _("Without"))]),
    OneOf("mine", _("Mine"), _mine, lambda: [("yes", _("I acted on it last or commented on it"))]),
    OneOf(
        "department",
        _("Department"),
        lambda asker: Coalesce("department__slug", Value(NONE)),
        lambda: [(NONE, _("The desk")), *_departments()],
    ),
    OneOf(
        "zone",
        _("Area"),
        lambda asker: Coalesce("zone__slug", Value(NONE)),
        lambda: [*_zones(), (NONE, _("Not known"))],
    ),
    OneOf("group", _("Group"), lambda asker: F("category__group__slug"), _groups),
    OneOf("category", _("Category"), lambda asker: F("category__service_code"), _categories),
]
BY_NAME = {facet.name: facet for facet in FACETS}
