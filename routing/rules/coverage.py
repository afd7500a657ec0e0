"""Which requests a set of rules can ever reach, worked out by logic alone: values in, values out.

Every request that could be filed in the city is a point: its category, its zone, its priority, the
channel, the moment of the week, and the answers to the category's questions. A rule is a box of
such points, within each category; what is left of its box after the boxes of all rules before it
is what it can decide. Only the least answers matter, because a rule asks for an answer and never
for its absence: one choice for each question that must be answered, none or one for the others.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from routing.matching import Destination, Rule, holds_at

MINUTE = timedelta(minutes=1)
MONDAY = datetime.fromisoformat("2001-01-01")
DAY = 24 * 60  # minutes

Box = tuple[frozenset, ...]  # one set for each thing a rule can ask about; none of them is empty


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

    def __init__(self, rules: Iterable[Rule], world: World):
        self.rules = list(rules)
        self.world = world
        self._boxes: dict[tuple[int, str], Box | None] = {}

    @cached_property
    def shadows(self) -> list[Shadow]:
        """The rules that can never decide anything, in order."""
        found = (self._shadow(place, rule) for place, rule in enumerate(self.rules))
        return [shadow for shadow in found if shadow]

    def _shadow(self, place, rule):
        before = self.rules[:place]
        if self._is_left(rule, before):
            return None
        boxes = [self._box(rule, kind) for kind in self.world.kinds]
        if not any(boxes):
            return Shadow(rule)
        alone = [one for one in before if not self._is_left(rule, [one])]
        return Shadow(rule, tuple(alone[:1] or self._needed(rule, before)))

    def _needed(self, rule, before):
        """The rules of `before` without any of which something would be left."""
        for one in list(before):
            others = [other for other in before if other is not one]
            if not self._is_left(rule, others):
                before = others
        return before

    def _is_left(self, rule, before) -> bool:
        """Whether the rules `before` leave it anything to decide."""
        for kind in self.world.kinds:
            box = self._box(rule, kind)
            left = [box] if box else []
            for earlier in before:
                left = self._without(left, earlier, kind)
            if left:
                return True
        return False

    @cached_property
    def cells(self) -> list[Cell]:
        """Each category in each zone."""
        return [cell for kind in self.world.kinds for cell in self._cells(kind)]

    def _cells(self, kind):
        owners: dict[str, dict] = {zone: {} for zone in self.world.zones}
        gaps: dict[str, dict] = {zone: {} for zone in self.world.zones}
        left = [self._whole(kind)] if self.world.zones else []
        for rule in self.rules:
            box = self._box(rule, kind)
            taken = [part for one in left if box and (part := _common(one, box))]
            left = self._without(left, rule, kind)
            _note(owners, gaps, taken, rule.department, rule)
        _note(owners, gaps, left, kind.own_department, None)
        return [Cell(kind, zone, tuple(owners[zone]), tuple(gaps[zone])) for zone in owners]

    def _without(self, boxes, rule, kind):
        box = self._box(rule, kind)
        return [part for one in boxes for part in _minus(one, box)] if box else boxes

    # Boxes. In each, the sets stand in this order: zones, priorities, channels, moments, answers

    def _whole(self, kind) -> Box:
        world = self.world
        sides = [world.zones, world.priorities, world.channels, self._moments]
        for asked in self._asks(kind):
            sides.append(asked.choices if asked.is_required else ("", *asked.choices))
        return tuple(map(frozenset, sides))

    def _box(self, rule, kind) -> Box | None:
        """The requests of this kind that the rule matches; None if there can be none. Kept."""
        key = (id(rule), kind.code)
        if key not in self._boxes:
            self._boxes[key] = self._new_box(rule, kind)
        return self._boxes[key]

    def _new_box(self, rule, kind):
        if rule.category not in {"", kind.code} or rule.group not in {"", kind.group}:
            return None
        asked = [one.code for one in self._asks(kind)]
        if rule.answer and rule.answer[0] not in asked:
            return None
        zones, priorities, channels, moments, *answers = self._whole(kind)
        sides = [_of(zones, rule.zone), _of(priorities, rule.priority)]
        sides += [_of(channels, rule.channel), moments & self._moments_of[rule]]
        for code, choices in zip(asked, answers, strict=True):
            is_asked = rule.answer and rule.answer[0] == code
            sides.append(_of(choices, rule.answer[1]) if is_asked else choices)
        return tuple(sides) if all(sides) else None

    def _asks(self, kind) -> Sequence[Asked]:
        """The questions of the category that any rule looks at."""
        return [asked for asked in kind.asks if asked.code in self._questions]

    @cached_property
    def _questions(self):
        return {rule.answer[0] for rule in self.rules if rule.answer}

    @cached_property
    def _moments(self) -> frozenset[int]:
        """A week in pieces within which no rule changes its mind: the minutes where they begin."""
        edges = {0}
        for rule in self.rules:
            if rule.weekdays or rule.hours:
                hours = [time.hour * 60 + time.minute for time in rule.hours or ()]
                edges |= {day * DAY + minute for day in range(7) for minute in [0, *hours]}
        return frozenset(edges)

    @cached_property
    def _moments_of(self):
        return {
            rule: frozenset(m for m in self._moments if holds_at(rule, MONDAY + m * MINUTE))
            for rule in self.rules
        }


def _of(side: frozenset, wanted: str) -> frozenset:
    return side & {wanted} if wanted else side


def _common(one: Box, other: Box) -> Box | None:
    sides = tuple(mine & others for mine, others in zip(one, other, strict=True))
    return sides if all(sides) else None


def _minus(one: Box, other: Box) -> list[Box]:
    """`one` without `other`, in boxes that have nothing in common."""
    common = _common(one, other)
    if common is None:
        return [one]
    return [
        (*common[:place], side - common[place], *one[place + 1 :])
        for place, side in enumerate(one)
        if side - common[place]
    ]


def _note(owners, gaps, boxes, department, rule):
    """Who gets the requests in `boxes`, or what leaves them to nobody, by zone."""
    has_owner = department is not None and department.is_active
    into, what = (owners, department) if has_owner else (gaps, rule)
    for zone in {zone for box in boxes for zone in box[0]}:
        into[zone][what] = None
