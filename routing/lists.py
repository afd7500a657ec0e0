"""The city's lists as the desk offers them, remembered by the process; treat them as read-only."""

from itertools import groupby

from city import cache
from city.models import (
    Agency,
    Category,
    CategoryGroup,
    Choice,
    DeclineReason,
    Department,
    RouteReason,
    Zone,
)
from routing.models import RoutingRule


@cache.remembered
def departments():
    return list(Department.objects.active())


@cache.remembered
def zones():
    return list(Zone.objects.active())


@cache.remembered
def groups():
    return list(CategoryGroup.objects.in_use())


@cache.remembered
def categories():
    """[(group, [its categories])] of what can be reported today."""
    rows = Category.objects.active().select_related("group", "department")
    in_order = sorted(rows, key=lambda row: (row.group.position, row.group.name))
    return [(group, list(found)) for group, found in groupby(in_order, lambda row: row.group)]


@cache.remembered
def agencies():
    return list(Agency.objects.active())


@cache.remembered
def decline_reasons():
    return list(DeclineReason.objects.active())


@cache.remembered
def route_reasons():
    return list(RouteReason.objects.active())


@cache.remembered
def urgent_choices():
    """{question id: [the choices that make a request urgent]}."""
    rows = Choice.objects.filter(effect=Choice.Effect.URGENT).order_by("question", "position")
    grouped = groupby(rows, lambda row: row.question_id)
    return {question: list(found) for question, found in grouped}


@cache.remembered
def broken_rules():
    """Rules in use that cannot do what they say, each with its `problem`."""
    return [rule for rule in RoutingRule.objects.in_order() if rule.problem]
