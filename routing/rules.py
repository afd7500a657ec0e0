"""Which department a request belongs to: values in, values out.

The rules are read in order and the first that matches decides, even where it cannot run: a rule
that names a department which is switched off leaves the request to the desk and says so, because
falling through to a later rule would hide the mistake. Without a rule the category's own
department is proposed, and without that it is the desk's.
"""

from typing import NamedTuple

PROPOSE = "propose"
ROUTE = "route"


class Destination(NamedTuple):
    """A department, by its id; `name` is for words."""

    id: int
    name: str
    is_active: bool = True


class Facts(NamedTuple):
    """What rules may ask about a request. `answers` are pairs (question's code, choice's key)."""

    category: str
    group: str
    zone: str = ""
    priority: str = ""
    channel: str = ""
    answers: frozenset[tuple[str, str]] = frozenset()
    own_department: Destination | None = None


class Rule(NamedTuple):
    """One rule; a condition that is empty (`answer`: None) is not asked."""

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
    rule = next((rule for rule in rules if _holds(rule, facts)), None)
    if rule is None:
        return _checked(Decision(facts.own_department, matched=("category",)), refused_by)
    return _checked(
        Decision(rule.department, rule.mode, rule, tuple(_asked(rule, facts))), refused_by
    )


def _checked(decision, refused_by):
    """The same, or left to the desk where the department cannot or would not take it."""
    department = decision.department
    if department is None:
        return Decision()
    if department.is_active and department.id not in refused_by:
        return decision
    return decision._replace(department=None, mode=PROPOSE, stopped=department)


def _asked(rule, facts):
    """Each condition the rule has: its name, and whether it holds."""
    conditions = {
        "category": not rule.category or rule.category == facts.category,
        "group": not rule.group or rule.group == facts.group,
        "zone": not rule.zone or rule.zone == facts.zone,
        "priority": not rule.priority or rule.priority == facts.priority,
        "channel": not rule.channel or rule.channel == facts.channel,
        "answer": rule.answer is None or rule.answer in facts.answers,
    }
    return {name: holds for name, holds in conditions.items() if getattr(rule, name)}


def _holds(rule, facts) -> bool:
    return all(_asked(rule, facts).values())
