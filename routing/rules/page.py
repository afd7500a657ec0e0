"""The rules as the desk reads them: in order, in words, and how much each of them does."""

from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count

from lib import clock
from routing import wording
from routing.models import Proposal, RoutingRule
from routing.rules.simulation import DAYS


class Line(NamedTuple):
    """One rule. `conditions` are texts, none of them for a rule about everything."""

    rule: RoutingRule
    conditions: list[str]
    does: str
    fired: int

    @property
    def problem(self) -> str:
        return self.rule.problem or self.rule.contradiction


class RulesPage:
    """Two queries, however many rules there are."""

    days = DAYS

    @cached_property
    def lines(self) -> list[Line]:
        fired = _fired()
        return [
            Line(rule, wording.conditions(rule), wording.does(rule), fired.get(rule.pk, 0))
            for rule in RoutingRule.objects.in_order()
        ]

    @property
    def broken(self) -> list[Line]:
        return [line for line in self.lines if line.problem]


def _fired() -> dict[int, int]:
    """Rule to how many requests of the last days it decided, by what it last said of each."""
    since = clock.now() - timedelta(days=DAYS)
    rows = Proposal.objects.filter(created_at__gte=since, rule__isnull=False).order_by()
    return dict(rows.values("rule").annotate(n=Count("pk")).values_list("rule", "n"))
