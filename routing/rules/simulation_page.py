"""What a draft would have done with the last 90 days, as one page."""

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
from routing.models import RoutingRule
from routing.rules import coverage, simulation

PER_PAGE = 100
KEPT = 30 * 24 * 60 * 60  # seconds for which the figures of a test are kept


class Quiet(NamedTuple):
    """A drafted rule that decided nothing, and why: `reason` in words."""

    rule: object
    reason: str


class Orphan(NamedTuple):
    """Cells of one category that nobody owns for the same reason; `filed` requests lately."""

    what: str
    where: str
    is_whole: bool
    why: str
    filed: int


class Tested(NamedTuple):
    """What a test found: of `total` requests `changed` would be routed differently; `before` and
    `after` is how often today's rules and the draft name the right department.
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
    """`draft` beside the rules of today. `number` is the page of the list of requests, as text."""

    days = simulation.DAYS

    def __init__(self, draft, number="") -> None:
        self.draft = draft
        self.number = number
        self.today = RoutingRule.objects.in_order()
        self.drafted = draft.rules.in_order()
        self.values = [rule.as_value() for rule in self.drafted]

    @cached_property
    def outcomes(self) -> list[simulation.Outcome]:
        today = [rule.as_value() for rule in self.today]
        return simulation.compare(today, self.values, simulation.past())

    @cached_property
    def _changed(self) -> list[simulation.Outcome]:
        return [one for one in self.outcomes if one.is_changed]

    @property
    def total(self) -> int:
        return len(self.outcomes)

    @property
    def changed(self) -> int:
        return len(self._changed)

    @property
    def is_same(self) -> bool:
        """Whether the draft says what the rules of today say, in the same order."""
        mine, others = ([_meaning(rule) for rule in some] for some in (self.drafted, self.today))
        return mine == others

    def keep(self) -> None:
        """Keep the figures in the cache, for the page that publishes the draft."""
        right = self.verdict
        found = [self.total, self.changed, right["before"], right["after"]]
        cache.set(self._key, [clock.now().timestamp(), *found], KEPT)

    @cached_property
    def last_test(self) -> Tested | None:
        """The last one of the draft as it is now, against the rules as they are now."""
        found = cache.get(self._key)
        return Tested(datetime.fromtimestamp(found[0], UTC), *found[1:]) if found else None

    @cached_property
    def _key(self) -> str:
        """The same for the same two sets of rules."""
        told = [[rule.conditions() for rule in some] for some in (self.drafted, self.today)]
        return f"rules-tested:{hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()}"

    @property
    def share(self) -> str:
        percent = _percent(self.changed, self.total)
        return str(percent) if percent or not self.changed else _("less than 1")

    @property
    def uncertain(self) -> int:
        """Requests whose first category or place is not known any more."""
        return sum(not one.past.is_certain for one in self.outcomes)

    @cached_property
    def moves(self) -> list[tuple[str, str, int]]:
        """(department before, department after, how many), the most frequent first."""
        moved = (one for one in self._changed if one.is_moved)
        moves = Counter((one.before.department, one.after.department) for one in moved)
        return [
            (_name(before), _name(after), count) for (before, after), count in moves.most_common()
        ]

    @property
    def at_once(self) -> int:
        """Requests that a rule would route at once and none does today."""
        return sum(_routes(one.after) and not _routes(one.before) for one in self.outcomes)

    @property
    def no_more_at_once(self) -> int:
        return sum(_routes(one.before) and not _routes(one.after) for one in self.outcomes)

    @property
    def to_the_desk(self) -> int:
        """Requests for which the draft names nobody who could take them."""
        return sum(one.after.department is None for one in self.outcomes)

    @cached_property
    def verdict(self) -> dict:
        """Which set named more often the department that did it, or has it; `known` of how many."""
        known = [one for one in self.outcomes if one.past.ended is not None]
        before = sum(one.before.department == one.past.ended for one in known)
        after = sum(one.after.department == one.past.ended for one in known)
        return {
            "known": len(known),
            "before": before,
            "after": after,
            "before_share": _percent(before, len(known)),
            "after_share": _percent(after, len(known)),
            "better": sum(one.gain > 0 for one in known),
            "worse": sum(one.gain < 0 for one in known),
        }

    @cached_property
    def requests(self):
        """The page of the requests that would change, newest first."""
        return Paginator(self._changed, PER_PAGE).get_page(self.number)

    # The rules themselves

    @cached_property
    def broken(self) -> list[Quiet]:
        """Rules that cannot do what they say; where they match, the request waits at the desk."""
        return [Quiet(rule, rule.problem) for rule in self.drafted if rule.problem]

    @cached_property
    def everything(self) -> list:
        """Rules without any condition: no rule after them is ever asked."""
        pairs = zip(self.drafted, self.values, strict=True)
        return [rule for rule, value in pairs if not value.asked]

    @cached_property
    def impossible(self) -> list[Quiet]:
        """Rules whose own conditions exclude each other."""
        shadows = {shadow.rule.id for shadow in self._reach.shadows if not shadow.by}
        said = _("No request that can be filed today meets all of its conditions.")
        return [
            Quiet(rule, rule.contradiction or said)
            for rule in self.drafted
            if not rule.problem and (rule.contradiction or rule.pk in shadows)
        ]

    @cached_property
    def shadowed(self) -> list[Quiet]:
        """Rules that rules before them leave nothing."""
        skip = {quiet.rule.pk for quiet in self.broken + self.impossible}
        by = {shadow.rule.id: shadow.by for shadow in self._reach.shadows}
        return [
            Quiet(rule, ", ".join(f"“{one.name}”" for one in by[rule.pk]))
            for rule in self.drafted
            if rule.pk in by and rule.pk not in skip
        ]

    @cached_property
    def silent(self) -> list:
        """Rules that could decide something and had nothing to decide in these days."""
        skip = {quiet.rule.pk for quiet in self.broken + self.impossible + self.shadowed}
        return [rule for rule in self.drafted if not self._counts[rule.pk] and rule.pk not in skip]

    @cached_property
    def _counts(self) -> Counter:
        """Id of each rule of the draft to how many requests it decided."""
        return Counter(one.after.rule.id for one in self.outcomes if one.after.rule)

    @cached_property
    def fired(self) -> list[tuple]:
        """(rule, its conditions, what it does, how often it decided), in order."""
        return [
            (rule, wording.asks(rule), wording.does(rule), self._counts[rule.pk])
            for rule in self.drafted
        ]

    @cached_property
    def _reach(self) -> coverage.Reach:
        return coverage.Reach(self.values, simulation.world())

    # Category × zone

    @cached_property
    def zones(self) -> dict[str, str]:
        """The names of the areas in use, by their slugs."""
        return dict(Zone.objects.active().values_list("slug", "name"))

    @cached_property
    def orphans(self) -> list[Orphan]:
        """What the cells leave to nobody, those with most requests first."""
        filed = Counter((one.past.facts.category, one.past.facts.zone) for one in self.outcomes)
        alike: dict[tuple, list] = {}
        for cell in self._reach.cells:
            if cell.gaps:
                alike.setdefault((cell.kind.code, not cell.owners, cell.gaps), []).append(cell.zone)
        found = [
            Orphan(
                what=self._names[code],
                where=self._places(zones),
                is_whole=is_whole,
                why=" ".join(map(_gap, gaps)),
                filed=sum(filed[code, zone] for zone in zones),
            )
            for (code, is_whole, gaps), zones in alike.items()
        ]
        return sorted(found, key=lambda one: (-one.filed, not one.is_whole))

    def _places(self, slugs) -> str:
        if len(slugs) == len(self.zones):
            return _("all areas")
        return ", ".join(self.zones[slug] for slug in slugs)

    @cached_property
    def matrix(self) -> list[tuple[str, list[str]]]:
        """Each category with a mark for each zone: empty, `partly` or `nobody`."""
        marks: dict[str, list[str]] = {}
        for cell in self._reach.cells:
            mark = ("partly" if cell.owners else "nobody") if cell.gaps else ""
            marks.setdefault(cell.kind.code, []).append(mark)
        return [(self._names[code], found) for code, found in marks.items()]

    @cached_property
    def _names(self) -> dict:
        return dict(Category.objects.values_list("service_code", "name"))


def _meaning(rule) -> dict:
    left_out = {"position", "is_active"}
    return {name: value for name, value in rule.conditions().items() if name not in left_out}


def _routes(decision) -> bool:
    return decision.mode == matching.ROUTE


def _name(department) -> str:
    return department.name if department else _("The desk: no department is set")


def _gap(rule) -> str:
    if rule is None:
        return _("No rule and no category names a department that's in use.")
    return _("The rule “%(rule)s” names %(department)s, which is turned off.") % {
        "rule": rule.name,
        "department": rule.department.name,
    }


def _percent(part, whole) -> int:
    return round(100 * part / whole) if whole else 0
