"""The ways in which the queue can be narrowed: each facet says of a request what it is there.

A facet that an address names several times means any of them; several facets mean all of them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

import numpy as np
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city import cache
from city.models import Category, CategoryGroup, Department, Zone
from lib import clock
from requests_app.models import Channel, Priority
from requests_app.status import OPEN, PAUSED, Status
from routing.desk.queue import flags, unseen
from routing.desk.queue.table import CHANNELS, PRIORITIES, STATUSES, VERBS, QueueTable

DAY = timedelta(days=1)
NONE = "-"  # the value of a request that has none; no slug is written like this
OVER_A_DAY = ("week", "month", "older")
Options = list[tuple[str, str | Promise]]


class Asker(NamedTuple):
    """Who asks, and when: what a facet's answer may depend on. `agent` None: nobody asks. `seen()`
    is what the agent saw (`unseen.looks`) of what residents wrote.
    """

    now: datetime
    agent: User | None = None
    seen: Callable[[], dict[int, int]] = dict


class Facet(NamedTuple):
    """A facet in which each request has one value.

    `list_options()` are the known values with their names, in the order in which they are shown.
    `find_places(table, asker)` is an array: which of the options each row has, -1 for none.
    """

    name: str
    label: str | Promise
    list_options: Callable[[], Options]
    find_places: Callable[[QueueTable, Asker], np.ndarray]

    def options(self) -> Options:
        return self.list_options()

    def select(self, table: QueueTable, chosen: tuple[str, ...], asker: Asker) -> np.ndarray:
        """Return the mask of the rows that have one of the values `chosen`."""
        places = [place for place, (value, _name) in enumerate(self.options()) if value in chosen]
        return np.isin(self.find_places(table, asker), places)

    def count(self, table: QueueTable, mask: np.ndarray, asker: Asker) -> dict[str, int]:
        """Return how many rows of the `mask` have each value."""
        values = [value for value, _name in self.options()]
        places = self.find_places(table, asker)[mask]
        numbers = np.bincount(places + 1, minlength=len(values) + 1)[1:]
        return dict(zip(values, numbers.tolist(), strict=True))


class FlagFacet(NamedTuple):
    """The facet in which a request may have several values: its flags."""

    name: str
    label: str | Promise

    def options(self) -> Options:
        return flags.Code.choices

    def select(self, table: QueueTable, chosen: tuple[str, ...], asker: Asker) -> np.ndarray:
        return reduce(or_, (table.has_flag(code, asker.now) for code in chosen))

    def count(self, table: QueueTable, mask: np.ndarray, asker: Asker) -> dict[str, int]:
        return {
            code: int(np.count_nonzero(mask & table.has_flag(code, asker.now)))
            for code in flags.Code.values
        }


def _remember(rows: QuerySet, *columns: str) -> Callable[[], list[tuple]]:
    """Return a function that lists these columns of the `rows`, and remembers them."""
    return cache.remembered(lambda: list(rows.values_list(*columns)))


list_categories = _remember(Category.objects.order_by("name"), "pk", "service_code", "name")
list_zones = _remember(Zone.objects.all(), "pk", "slug", "name")
_list_departments = _remember(Department.objects.order_by("name"), "pk", "slug", "name")
_list_groups = _remember(CategoryGroup.objects.all(), "slug", "name")
_group_of_categories = cache.remembered(
    lambda: dict(Category.objects.values_list("pk", "group__slug"))
)


def _translate(column: np.ndarray, places: dict[int, int]) -> np.ndarray:
    """Return the place of each number of the column, -1 where `places` has none."""
    found = np.full(max([column.max(initial=0), *places]) + 1, -1)
    found[list(places)] = list(places.values())
    return found[column]


def _text_facet(name: str, label: Promise, options: Options, known: list[str]) -> Facet:
    """Return the facet of a column that holds places in `known`."""
    places = {known.index(value): place for place, (value, _name) in enumerate(options)}
    return Facet(
        name, label, lambda: options, lambda table, asker: _translate(table.rows[name], places)
    )


def _row_facet(
    name: str, label: Promise, list_rows: Callable, none: str | Promise = "", is_first: bool = False
) -> Facet:
    """Return a facet whose values are rows of the city: `list_rows()` gives (id, value, name).

    `none` is what a request without one is called; `is_first` says where it stands.
    """

    def list_all() -> list[tuple[int, str, str | Promise]]:
        nobody = [(0, NONE, none)] if none else []
        return nobody + list_rows() if is_first else list_rows() + nobody

    def find_places(table: QueueTable, asker: Asker) -> np.ndarray:
        places = {pk: place for place, (pk, _value, _name) in enumerate(list_all())}
        return _translate(table.rows[name], places)

    return Facet(name, label, lambda: [row[1:] for row in list_all()], find_places)


def _find_groups(table: QueueTable, asker: Asker) -> np.ndarray:
    place_of = {slug: place for place, (slug, _name) in enumerate(_list_groups())}
    places = {pk: place_of[slug] for pk, slug in _group_of_categories().items()}
    return _translate(table.rows["category"], places)


_AGES = [
    ("day", _("Under a day")),
    ("week", _("1 to 7 days")),
    ("month", _("7 to 30 days")),
    ("older", _("Over 30 days")),
]


def _find_ages(table: QueueTable, asker: Asker) -> np.ndarray:
    filed_at = table.rows["filed_at"]
    since = [(asker.now - days * DAY).timestamp() for days in (1, 7, 30)]
    return np.select([filed_at >= moment for moment in since], [0, 1, 2], 3)


_DUES = [
    ("overdue", _("Late")),
    ("today", _("Today")),
    ("soon", _("Within 3 days")),
    ("later", _("Later")),
    ("paused", _("Clock paused")),
    (NONE, _("No date")),
]


def _find_dues(table: QueueTable, asker: Asker) -> np.ndarray:
    """Return what is due when; what is closed is due no more."""
    due_at = table.rows["due_at"]
    midnight = clock.local(asker.now).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    conditions = {
        "paused": table.has_status(PAUSED),
        NONE: np.isnan(due_at) | ~table.is_open(),
        "overdue": table.is_late(asker.now),
        "today": due_at < midnight.timestamp(),
        "soon": due_at < (asker.now + 3 * DAY).timestamp(),
        "later": np.full(len(due_at), True),
    }
    values = [value for value, _name in _DUES]
    return np.select([*conditions.values()], [values.index(value) for value in conditions])


def _find_photos(table: QueueTable, asker: Asker) -> np.ndarray:
    return np.where(table.rows["has_photo"], 0, 1)


def _find_mine(table: QueueTable, asker: Asker) -> np.ndarray:
    """Return which open requests are this agent's to look after: no other agent did anything to
    them since this one did, or this one wrote on them. What crews and residents do changes nothing
    about it. Nobody's agent narrows nothing.
    """
    if asker.agent is None:
        return np.zeros(len(table.rows), int)
    return np.where(table.is_open() & table.has_owner(asker.agent.pk), 0, -1)


def _find_marks(table: QueueTable, asker: Asker) -> np.ndarray:
    """Return the gravest verb of what residents wrote and the agent has not seen."""
    seen = asker.seen()
    requests, events = table.writings["request"].tolist(), table.writings["event"].tolist()
    is_new = [seen.get(pk, 0) < event for pk, event in zip(requests, events, strict=True)]
    unseen_ones = table.writings[np.array(is_new, bool)]
    places = np.full(len(table.rows), -1)
    for place in reversed(range(len(VERBS))):
        places[table.has_id(unseen_ones["request"][unseen_ones["verb"] == place])] = place
    return places


FACETS = [
    FlagFacet("flag", _("Flags")),
    Facet("wrote", _("From residents"), lambda: list(unseen.MARKS.items()), _find_marks),
    _text_facet(
        "status",
        _("Status"),
        [(status.value, status.label) for status in Status if status in OPEN],
        STATUSES,
    ),
    Facet("due", _("Due"), lambda: _DUES, _find_dues),
    Facet("age", _("Age"), lambda: _AGES, _find_ages),
    _text_facet("priority", _("Priority"), Priority.choices, PRIORITIES),
    _text_facet("channel", _("Channel"), Channel.choices, CHANNELS),
    Facet("photo", _("Photo"), lambda: [("yes", _("With")), ("no", _("Without"))], _find_photos),
    Facet(
        "mine", _("Mine"), lambda: [("yes", _("I acted on it last or commented on it"))], _find_mine
    ),
    _row_facet("department", _("Department"), _list_departments, _("The desk"), is_first=True),
    _row_facet("zone", _("Area"), list_zones, _("Not known")),
    Facet("group", _("Group"), _list_groups, _find_groups),
    _row_facet("category", _("Category"), list_categories),
]
BY_NAME = {facet.name: facet for facet in FACETS}
