"""The city's lists as the desk offers them, remembered by the process; treat them as read-only."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

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


def _in_use(model) -> Callable:
    return cache.cache_per_version(lambda: list(model.objects.active()))


departments = _in_use(Department)
agencies = _in_use(Agency)
decline_reasons = _in_use(DeclineReason)
route_reasons = _in_use(RouteReason)


@cache.cache_per_version
def categories() -> list[tuple[Any, list]]:
    """[(group, [its categories])] of what can be reported today."""
    rows = Category.objects.active()
    in_order = sorted(rows, key=lambda row: (row.group.position, row.group.name))
    return [(group, list(found)) for group, found in groupby(in_order, lambda row: row.group)]


def categories_of(group_id) -> list:
    """Those of one group."""
    return next((found for group, found in categories() if group.pk == group_id), [])


@cache.cache_per_version
def urgent_choices() -> set:
    """(question's id, choice's key) of those that make a request urgent."""
    urgent = Choice.objects.filter(effect=Choice.Effect.URGENT)
    return set(urgent.values_list("question", "key"))


@cache.cache_per_version
def broken_rules() -> list:
    """Rules in use that cannot do what they say, each with its `problem`."""
    return [rule for rule in RoutingRule.objects.in_order() if rule.problem]
