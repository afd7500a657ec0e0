"""The page of the rules: in order, as text, with the number of requests that each decided."""

from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count

from lib import clock
from routing import wording
from routing.models import Proposal, RoutingRule
from routing.rules.simulation import DAYS


class RuleLine(NamedTuple):
    """A rule as text. `conditions` is empty for a rule about everything."""

    rule: RoutingRule
    conditions: list[str]
    effect: str
    decided_count: int

    @property
    def problem(self) -> str:
        """Return why the rule cannot be applied or never matches; empty if it can."""
        return self.rule.problem or self.rule.contradiction


class RulesPage:
    """The rules in use. Two queries."""

    days = DAYS

    @cached_property
    def lines(self) -> list[RuleLine]:
        """Return the active rules as text, in the order in which they are read."""
        fired = _count_decisions()
        return [
            RuleLine(
                rule,
                wording.list_conditions(rule),
                wording.format_effect(rule),
                fired.get(rule.pk, 0),
            )
            for rule in RoutingRule.objects.list_in_use()
        ]

    @property
    def broken_lines(self) -> list[RuleLine]:
        """Return the lines of the rules with a problem."""
        return [line for line in self.lines if line.problem]


def _count_decisions() -> dict[int, int]:
    """Return by rule id how many requests of the last DAYS the rule decided.

    Rules that decided none are missing.
    """
    since = clock.now() - timedelta(days=DAYS)
    rows = Proposal.objects.filter(created_at__gte=since, rule__isnull=False).order_by()
    return dict(rows.values("rule").annotate(n=Count("pk")).values_list("rule", "n"))
