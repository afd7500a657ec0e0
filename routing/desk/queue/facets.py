"""The facets by which the queue is filtered, such as status, age or department.

A URL may name several values of a facet, of which a request must have one. It must match every
facet that is named.
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
from routing.desk.queue.flags import FlagCode
from routing.desk.queue.table import CHANNELS, PRIORITIES, STATUSES, QueueTable
from routing.desk.queue.unseen_events import RESIDENT_VERB_LABELS

DAY = timedelta(days=1)
NO_VALUE = "-"  # stands for requests without a value; no slug is "-"
AGES_OVER_A_DAY = ("week", "month", "older")
Masks = dict[str, np.ndarray]


class FacetContext(NamedTuple):
    """The data on which masks of facets depend besides the table.

    `agent` is None without a user. `find_unseen()` returns by request id the gravest verb that
    residents wrote and the agent has not seen.
    """

    now: datetime
    agent: User | None
    find_unseen: Callable[[], dict[int, str]]


class Facet(NamedTuple):
    """A property of requests by which the queue can be filtered.

    `options()` are the (value, label) pairs in display order. `build_masks(table, context)` returns
    the mask of the rows of each value.
    """

    name: str
    label: str | Promise
    options: Callable[[], Iterable[tuple[str, str | Promise]]]
    build_masks: Callable[[QueueTable, FacetContext], Masks]

    def select_rows(
        self, table: QueueTable, chosen: tuple[str, ...], context: FacetContext
    ) -> np.ndarray:
        """Return the mask of the rows that have at least one of the values `chosen`.

        Raise KeyError if a value is unknown, and TypeError if `chosen` is empty: `Filters` keeps
        only known values and no empty facet.
        """
        masks = self.build_masks(table, context)
        return reduce(or_, (masks[value] for value in chosen))

    def count_values(
        self, table: QueueTable, mask: np.ndarray, context: FacetContext
    ) -> dict[str, int]:
        """Return the number of rows in `mask` for each value of the facet, 0 included."""
        masks = self.build_masks(table, context).items()
        return {value: int(np.count_nonzero(mask & rows)) for value, rows in masks}


def _cache_values(rows: QuerySet, *columns: str) -> Callable[[], list[tuple]]:
    """Return a function that lists `columns` of all `rows`, cached until the city changes."""
    return cache.cache_per_version(lambda: list(rows.values_list(*columns)))


list_categories = _cache_values(Category.objects.order_by("name"), "pk", "service_code", "name")
list_zones = _cache_values(Zone.objects.all(), "pk", "slug", "name")
_list_departments = _cache_values(Department.objects.order_by("name"), "pk", "slug", "name")
_list_groups = _cache_values(CategoryGroup.objects.all(), "slug", "name")
_list_group_members = _cache_values(Category.objects.all(), "pk", "group__slug")


def _build_text_facet(name: str, label: Promise, options: list[tuple], known: list[str]) -> Facet:
    """Return the facet of the table column `name` whose cells are indexes into `known`.

    `options` are the (value, label) pairs, and each value must be in `known`.
    """

    def find_masks(table: QueueTable, context: FacetContext) -> Masks:
        return {value: table.rows[name] == known.index(value) for value, _label in options}

    return Facet(name, label, lambda: options, find_masks)


def _build_row_facet(name: str, label: Promise, list_rows: Callable[[], list[tuple]]) -> Facet:
    """Return a facet whose values are rows of the city's lists.

    `list_rows()` returns (id, value, label) tuples. The table column `name` has the ids.
    """

    def find_masks(table: QueueTable, context: FacetContext) -> Masks:
        column = table.rows[name].copy()  # contiguous, which makes comparisons ten times faster
        return {value: column == pk for pk, value, _name in list_rows()}

    return Facet(name, label, lambda: [row[1:] for row in list_rows()], find_masks)


def _build_group_masks(table: QueueTable, context: FacetContext) -> Masks:
    """Return the mask of the requests of each group's categories, by the group's slug."""
    masks = {slug: np.full(len(table.rows), False) for slug, _name in _list_groups()}
    column = table.rows["category"].copy()
    for pk, slug in _list_group_members():
        masks[slug] |= column == pk
    return masks


def _build_flag_masks(table: QueueTable, context: FacetContext) -> Masks:
    """Return the mask of the requests with each flag, by the flag's code."""
    return {code.value: table.has_flag(code, context.now) for code in FlagCode}


