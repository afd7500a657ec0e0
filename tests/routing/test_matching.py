"""Tests for the pure function that chooses the department of a request."""

from datetime import datetime, time

import pytest

from routing.matching import (
    PROPOSE,
    ROUTE,
    Decision,
    Destination,
    Facts,
    Rule,
    choose_department,
    is_rule_active_at,
)

WATER = Destination(1, "Water")
STREETS = Destination(2, "Streets")
CLOSED = Destination(3, "Closed", is_active=False)
DRAIN = Facts("storm-drain", "streets", own_department=STREETS)


def build_rule(department=WATER, **conditions):
    return Rule(7, "Drains → Water", 3, department, **conditions)


def test_the_first_rule_that_matches_wins():
    first = build_rule(category="storm-drain")
    second = build_rule(STREETS, group="streets")
    assert choose_department(DRAIN, [first, second]).rule is first
    assert choose_department(DRAIN, [second, first]).department == STREETS


def test_without_a_rule_the_categorys_own_department_is_proposed():
    assert choose_department(DRAIN, [build_rule(category="pothole")]) == Decision(
        STREETS, matched=("category",)
    )


def test_without_any_department_the_request_is_the_desks():
    assert choose_department(DRAIN._replace(own_department=None), []) == Decision()


@pytest.mark.parametrize(
    ("condition", "fact"),
    [
        ({"category": "storm-drain"}, {}),
        ({"group": "streets"}, {}),
        ({"zone": "downtown"}, {"zone": "downtown"}),
        ({"priority": "urgent"}, {"priority": "urgent"}),
        ({"channel": "phone"}, {"channel": "phone"}),
        ({"answer": ("fall", "yes")}, {"answers": frozenset({("fall", "yes"), ("wet", "no")})}),
    ],
)
def test_each_condition_is_asked(condition, fact):
    name = next(iter(condition))
    facts = DRAIN._replace(**fact)
    decision = choose_department(facts, [build_rule(**condition)])
    assert (decision.department, decision.matched) == (WATER, (name,))
    other = {"answers": frozenset()} if name == "answer" else {name: "another"}
    assert choose_department(facts._replace(**other), [build_rule(**condition)]).rule is None


def test_every_condition_of_a_rule_must_hold():
    both = build_rule(category="storm-drain", zone="downtown")
    assert choose_department(DRAIN, [both]).rule is None
    assert choose_department(DRAIN._replace(zone="downtown"), [both]).matched == (
        "category",
        "zone",
    )


def test_a_rule_without_conditions_is_for_everything():
    assert choose_department(DRAIN, [build_rule()]).department == WATER


def test_a_rule_that_routes_says_so_and_names_its_version():
    decision = choose_department(DRAIN, [build_rule(mode=ROUTE)])
    assert decision.mode == ROUTE
    assert decision.rule.label == "Drains → Water (v3)"


def test_a_rule_that_cannot_run_leaves_it_to_the_desk_and_says_why():
    """Trying the next rule instead would hide the mistake."""
    decision = choose_department(DRAIN, [build_rule(CLOSED, mode=ROUTE), build_rule(STREETS)])
    assert decision.department is None
    assert decision.stopped == CLOSED
    assert decision.mode == PROPOSE


def test_a_category_whose_department_is_switched_off_is_the_desks():
    decision = choose_department(DRAIN._replace(own_department=CLOSED), [])
    assert (decision.department, decision.stopped) == (None, CLOSED)


def test_a_department_that_handed_it_back_is_not_proposed_again():
    decision = choose_department(DRAIN, [build_rule(mode=ROUTE)], refused_by={WATER.id})
    assert (decision.department, decision.stopped, decision.mode) == (None, WATER, PROPOSE)


SAT, SUN = 5, 6
NIGHT = (time(22), time(6))


def moment_at(day, clock):
    """Return a time in the week from Monday, June 7, 2027; `day` 0 is that Monday."""
    return datetime.fromisoformat(f"2027-06-{7 + day:02}T{clock}")


@pytest.mark.parametrize(
    ("conditions", "moment", "speaks"),
    [
        ({"weekdays": {SAT, SUN}}, moment_at(SAT, "00:00"), True),
        ({"weekdays": {SAT, SUN}}, moment_at(4, "23:59"), False),
        ({"hours": (time(8), time(17))}, moment_at(0, "08:00"), True),
        ({"hours": (time(8), time(17))}, moment_at(0, "17:00"), False),
        ({"hours": NIGHT}, moment_at(0, "05:59"), True),
        ({"hours": NIGHT}, moment_at(0, "22:00"), True),
        ({"hours": NIGHT}, moment_at(0, "12:00"), False),
        ({"hours": (time(22), time(0))}, moment_at(0, "23:59"), True),
        ({"hours": (time(22), time(0))}, moment_at(1, "00:00"), False),
        ({"weekdays": {SAT}, "hours": (time(8), time(17))}, moment_at(SAT, "09:00"), True),
        ({"weekdays": {SAT}, "hours": (time(8), time(17))}, moment_at(SAT, "06:00"), False),
        ({"weekdays": {SAT}, "hours": NIGHT}, moment_at(SAT, "23:00"), True),
        ({"weekdays": {SAT}, "hours": NIGHT}, moment_at(SUN, "05:00"), True),
        ({"weekdays": {SAT}, "hours": NIGHT}, moment_at(SAT, "05:00"), False),
        ({"weekdays": {SAT}, "hours": NIGHT}, moment_at(SUN, "23:00"), False),
        ({"weekdays": {SUN}, "hours": NIGHT}, moment_at(0, "05:00"), True),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_began(conditions, moment, speaks):
    asks = build_rule(
        **{name: frozenset(v) if name == "weekdays" else v for name, v in conditions.items()}
    )
    assert is_rule_active_at(asks, moment) is speaks
    decision = choose_department(DRAIN._replace(moment=moment), [asks])
    assert (decision.matched == tuple(conditions)) is speaks


@pytest.mark.parametrize("conditions", [{"weekdays": frozenset({SAT})}, {"hours": NIGHT}])
def test_without_a_moment_no_rule_about_time_matches(conditions):
    assert choose_department(DRAIN, [build_rule(**conditions)]).rule is None
    assert not is_rule_active_at(build_rule(**conditions), None)
