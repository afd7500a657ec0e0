"""Tests for the coverage of rules, which is computed from their conditions, without requests."""

from datetime import time

import pytest

from routing.matching import Destination, Rule
from routing.rules.coverage import CategoryKind, CityFacts, QuestionChoices, RuleCoverage

WATER, STREETS = Destination(1, "Water"), Destination(2, "Streets")
CLOSED = Destination(3, "Closed", is_active=False)
DRAIN = CategoryKind(
    "drain", "streets", STREETS, (QuestionChoices("fall", ("yes", "no"), is_required=True),)
)
HOLE = CategoryKind("hole", "streets", STREETS, (QuestionChoices("deep", ("yes",)),))
TREE = CategoryKind("tree", "trees", None)
CITY = CityFacts((DRAIN, HOLE, TREE), ("pier", "hill"), ("normal", "urgent"), ("web", "phone"))
DAYTIME, NIGHT = (time(6), time(22)), (time(22), time(6))
WEEKEND = frozenset({5, 6})
FALL = ("fall", "yes")


def build_rules(*conditions):
    """Return one rule for each dict, named A, B, C …; the default department is Water."""
    return [
        Rule(n, chr(65 + n), 1, given.pop("department", WATER), **given)
        for n, given in enumerate(map(dict, conditions))
    ]


def find_shadowed(*conditions):
    """Return the name of each rule that can never match, with the rules that shadow it."""
    found = RuleCoverage(build_rules(*conditions), CITY).shadowed_rules
    return {shadow.rule.name: "".join(one.name for one in shadow.shadowed_by) for shadow in found}


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ([{"group": "streets"}, {"category": "drain"}], {"B": "A"}),
        ([{"category": "drain"}, {"group": "streets"}], {}),
        ([{}, {"zone": "pier"}, {"category": "tree"}], {"B": "A", "C": "A"}),
        ([{"category": "tree"}, {"zone": "pier"}, {"category": "tree", "zone": "pier"}],
         {"C": "A"}),
        ([{"zone": "pier"}, {"zone": "hill"}, {"category": "tree"}], {"C": "AB"}),
        ([{"zone": "pier"}, {"channel": "web"}, {"zone": "hill"}, {"category": "tree"}],
         {"D": "AC"}),
        ([{"category": "drain"}, {"category": "hole"}, {"group": "streets"}], {"C": "AB"}),
        ([{"priority": "normal"}, {"priority": "urgent"}, {}], {"C": "AB"}),
        ([{"channel": "web"}, {"channel": "phone"}, {"zone": "pier"}], {"C": "AB"}),
        ([{"hours": DAYTIME}, {"hours": NIGHT}, {"zone": "pier"}], {"C": "AB"}),
        ([{"weekdays": WEEKEND}, {"weekdays": WEEKEND, "hours": DAYTIME}], {"B": "A"}),
        ([{"weekdays": WEEKEND}, {"weekdays": WEEKEND, "hours": NIGHT}], {}),
        ([{"hours": NIGHT}, {"weekdays": WEEKEND, "hours": NIGHT}], {"B": "A"}),
        ([{"answer": FALL}, {"category": "drain"}], {}),
        ([{"answer": FALL}, {"answer": ("fall", "no")}, {"category": "drain"}], {"C": "AB"}),
        ([{"answer": ("deep", "yes")}, {"category": "hole"}], {}),
        ([{"category": "drain"}, {"answer": FALL}], {"B": "A"}),
        ([{"department": CLOSED, "category": "tree"}, {"category": "tree"}], {"B": "A"}),
        ([{"zone": "pier", "priority": "urgent"}, {"zone": "pier"}], {}),
    ],
)  # fmt: skip
def test_a_rule_is_shadowed_where_those_before_it_leave_it_nothing(conditions, found):
    assert find_shadowed(*conditions) == found


@pytest.mark.parametrize(
    "impossible",
    [
        {"category": "no-such"},
        {"category": "tree", "answer": FALL},
        {"category": "drain", "answer": ("fall", "perhaps")},
        {"zone": "sea"},
        {"channel": "pigeon"},
    ],
)
def test_conditions_that_no_request_can_meet_are_told_apart(impossible):
    assert find_shadowed({"category": "hole"}, impossible) == {"B": ""}


def find_cells(*conditions, world=CITY):
    """Return (names of owners, names of gaps) by (category, zone).

    The gap "own" is the category's own department.
    """
    return {
        (cell.category.code, cell.zone): (
            [one.name for one in cell.owners],
            [rule.name if rule else "own" for rule in cell.gaps],
        )
        for cell in RuleCoverage(build_rules(*conditions), world).cells
    }


def test_a_cell_is_owned_by_the_rules_and_else_by_the_categorys_own_department():
    found = find_cells({"category": "tree", "zone": "pier"}, {"answer": FALL})
    assert found[("tree", "pier")] == (["Water"], [])
    assert found[("tree", "hill")] == ([], ["own"])
    assert found[("drain", "hill")] == (["Water", "Streets"], [])
    assert found[("hole", "hill")] == (["Streets"], [])


def test_a_cell_is_partly_nobodys_where_a_rule_names_a_closed_department():
    found = find_cells({"category": "hole", "priority": "urgent", "department": CLOSED})
    assert found[("hole", "pier")] == (["Streets"], ["A"])
    assert find_cells({"category": "hole", "department": CLOSED})[("hole", "pier")] == ([], ["A"])
    assert find_cells({"category": "tree", "hours": NIGHT})[("tree", "hill")] == (
        ["Water"],
        ["own"],
    )


def test_a_city_without_zones_has_no_cells():
    assert find_cells(world=CITY._replace(zones=())) == {}
