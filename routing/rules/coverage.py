"""Analysis of which requests a set of rules can reach: pure functions of values.

Every request that could be filed is a point: category, zone, priority, channel, moment of the week,
and answers. The points of one category are an array of booleans with an axis for each of these. A
rule has the mask of the points that it matches, and can decide those that no earlier rule matches.
A rule can require an answer, never its absence, so only minimal sets of answers are included: one
choice of each required question, none or one of the others.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache, cached_property, reduce
from typing import NamedTuple

import numpy as np

from routing.matching import Destination, Rule, is_rule_active_at

MINUTE = timedelta(minutes=1)
MONDAY = datetime.fromisoformat("2001-01-01")
DAY = 24 * 60  # minutes


class QuestionChoices(NamedTuple):
    """A question of a category with the choices that a filed request can have."""

    code: str
    choices: tuple[str, ...]
    is_required: bool = False


class CategoryKind(NamedTuple):
    """A category in use, as rules see it."""

    code: str
    group: str
    own_department: Destination | None = None
    questions: tuple[QuestionChoices, ...] = ()


class CityFacts(NamedTuple):
    """The properties that a request can have in the city."""

    categories: tuple[CategoryKind, ...]
    zones: tuple[str, ...]
    priorities: tuple[str, ...]
    channels: tuple[str, ...]


class ShadowedRule(NamedTuple):
    """A rule that never decides, because earlier rules (`shadowed_by`) match all its requests.

    If `shadowed_by` is empty, no request can meet its conditions.
    """

    rule: Rule
    shadowed_by: tuple[Rule, ...] = ()


class CategoryInZone(NamedTuple):
    """The requests of one category in one zone: their departments, and the gaps.

    `gaps` are rules that send some of them to a deactivated department. None stands for the
    category, if it has no department or a deactivated one.
    """

    category: CategoryKind
    zone: str
    owners: tuple[Destination, ...]
    gaps: tuple[Rule | None, ...] = ()


class RuleCoverage:
    """The reach of `rules`, in their order, among the requests that `world` allows."""

    def __init__(self, rules: Iterable[Rule], world: CityFacts) -> None:
        self.rules = list(rules)
        self.world = world
        self._mask = cache(self._make_mask)
        self._questions = {rule.answer[0] for rule in self.rules if rule.answer}

    @cached_property
    def shadowed_rules(self) -> list[ShadowedRule]:
        """Return the rules that can never decide anything, in order, with what shadows them."""
        found = (self._find_shadowing_rules(place, rule) for place, rule in enumerate(self.rules))
        return [shadow for shadow in found if shadow]

    def _find_shadowing_rules(self, place: int, rule: Rule) -> ShadowedRule | None:
        """Return the rule with the earlier ones that shadow it; None if it can decide something.

        The earlier rules are one rule that suffices alone, else a minimal set; none if no request
        can meet the rule's own conditions. `place` is the rule's index.
        """
        before = self.rules[:place]
        if self._can_decide(rule, before):
            return None
        if not self._can_decide(rule, []):
            return ShadowedRule(rule)
        alone = [one for one in before if not self._can_decide(rule, [one])]
        return ShadowedRule(rule, tuple(alone[:1] or self._list_needed_rules(rule, before)))

    def _list_needed_rules(self, rule: Rule, before: list[Rule]) -> list[Rule]:
        """Return a minimal part of `before`, in order, that matches all requests of `rule`."""
        for one in list(before):
            others = [other for other in before if other is not one]
            if not self._can_decide(rule, others):
                before = others
        return before

    def _can_decide(self, rule: Rule, before: list[Rule]) -> bool:
        """Return True if `rule` matches a request that no rule in `before` matches."""
        for kind in self.world.categories:
            left = self._mask(rule, kind)
            for earlier in before:
                if not left.any():
                    break
                left = left & ~self._mask(earlier, kind)
            if left.any():
                return True
        return False

    @cached_property
    def cells(self) -> list[CategoryInZone]:
        """Return each category in each zone, by category; [] for a city without zones."""
        kinds = self.world.categories if self.world.zones else ()
        return [cell for kind in kinds for cell in self._list_cells(kind)]

    def _list_cells(self, kind: CategoryKind) -> list[CategoryInZone]:
        """Return, for each zone, the departments that get requests of the category, and the gaps.

        A gap is a rule that sends some of the requests to a department that may not receive them;
        None stands for the category's own department.
        """
        zones = self.world.zones
        owners: dict[str, dict] = {zone: {} for zone in zones}
        gaps: dict[str, dict] = {zone: {} for zone in zones}
        whole = self._full_mask(kind)
        left = whole
        sources = [(rule, self._mask(rule, kind), rule.department) for rule in self.rules]
        for rule, mask, department in [*sources, (None, whole, kind.own_department)]:
            taken, left = left & mask, left & ~mask
            has_owner = department is not None and department.is_active
            into, what = (owners, department) if has_owner else (gaps, rule)
            for zone, is_reached in zip(zones, taken.reshape(len(zones), -1), strict=True):
                if is_reached.any():
                    into[zone][what] = None
        return [
            CategoryInZone(kind, zone, tuple(owners[zone]), tuple(gaps[zone])) for zone in zones
        ]

    def _full_mask(self, kind: CategoryKind) -> np.ndarray:
        """Return the mask of all requests of a category: True everywhere."""
        return self._mask(Rule(id=0, name="", version=0, department=Destination(0, "")), kind)

    def _make_mask(self, rule: Rule, kind: CategoryKind) -> np.ndarray:
        """Return the mask of the requests of a category that the rule matches.

        The axes are zones, priorities, channels, moments, and one for each question of the category
        that any rule refers to. The values of such an axis are the question's choices, preceded by
        "" (no answer) if it is optional.
        """
        asked = [one for one in kind.questions if one.code in self._questions]
        question, answer = rule.answer or ("", "")
        is_about = rule.category in {"", kind.code} and rule.group in {"", kind.group}
        is_asked = not question or question in {one.code for one in asked}
        world = self.world
        sides = [
            [is_about and is_asked and rule.zone in {"", zone} for zone in world.zones],
            [rule.priority in {"", priority} for priority in world.priorities],
            [rule.channel in {"", channel} for channel in world.channels],
            [is_rule_active_at(rule, moment) for moment in self._moments],
        ]
        for one in asked:
            choices = one.choices if one.is_required else ("", *one.choices)
            sides.append([one.code != question or choice == answer for choice in choices])
        return reduce(np.logical_and.outer, [np.array(side, bool) for side in sides])

    @cached_property
    def _moments(self) -> list[datetime]:
        """Return one moment for each set of rules that can be active together in a week."""
        edges = {0}
        for rule in self.rules:
            if rule.weekdays or rule.hours:
                hours = [time.hour * 60 + time.minute for time in rule.hours or ()]
                edges |= {day * DAY + minute for day in range(7) for minute in [0, *hours]}
        moments = [MONDAY + edge * MINUTE for edge in sorted(edges)]
        found = {
            tuple(is_rule_active_at(rule, each) for rule in self.rules): each for each in moments
        }
        return list(found.values())
