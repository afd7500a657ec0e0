"""The ways in which the queue can be narrowed: each facet says of a request what it is there.

A facet that an address names several times means any of them; several facets mean all of them.
"""

from collections.abc import Callable, Iterable
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
from requests_app.status import OPEN_STATUSES, PAUSED_STATUSES, Status
from routing.desk.queue.flags import Code
from routing.desk.queue.table import CHANNELS, PRIORITIES, STATUSES, QueueTable
from routing.desk.queue.unseen import MARKS

DAY = timedelta(days=1)
NONE = "-"  # the value of a request that has none; no slug is written like this
OVER_A_DAY = ("week", "month", "older")
Masks = dict[str, np.ndarray]


class Asker(NamedTuple):
    """Who asks, and when: what a facet's answer may depend on. `agent` None: nobody asks.

    `find_unseen()` is what residents wrote and the agent has not seen: request to its gravest verb.
    """

    now: datetime
    agent: User | None
    find_unseen: Callable[[], dict[int, str]]


class Facet(NamedTuple):
    """A facet: `find_masks(table, asker)` has the mask of the rows with each of its values.

    `options()` are the known values with their names, in the order in which they are shown.
    """

    name: str
    label: str | Promise
    options: Callable[[], Iterable[tuple[str, str | Promise]]]
    find_masks: Callable[[QueueTable, Asker], Masks]

    def select(self, table: QueueTable, chosen: tuple[str, ...], asker: Asker) -> np.ndarray:
        """Return the mask of the rows that have one of the values `chosen`."""
        masks = self.find_masks(table, asker)
        return reduce(or_, (masks[value] for value in chosen))

    def count(self, table: QueueTable, mask: np.ndarray, asker: Asker) -> dict[str, int]:
        """Return how many rows of the `mask` have each value."""
        masks = self.find_masks(table, asker).items()
        return {value: int(np.count_nonzero(mask & rows)) for value, rows in masks}


def _remember(rows: QuerySet, *columns: str) -> Callable[[], list[tuple]]:
    """Return a function that lists these columns of the `rows`, and remembers them."""
    return cache.cache_per_version(lambda: list(rows.values_list(*columns)))


list_categories = _remember(Category.objects.order_by("name"), "pk", "service_code", "name")
list_zones = _remember(Zone.objects.all(), "pk", "slug", "name")
_list_departments = _remember(Department.objects.order_by("name"), "pk", "slug", "name")
_list_groups = _remember(CategoryGroup.objects.all(), "slug", "name")
_list_group_members = _remember(Category.objects.all(), "pk", "group__slug")


def _text_facet(name: str, label: Promise, options: list[tuple], known: list[str]) -> Facet:
    """Return the facet of a column that holds places in `known`."""

    def find_masks(table: QueueTable, asker: Asker) -> Masks:
        return {value: table.rows[name] == known.index(value) for value, _label in options}

    return Facet(name, label, lambda: options, find_masks)


def _row_facet(name: str, label: Promise, list_rows: Callable[[], list[tuple]]) -> Facet:
    """Return a facet whose values are rows of the city: `list_rows()` gives (id, value, name)."""

    def find_masks(table: QueueTable, asker: Asker) -> Masks:
        column = table.rows[name].copy()  # in one piece, which is compared in a tenth of the time
        return {value: column == pk for pk, value, _name in list_rows()}

    return Facet(name, label, lambda: [row[1:] for row in list_rows()], find_masks)


def _find_groups(table: QueueTable, asker: Asker) -> Masks:
    masks = {slug: np.full(len(table.rows), False) for slug, _name in _list_groups()}
    column = table.rows["category"].copy()
    for pk, slug in _list_group_members():
        masks[slug] |= column == pk
    return masks


def _find_flags(table: QueueTable, asker: Asker) -> Masks:
    return {code: table.has_flag(code, asker.now) for code in Code.values}


_AGES = {
    "day": _("Under a day"),
    "week": _("1 to 7 days"),
    "month": _("7 to 30 days"),
    "older": _("Over 30 days"),
}


def _find_ages(table: QueueTable, asker: Asker) -> Masks:
    filed_at = table.rows["filed_at"]
    day, week, month = ((asker.now - days * DAY).timestamp() for days in (1, 7, 30))
    return _first_of({
        "day": filed_at >= day,
        "week": filed_at >= week,
        "month": filed_at >= month,
        "older": np.full(len(filed_at), True),
    })  # fmt: skip


_DUES = {
    "overdue": _("Late"),
    "today": _("Today"),
    "soon": _("Within 3 days"),
    "later": _("Later"),
    "paused": _("Clock paused"),
    NONE: _("No date"),
}


def _find_dues(table: QueueTable, asker: Asker) -> Masks:
    """Return what is due when; what is closed is due no more."""
    due_at = table.rows["due_at"]
    midnight = clock.localtime(asker.now).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return _first_of({
        "paused": table.has_status(PAUSED_STATUSES),
        NONE: np.isnan(due_at) | ~table.is_open(),
        "overdue": table.is_late(asker.now),
        "today": due_at < midnight.timestamp(),
        "soon": due_at < (asker.now + 3 * DAY).timestamp(),
        "later": np.full(len(due_at), True),
    })  # fmt: skip


def _first_of(conditions: Masks) -> Masks:
    """Return of each row only the first of these conditions that is true."""
    first = np.argmax([*conditions.values()], axis=0)
    return {value: first == place for place, value in enumerate(conditions)}


def _find_photos(table: QueueTable, asker: Asker) -> Masks:
    return {"yes": table.rows["has_photo"], "no": ~table.rows["has_photo"]}


def _find_mine(table: QueueTable, asker: Asker) -> Masks:
    """Return which open requests are this agent's to look after: no other agent did anything to
    them since this one did, or this one wrote on them. What crews and residents do changes nothing
    about it. Nobody's agent narrows nothing.
    """
    if asker.agent is None:
        return {"yes": np.full(len(table.rows), True)}
    return {"yes": table.is_open() & table.has_owner(asker.agent.pk)}


def _find_marks(table: QueueTable, asker: Asker) -> Masks:
    unseen = asker.find_unseen()
    return {
        verb: table.has_id(request for request, gravest in unseen.items() if gravest == verb)
        for verb in MARKS
    }


FACETS = [
    Facet("flag", _("Flags"), lambda: Code.choices, _find_flags),
    Facet("wrote", _("From residents"), MARKS.items, _find_marks),
    _text_facet(
        "status",
        _("Status"),
        [(status.value, status.label) for status in Status if status in OPEN_STATUSES],
        STATUSES,
    ),
    Facet("due", _("Due"), _DUES.items, _find_dues),
    Facet("age", _("Age"), _AGES.items, _find_ages),
    _text_facet("priority", _("Priority"), Priority.choices, PRIORITIES),
    _text_facet("channel", _("Channel"), Channel.choices, CHANNELS),
    Facet("photo", _("Photo"), lambda: [("yes", _("With")), ("no", _("Without"))], _find_photos),
    Facet(
        "mine", _("Mine"), lambda: [("yes", _("I acted on it last or commented on it"))], _find_mine
    ),
    _row_facet(
        "department", _("Department"), lambda: [(0, NONE, _("The desk")), *_list_departments()]
    ),
    _row_facet("zone", _("Area"), lambda: [*list_zones(), (0, NONE, _("Not known"))]),
    Facet("group", _("Group"), _list_groups, _find_groups),
    _row_facet("category", _("Category"), list_categories),
]
BY_NAME = {facet.name: facet for facet in FACETS}