_AGE_LABELS = {
    "day": _("Under a day"),
    "week": _("1 to 7 days"),
    "month": _("7 to 30 days"),
    "older": _("Over 30 days"),
}


def _build_age_masks(table: QueueTable, context: FacetContext) -> Masks:
    """Return disjoint masks by time since filing: under 1, 7 and 30 days, and older."""
    filed_at = table.rows["filed_at"]
    day, week, month = ((context.now - days * DAY).timestamp() for days in (1, 7, 30))
    return _keep_first_match({
        "day": filed_at >= day,
        "week": filed_at >= week,
        "month": filed_at >= month,
        "older": np.full(len(filed_at), True),
    })  # fmt: skip


_DUE_LABELS = {
    "overdue": _("Late"),
    "today": _("Today"),
    "soon": _("Within 3 days"),
    "later": _("Later"),
    "paused": _("Clock paused"),
    NO_VALUE: _("No date"),
}


def _build_due_masks(table: QueueTable, context: FacetContext) -> Masks:
    """Return disjoint masks: "paused", NO_VALUE, "overdue", "today", "soon" (3 days) and "later".

    Closed requests, and those without a due date, are in NO_VALUE. Today ends at the city's
    midnight.
    """
    due_at = table.rows["due_at"]
    midnight = clock.localtime(context.now).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    return _keep_first_match({
        "paused": table.has_status(PAUSED_STATUSES),
        NO_VALUE: np.isnan(due_at) | ~table.is_open(),
        "overdue": table.is_late(context.now),
        "today": due_at < midnight.timestamp(),
        "soon": due_at < (context.now + 3 * DAY).timestamp(),
        "later": np.full(len(due_at), True),
    })  # fmt: skip


def _keep_first_match(conditions: Masks) -> Masks:
    """Return masks in which each row is True only in the first condition that holds for it."""
    first = np.argmax([*conditions.values()], axis=0)
    return {value: first == place for place, value in enumerate(conditions)}


def _build_photo_masks(table: QueueTable, context: FacetContext) -> Masks:
    """Return the masks "yes" and "no" of requests with and without a photo of the report."""
    return {"yes": table.rows["has_photo"], "no": ~table.rows["has_photo"]}


def _build_mine_masks(table: QueueTable, context: FacetContext) -> Masks:
    """Return {"yes": mask} with the mask of the open requests that belong to the agent.

    An agent owns the requests on which this agent acted last among the agents, or wrote a comment.
    Acts of crews and residents do not matter. Without an agent all requests match.
    """
    if context.agent is None:
        return {"yes": np.full(len(table.rows), True)}
    return {"yes": table.is_open() & table.has_owner(context.agent.pk)}


def _build_resident_verb_masks(table: QueueTable, context: FacetContext) -> Masks:
    """Return a mask for each verb of residents: requests of which it is the gravest unseen verb."""
    unseen = context.find_unseen()
    return {
        verb: table.has_id(request for request, gravest in unseen.items() if gravest == verb)
        for verb in RESIDENT_VERB_LABELS
    }


FACETS = [
    Facet("flag", _("Flags"), lambda: FlagCode.choices, _build_flag_masks),
    Facet("wrote", _("From residents"), RESIDENT_VERB_LABELS.items, _build_resident_verb_masks),
    _build_text_facet(
        "status",
        _("Status"),
        [(status.value, status.label) for status in Status if status in OPEN_STATUSES],
        STATUSES,
    ),
    Facet("due", _("Due"), _DUE_LABELS.items, _build_due_masks),
    Facet("age", _("Age"), _AGE_LABELS.items, _build_age_masks),
    _build_text_facet("priority", _("Priority"), Priority.choices, PRIORITIES),
    _build_text_facet("channel", _("Channel"), Channel.choices, CHANNELS),
    Facet(
        "photo", _("Photo"), lambda: [("yes", _("With")), ("no", _("Without"))], _build_photo_masks
    ),
    Facet(
        "mine",
        _("Mine"),
        lambda: [("yes", _("I acted on it last or commented on it"))],
        _build_mine_masks,
    ),
    _build_row_facet(
        "department", _("Department"), lambda: [(0, NO_VALUE, _("The desk")), *_list_departments()]
    ),
    _build_row_facet("zone", _("Area"), lambda: [*list_zones(), (0, NO_VALUE, _("Not known"))]),
    Facet("group", _("Group"), _list_groups, _build_group_masks),
    _build_row_facet("category", _("Category"), list_categories),
]
FACETS_BY_NAME = {facet.name: facet for facet in FACETS}
