"""The city's lists that the desk offers, cached in the process. Treat them as read-only."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.db.models import Model, QuerySet

from city import cache
from city.models import (
    Agency,
    Category,
    Choice,
    DeclineReason,
    Department,
    RouteReason,
)
from routing.models import RoutingRule


def _cache_rows[Row: Model](rows: QuerySet[Row]) -> Callable[[], list[Row]]:
    """Return a function that lists `rows`, cached until the city changes."""
    return cache.cache_per_version(lambda: list(rows.all()))


departments = _cache_rows(Department.objects.active())
agencies = _cache_rows(Agency.objects.active())
decline_reasons = _cache_rows(DeclineReason.objects.active())
route_reasons = _cache_rows(RouteReason.objects.active())


@cache.cache_per_version
def categories_by_group() -> list[tuple[Any, list]]:
    """Return (group, its categories) pairs of all active categories.

    The groups are in their order, and groups without active categories are left out. Categories
    that take no new requests are included.
    """
    rows = Category.objects.active()
    in_order = sorted(rows, key=lambda row: (row.group.position, row.group.name))
    return [(group, list(found)) for group, found in groupby(in_order, lambda row: row.group)]


def categories_in_group(group_id: int) -> list[Category]:
    """Return the active categories of one group; [] for none."""
    return next((found for group, found in categories_by_group() if group.pk == group_id), [])


@cache.cache_per_version
def urgent_choices() -> set:
    """Return the set of (question id, choice key) of each choice that makes a request urgent."""
    urgent = Choice.objects.filter(effect=Choice.Effect.URGENT)
    return set(urgent.values_list("question", "key"))


@cache.cache_per_version
def broken_rules() -> list:
    """Return the rules in use that cannot do what they say; each has a `problem`."""
    return [rule for rule in RoutingRule.objects.list_in_use() if rule.problem]
