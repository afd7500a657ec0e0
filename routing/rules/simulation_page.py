"""The page that tests a draft on the requests of the last 90 days."""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from django.core.cache import cache
from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from city.models import Category, Zone
from lib import clock
from routing import matching, wording
from routing.models import DraftedRule, RoutingRule, RuleDraft
from routing.models.conditions import Conditions
from routing.rules import coverage, simulation

REQUESTS_PER_PAGE = 100
RESULT_TTL_SECONDS = 30 * 24 * 60 * 60  # seconds for which the figures of a test are kept


class UnusedRule(NamedTuple):
    """A drafted rule that decides nothing, and the reason."""

    rule: DraftedRule
    reason: str


class UnownedRequests(NamedTuple):
    """Requests of one category in some zones that no department gets, for the same reason.

    `is_whole` is True if no department gets any of them. `filed_count` are recent ones, maybe 0.
    """

    category_name: str
    zone_names: str
    is_whole: bool
    why: str
    filed_count: int


class TestResult(NamedTuple):
    """The figures of a test.

    Of `total` requests `changed` would be routed differently. `before` and `after` count how often
    today's rules and the draft name the right department.
    """

    at: datetime
    total: int
    changed: int
    before: int
    after: int

    @property
    def is_worse(self) -> bool:
        return self.after < self.before


