"""Which requests a set of rules can ever reach, worked out by logic alone: values in, values out.

Every request that could be filed in the city is a point: its category, its zone, its priority, the
channel, the moment of the week, and the answers to the category's questions. The points of one
category are the cells of an array of booleans with an axis for each of these; a rule is the mask of
the cells that it matches, and what the masks of all rules before it leave is what it can decide.
Only the least answers matter, because a rule asks for an answer and never for its absence: one
choice for each question that must be answered, none or one for the others.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache, cached_property, reduce
from typing import NamedTuple

import numpy as np

from routing.matching import Destination, Rule, holds_at

MINUTE = timedelta(minutes=1)
MONDAY = datetime.fromisoformat("2001-01-01")
DAY = 24 * 60  # minutes


class Asked(NamedTuple):
    """A question of a category with the choices that a filed request can have."""

    code: str
    choices: tuple[str, ...]
    is_required: bool = False


class Kind(NamedTuple):
    """A category in use, as rules see it."""

    code: str
    group: str
    own_department: Destination | None = None
    asks: tuple[Asked, ...] = ()


class World(NamedTuple):
    """Everything that a request can be."""

    kinds: tuple[Kind, ...]
    zones: tuple[str, ...]
    priorities: tuple[str, ...]
    channels: tuple[str, ...]


class Shadow(NamedTuple):
    """A rule that never decides: `by` are the rules before it that leave it nothing.

    Without any, no request that could be filed meets its conditions.
    """

    rule: Rule
    by: tuple[Rule, ...] = ()


class Cell(NamedTuple):
    """The requests of one category in one zone: who gets them, and what leaves some to nobody.

    `gaps` are the rules that send some of them to a department which is switched off; None stands
    for the category itself, which names no department or one that is switched off.
    """

    kind: Kind
    zone: str
    owners: tuple[Destination, ...]
    gaps: tuple[Rule | None, ...] = ()


class Reach:
    """What the `rules`, in their order, can reach in the `world`."""

    def __init__(self, rules: Iterable[Rule], world: World) -> None:
        self.rules = list(rules)
        self.world = world
        self._mask = cache(self._make_mask)
        self._questions = {rule.answer[0] for rule in self.rules if rule.answer}

    @cached_property
    def shadows(self) -> list[Shadow]:
        """The rules that can never decide anything, in order."""
        found = (self._find_shadow(place, rule) for place, rule in enumerate(self.rules))
        return [shadow for shadow in found if shadow]

    def _find_shadow(self, place: int, rule: Rule) -> Shadow | None:
        before = self.rules[:place]
        if self._is_left(rule, before):
            return None
        if not self._is_left(rule, []):
            return Shadow(rule)
        alone = [one for one in before if not self._is_left(rule, [one])]
        return Shadow(rule, tuple(alone[:1] or self._list_needed(rule, before)))

    def _list_needed(self, rule: Rule, before: list[Rule]) -> list[Rule]:
        """Return the rules of `before` without any of which something would be left."""
        for one in list(before):
            others = [other for other in before if other is not one]
            if not self._is_left(rule, others):
                before = others
        return before

    def _is_left(self, rule: Rule, before: list[Rule]) -> bool:
        """Return True if the rules `before` leave it anything to decide."""
        for kind in self.world.kinds:
            left = self._mask(rule, kind)
            for earlier in before:
                if not left.any():
                    break
                left = left & ~self._mask(earlier, kind)
            if left.any():
                return True
        return False

    @cached_property
    def cells(self) -> list[Cell]:
        """Each category in each zone."""
        kinds = self.world.kinds if self.world.zones else ()
        return [cell for kind in kinds for cell in self._list_cells(kind)]

    def _list_cells(self, kind: Kind) -> list[Cell]:
        zones = self.world.zones
        owners: dict[str, dict] = {zone: {} for zone in zones}
        gaps: dict[str, dict] = {zone: {} for zone in zones}
        left = np.True_
        sources = [(rule, self._mask(rule, kind), rule.department) for rule in self.rules]
        for rule, mask, department in [*sources, (None, self._whole(kind), kind.own_department)]:
            taken, left = left & mask, left & ~mask
            has_owner = department is not None and department.is_active
            into, what = (owners, department) if has_owner else (gaps, rule)
            for zone, is_reached in zip(zones, taken.reshape(len(zones), -1), strict=True):
                if is_reached.any():
                    into[zone][what] = None
        return [Cell(kind, zone, tuple(owners[zone]), tuple(gaps[zone])) for zone in zones]

    def _whole(self, kind: Kind) -> np.ndarray:
        """Return the mask of all requests of a category."""
        return self._mask(Rule(id=0, name="", version=0, department=None), kind)

    def _make_mask(self, rule: Rule, kind: Kind) -> np.ndarray:
        """Return which requests of a category the rule matches.

        The axes are zones, priorities, channels, moments, and the questions that rules look at.
        """
        asked = [one for one in kind.asks if one.code in self._questions]
        question, answer = rule.answer or ("", "")
        is_about = rule.category in {"", kind.code} and rule.group in {"", kind.group}
        is_asked = not question or question in {one.code for one in asked}
        world = self.world
        sides = [
            [is_about and is_asked and rule.zone in {"", zone} for zone in world.zones],
            [rule.priority in {"", priority} for priority in world.priorities],
            [rule.channel in {"", channel} for channel in world.channels],
            [holds_at(rule, moment) for moment in self._moments],
        ]
        for one in asked:
            choices = one.choices if one.is_required else ("", *one.choices)
            sides.append([one.code != question or choice == answer for choice in choices])
        return reduce(np.logical_and.outer, [np.array(side, bool) for side in sides])

    @cached_property
    def _moments(self) -> list[datetime]:
        """A moment for each set of rules that the clock lets apply together in a week."""
        edges = {0}
        for rule in self.rules:
            if rule.weekdays or rule.hours:
                hours = [time.hour * 60 + time.minute for time in rule.hours or ()]
                edges |= {day * DAY + minute for day in range(7) for minute in [0, *hours]}
        moments = [MONDAY + edge * MINUTE for edge in sorted(edges)]
        found = {tuple(holds_at(rule, each) for rule in self.rules): each for each in moments}
        return list(found.values())
