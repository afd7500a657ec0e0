"""Which department a request belongs to: values in, values out.

The rules are read in order and the first that matches decides, even where it cannot run: a rule
that names a department which is switched off leaves the request to the desk and says so, because
falling through to a later rule would hide the mistake. Without a rule the category's own
department is proposed, and without that it is the desk's.
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
PROPOSE = "propose"
ROUTE = "route"


class Destination(NamedTuple):
    """A department, by its id; `name` is for words."""

    id: int
    name: str
    is_active: bool = True


class Facts(NamedTuple):
    """What rules may ask about a request. `answers` are pairs (question's code, choice's key).

    `moment` is when the rules are applied, on the city's clock; without it no rule about time
    holds.
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
    """One rule; a condition that is empty is not asked.

    `weekdays` are numbers, Monday is 0. `hours` are (from, to), the end not included; where they
    cross midnight, what is left after it belongs to the day before: Saturday's 22:00–06:00 ends on
    Sunday morning.
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
    def asked(self) -> tuple[str, ...]:
        """The names of the conditions it has."""
        return tuple(name for name in _HOLDS if getattr(self, name))

    @property
    def label(self) -> str:
        return f"{self.name} (v{self.version})"


class Decision(NamedTuple):
    """`department` None: the desk's. `mode` is ROUTE only where a rule says so and can.

    `matched` are the names of the conditions that held; `stopped` is a department that would have
    been it but may not be: switched off, or it has just handed the request back.
    """

    department: Destination | None = None
    mode: str = PROPOSE
    rule: Rule | None = None
    matched: tuple[str, ...] = ()
    stopped: Destination | None = None


def decide(facts: Facts, rules, *, refused_by=frozenset()) -> Decision:
    """Where a request goes. `refused_by` are ids of departments that handed it back."""
    rule = next((rule for rule in rules if holds(rule, facts)), None)
    if rule is None:
        return _checked(Decision(facts.own_department, matched=("category",)), refused_by)
    return _checked(Decision(rule.department, rule.mode, rule, rule.asked), refused_by)


def _checked(decision, refused_by) -> Decision:
    """The same, or left to the desk where the department cannot or would not take it."""
    department = decision.department
    if department is None:
        return Decision()
    if department.is_active and department.id not in refused_by:
        return decision
    return decision._replace(department=None, mode=PROPOSE, stopped=department)


def holds(rule: Rule, facts: Facts) -> bool:
    """Whether every condition the rule has is met."""
    return all(_HOLDS[name](rule, facts) for name in rule.asked)


def holds_at(rule: Rule, moment: datetime | None) -> bool:
    """Whether the rule applies at `moment`, as far as the clock and the calendar are concerned."""
    return _is_its_hour(rule, moment) and _is_its_day(rule, moment)


def _is_its_hour(rule, moment) -> bool:
    if not rule.hours:
        return True
    if moment is None:
        return False
    beginning, end = rule.hours
    now = moment.time()
    if beginning < end:
        return beginning <= now < end
    return now >= beginning or now < end


def _is_its_day(rule, moment) -> bool:
    if not rule.weekdays:
        return True
    if moment is None:
        return False
    is_after_midnight = rule.hours and moment.time() < rule.hours[1] <= rule.hours[0]
    began = moment - DAY if is_after_midnight else moment
    return began.weekday() in rule.weekdays


# In the order in which they are asked and said: what is cheap and tells most comes first.
_HOLDS = {
    "category": lambda rule, facts: rule.category == facts.category,
    "group": lambda rule, facts: rule.group == facts.group,
    "zone": lambda rule, facts: rule.zone == facts.zone,
    "priority": lambda rule, facts: rule.priority == facts.priority,
    "channel": lambda rule, facts: rule.channel == facts.channel,
    "answer": lambda rule, facts: rule.answer in facts.answers,
    "weekdays": lambda rule, facts: _is_its_day(rule, facts.moment),
    "hours": lambda rule, facts: _is_its_hour(rule, facts.moment),
}