class SimulationPage:
    """Comparison of `draft` with today's rules; `number` is the requests' page, as text."""

    days = simulation.DAYS

    def __init__(self, draft: RuleDraft, number: str = "") -> None:
        self.draft = draft
        self.number = number
        self.today = RoutingRule.objects.list_in_use()
        self.drafted = draft.rules.list_in_use()
        self.values = [rule.to_rule_value() for rule in self.drafted]

    @cached_property
    def comparisons(self) -> list[simulation.Comparison]:
        """Return the decisions of today's rules and the draft's about each past request."""
        today = [rule.to_rule_value() for rule in self.today]
        return simulation.compare_rules(today, self.values, simulation.load_past_requests())

    @cached_property
    def _changed_comparisons(self) -> list[simulation.Comparison]:
        return [one for one in self.comparisons if one.is_changed]

    @property
    def total(self) -> int:
        return len(self.comparisons)

    @property
    def changed_count(self) -> int:
        """Return how many requests get another department, or another mode, by the draft."""
        return len(self._changed_comparisons)

    @property
    def is_same(self) -> bool:
        """Return True if the draft's active rules are those of today, in the same order."""
        mine, others = (
            [_list_meaning(rule) for rule in some] for some in (self.drafted, self.today)
        )
        return mine == others

    def cache_result(self) -> None:
        """Cache the figures for RESULT_TTL_SECONDS, for the page that publishes the draft."""
        right = self.accuracy
        found = [self.total, self.changed_count, right["before"], right["after"]]
        cache.set(self._cache_key, [clock.now().timestamp(), *found], RESULT_TTL_SECONDS)

    @cached_property
    def cached_result(self) -> TestResult | None:
        """Return the figures of the last test of these two sets of rules; None if not cached."""
        found = cache.get(self._cache_key)
        return TestResult(datetime.fromtimestamp(found[0], UTC), *found[1:]) if found else None

    @cached_property
    def _cache_key(self) -> str:
        """Return a cache key that depends only on the two sets of rules."""
        told = [[rule.column_values() for rule in some] for some in (self.drafted, self.today)]
        return f"rules-tested:{hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()}"

    @property
    def changed_share(self) -> str:
        """Return the percentage of changed requests as text; “less than 1” if it rounds to 0."""
        percent = _percentage(self.changed_count, self.total)
        return str(percent) if percent or not self.changed_count else _("less than 1")

    @property
    def uncertain_count(self) -> int:
        """Return the number of requests whose first category or place is unknown."""
        return sum(not one.request.is_certain for one in self.comparisons)

    @cached_property
    def moves(self) -> list[tuple[str, str, int]]:
        """Return (name before, name after, count) of departments, the most frequent first."""
        moved = (one for one in self._changed_comparisons if one.is_moved)
        moves = Counter((one.before.department, one.after.department) for one in moved)
        return [
            (_format_department(before), _format_department(after), count)
            for (before, after), count in moves.most_common()
        ]

    @property
    def newly_automatic_count(self) -> int:
        """Return the number of requests that only the draft routes automatically."""
        return sum(
            _routes_automatically(one.after) and not _routes_automatically(one.before)
            for one in self.comparisons
        )

    @property
    def no_longer_automatic_count(self) -> int:
        return sum(
            _routes_automatically(one.before) and not _routes_automatically(one.after)
            for one in self.comparisons
        )

    @property
    def unrouted_count(self) -> int:
        """Return the number of requests for which the draft names no department."""
        return sum(one.after.department is None for one in self.comparisons)

    @cached_property
    def accuracy(self) -> dict:
        """Return how often each set of rules names the final department.

        `before` and `after` count the right ones of the `known` requests; `before_share` and
        `after_share` are whole percentages, 0 without known ones. `better` and `worse` count what
        only the draft or today's rules get right.
        """
        known = [one for one in self.comparisons if one.request.final_department is not None]
        before = sum(one.before.department == one.request.final_department for one in known)
        after = sum(one.after.department == one.request.final_department for one in known)
        return {
            "known": len(known),
            "before": before,
            "after": after,
            "before_share": _percentage(before, len(known)),
            "after_share": _percentage(after, len(known)),
            "better": sum(one.gain > 0 for one in known),
            "worse": sum(one.gain < 0 for one in known),
        }

    @cached_property
    def changed_requests(self):
        """Return a Paginator page of the changed comparisons, newest first, for any `number`."""
        return Paginator(self._changed_comparisons, REQUESTS_PER_PAGE).get_page(self.number)

    @cached_property
    def broken_rules(self) -> list[UnusedRule]:
        """Return the draft's active rules that cannot be applied, with their problems."""
        return [UnusedRule(rule, rule.problem) for rule in self.drafted if rule.problem]

    @cached_property
    def unconditional_rules(self) -> list:
        """Return the drafted rules without conditions: no later rule is read."""
        pairs = zip(self.drafted, self.values, strict=True)
        return [rule for rule, value in pairs if not value.condition_names]

    @cached_property
    def impossible_rules(self) -> list[UnusedRule]:
        """Return the rules, not broken, whose conditions no request can meet."""
        shadows = {
            shadow.rule.id for shadow in self._coverage.shadowed_rules if not shadow.shadowed_by
        }
        said = _("No request that can be filed today meets all of its conditions.")
        return [
            UnusedRule(rule, rule.contradiction or said)
            for rule in self.drafted
            if not rule.problem and (rule.contradiction or rule.pk in shadows)
        ]

    @cached_property
    def shadowed_rules(self) -> list[UnusedRule]:
        """Return the rules that decide nothing, because earlier ones (the reason) always do."""
        skip = {quiet.rule.pk for quiet in self.broken_rules + self.impossible_rules}
        by = {shadow.rule.id: shadow.shadowed_by for shadow in self._coverage.shadowed_rules}
        return [
            UnusedRule(rule, ", ".join(f"“{one.name}”" for one in by[rule.pk]))
            for rule in self.drafted
            if rule.pk in by and rule.pk not in skip
        ]

    @cached_property
    def idle_rules(self) -> list:
        """Return the rules that could decide something but decided nothing in these days."""
        skip = {
            quiet.rule.pk
            for quiet in self.broken_rules + self.impossible_rules + self.shadowed_rules
        }
        return [
            rule
            for rule in self.drafted
            if not self._decision_counts[rule.pk] and rule.pk not in skip
        ]

    @cached_property
    def _decision_counts(self) -> Counter:
        """Return the number of requests that each rule of the draft decided, by id."""
        return Counter(one.after.rule.id for one in self.comparisons if one.after.rule)

    @cached_property
    def rule_rows(self) -> list[tuple]:
        """Return (rule, conditions, effect, number of decisions) in order."""
        return [
            (
                rule,
                wording.format_conditions(rule),
                wording.format_effect(rule),
                self._decision_counts[rule.pk],
            )
            for rule in self.drafted
        ]

    @cached_property
    def _coverage(self) -> coverage.RuleCoverage:
        return coverage.RuleCoverage(self.values, simulation.load_city_facts())

    @cached_property
    def zone_names(self) -> dict[str, str]:
        """Return the names of the active zones by slug, in the order of the zones."""
        return dict(Zone.objects.active().values_list("slug", "name"))

    @cached_property
    def unowned_requests(self) -> list[UnownedRequests]:
        """Return categories and zones with gaps, whole or partial; most requests first."""
        filed = Counter(
            (one.request.facts.category, one.request.facts.zone) for one in self.comparisons
        )
        alike: dict[tuple, list] = {}
        for cell in self._coverage.cells:
            if cell.gaps:
                alike.setdefault((cell.category.code, not cell.owners, cell.gaps), []).append(
                    cell.zone
                )
        found = [
            UnownedRequests(
                category_name=self._category_names[code],
                zone_names=self._format_zones(zones),
                is_whole=is_whole,
                why=" ".join(map(_describe_gap, gaps)),
                filed_count=sum(filed[code, zone] for zone in zones),
            )
            for (code, is_whole, gaps), zones in alike.items()
        ]
        return sorted(found, key=lambda one: (-one.filed_count, not one.is_whole))

    def _format_zones(self, slugs: list[str]) -> str:
        """Return the names separated by commas, or “all areas” if these are all zones."""
        if len(slugs) == len(self.zone_names):
            return _("all areas")
        return ", ".join(self.zone_names[slug] for slug in slugs)

    @cached_property
    def coverage_matrix(self) -> list[tuple[str, list[str]]]:
        """Return (category name, mark of each zone) pairs: "", "partly" or "nobody"."""
        marks: dict[str, list[str]] = {}
        for cell in self._coverage.cells:
            mark = ("partly" if cell.owners else "nobody") if cell.gaps else ""
            marks.setdefault(cell.category.code, []).append(mark)
        return [(self._category_names[code], found) for code, found in marks.items()]

    @cached_property
    def _category_names(self) -> dict:
        return dict(Category.objects.values_list("service_code", "name"))


def _list_meaning(rule: Conditions) -> dict:
    """Return the columns of the rule without its position and activity."""
    left_out = {"position", "is_active"}
    return {name: value for name, value in rule.column_values().items() if name not in left_out}


def _routes_automatically(decision: matching.Decision) -> bool:
    return decision.mode == matching.ROUTE


def _format_department(department: matching.Destination | None) -> str:
    return department.name if department else _("The desk: no department is set")


def _describe_gap(rule: matching.Rule | None) -> str:
    if rule is None:
        return _("No rule and no category names a department that's in use.")
    return _("The rule “%(rule)s” names %(department)s, which is turned off.") % {
        "rule": rule.name,
        "department": rule.department.name,
    }


def _percentage(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
