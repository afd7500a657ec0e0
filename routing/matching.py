"""The choice of a request's department by rules: pure functions of values.

The first rule that matches decides. If its department is deactivated, the request stays at the
desk, because falling through to a later rule would hide the mistake. Without a matching rule the
category's own department is proposed; without that one the request is the desk's.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
PROPOSE = "propose"
ROUTE = "route"


class Destination(NamedTuple):
    """A department; `name` is for display."""

    id: int
    name: str
    is_active: bool = True


class Facts(NamedTuple):
    """The properties of a request that rules compare.

    `answers` are (question code, choice key) pairs. `moment` is when the rules are applied, in the
    city's time zone; for None no rule with hours or weekdays matches.
    """

    category: str
    group: str
    zone: str = ""
    priority: str = ""
    channel: str = ""
    answers: frozenset[tuple[str, str]] = frozenset()
    moment: datetime | None = None
    own_department: Destination | None = None


class Rule(NamedTuple):
    """A routing rule. An empty condition always holds.

    `weekdays` are numbers from 0 (Monday). `hours` are (from, to), without the end. Hours that
    cross midnight belong to the day on which they began: Saturday 22:00–06:00 ends on Sunday
    morning.
    """

    id: int
    name: str
    version: int
    department: Destination
    mode: str = PROPOSE
    why: str = ""
    category: str = ""
    group: str = ""
    zone: str = ""
    priority: str = ""
    channel: str = ""
    answer: tuple[str, str] | None = None
    weekdays: frozenset[int] = frozenset()
    hours: tuple[time, time] | None = None

    @property
    def condition_names(self) -> tuple[str, ...]:
        """Return the names of the rule's conditions, in the order in which they are checked."""
        return tuple(name for name in _CONDITION_CHECKS if getattr(self, name))

    @property
    def label(self) -> str:
        """Return the name and version: “Storm drains (v3)”."""
        return f"{self.name} (v{self.version})"


class Decision(NamedTuple):
    """The department of a request, or None for the desk. `mode` is ROUTE only if a rule routes.

    `matched` are the names of the conditions that held. `stopped` is a department that was chosen
    but cannot take the request: it is deactivated, or has just handed the request back.
    """

    department: Destination | None = None
    mode: str = PROPOSE
    rule: Rule | None = None
    matched: tuple[str, ...] = ()
    stopped: Destination | None = None


def choose_department(
    facts: Facts, rules: Iterable[Rule], *, refused_by: Collection[int] = frozenset()
) -> Decision:
    """Return which department gets a request with these `facts`, by the first rule that is met.

    If no rule is met, the category's own department is chosen, by the condition "category". A
    department that takes no requests, or is in `refused_by` (ids of departments that handed the
    request back), is moved to `stopped`.
    """
    rule = next((rule for rule in rules if is_rule_met(rule, facts)), None)
    if rule is None:
        return _drop_refused_department(
            Decision(facts.own_department, matched=("category",)), refused_by
        )
    return _drop_refused_department(
        Decision(rule.department, rule.mode, rule, rule.condition_names), refused_by
    )


def _drop_refused_department(decision: Decision, refused_by: Collection[int]) -> Decision:
    """Return the decision, without its department if that cannot take the request.

    The department is then `stopped` and the mode PROPOSE. Without a department the decision is
    empty.
    """
    department = decision.department
    if department is None:
        return Decision()
    if department.is_active and department.id not in refused_by:
        return decision
    return decision._replace(department=None, mode=PROPOSE, stopped=department)


def is_rule_met(rule: Rule, facts: Facts) -> bool:
    """Return True if every condition of the rule holds, so always for a rule without conditions."""
    return all(_CONDITION_CHECKS[name](rule, facts) for name in rule.condition_names)


def is_rule_active_at(rule: Rule, moment: datetime | None) -> bool:
    """Return True if the rule's hours and weekdays include `moment`.

    For None only rules without hours and weekdays are active.
    """
    return _is_within_hours(rule, moment) and _is_on_weekday(rule, moment)


def _is_within_hours(rule: Rule, moment: datetime | None) -> bool:
    """Return True if the rule has no hours or `moment` is in them, the end excluded."""
    if not rule.hours:
        return True
    if moment is None:
        return False
    beginning, end = rule.hours
    now = moment.time()
    if beginning < end:
        return beginning <= now < end
    return now >= beginning or now < end


def _is_on_weekday(rule: Rule, moment: datetime | None) -> bool:
    """Return True if the rule has no weekdays or `moment` is on one of them.

    After midnight, hours that cross it belong to the day before.
    """
    if not rule.weekdays:
        return True
    if moment is None:
        return False
    is_after_midnight = rule.hours and moment.time() < rule.hours[1] <= rule.hours[0]
    began = moment - DAY if is_after_midnight else moment
    return began.weekday() in rule.weekdays


# In the order in which conditions are checked and listed: cheap and selective ones first.
_CONDITION_CHECKS = {
    "category": lambda rule, facts: rule.category == facts.category,
    "group": lambda rule, facts: rule.group == facts.group,
    "zone": lambda rule, facts: rule.zone == facts.zone,
    "priority": lambda rule, facts: rule.priority == facts.priority,
    "channel": lambda rule, facts: rule.channel == facts.channel,
    "answer": lambda rule, facts: rule.answer in facts.answers,
    "weekdays": lambda rule, facts: _is_on_weekday(rule, facts.moment),
    "hours": lambda rule, facts: _is_within_hours(rule, facts.moment),
}
