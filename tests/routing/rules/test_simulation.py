"""Tests for the simulation of other rules on the requests of the last 90 days."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.models import Category, Department, Zone
from lib import clock
from requests_app import workflow
from requests_app.models import Channel
from requests_app.permissions import SYSTEM
from requests_app.status import Status
from routing.models import DraftedRule, RoutingRule, RuleDraft
from routing.rules import drafts, simulation
from routing.rules.simulation_page import SimulationPage
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_rule_of_today():
    """Replace all rules with one that routes potholes to Street Services."""
    RoutingRule.objects.all().delete()
    RoutingRule.objects.create(
        name="Holes → Streets", category=make.pothole(), department=make.streets(), position=10
    )


@pytest.fixture
def draft():
    draft = RuleDraft.objects.create(name="Wet holes")
    drafts.copy_rules_into(draft)
    return draft


def add_rule(draft, department=None, **columns):
    columns.setdefault("name", f"Rule at {columns.get('position', 5)}")
    columns.setdefault("position", 5)
    return DraftedRule.objects.create(draft=draft, department=department or make.water(), **columns)


def deactivate(department):
    department.is_active = False
    department.save()
    return department


def list_names(quiet):
    return [one.rule.name for one in quiet]


def test_nothing_changes_while_the_draft_says_what_the_rules_say(draft):
    make.filed()
    page = SimulationPage(draft)
    assert (page.is_same, page.total, page.changed_count) == (True, 1, 0)


def test_what_changes_is_counted_from_whom_to_whom_and_compared_with_who_did_it(draft):
    done = make.service_request(Status.COMPLETED)
    moved = make.filed()
    make.route(moved, make.water())
    make.filed()
    add_rule(draft, category=make.pothole(), mode="route")
    page = SimulationPage(draft)
    assert (page.total, page.changed_count, page.changed_share, page.newly_automatic_count) == (
        3,
        3,
        "100",
        3,
    )
    assert page.moves == [("Street Services", "Water Resources", 3)]
    assert page.accuracy == {
        "known": 2, "before": 1, "after": 1, "before_share": 50, "after_share": 50,
        "better": 1, "worse": 1,
    }  # fmt: skip
    gains = {one.request.reference: one.gain for one in page.changed_requests}
    assert (gains[done.reference], gains[moved.reference]) == (-1, 1)
    assert page.no_longer_automatic_count == page.unrouted_count == page.uncertain_count == 0


def test_where_it_was_closed_without_work_nobody_was_right():
    make.service_request(Status.CLOSED, "declined")
    assert simulation.load_past_requests()[0].final_department is None


def test_only_the_last_ninety_days_count_and_no_older_system(draft):
    with clock.freeze_time(clock.now() - timedelta(days=91)):
        make.filed()
    then = clock.now() - timedelta(days=2)
    workflow.import_closed(
        workflow.ClosedRecord(category=make.pothole(), filed_at=then, closed_at=then), by=SYSTEM
    )
    assert SimulationPage(draft).total == 0


def test_facts_are_taken_as_they_were_at_filing():
    """The request is filed on a Saturday night, and recategorised and made urgent afterwards."""
    drain = Category.objects.get(service_code="storm-drain")
    saturday = datetime.fromisoformat("2026-11-21T23:30-08:00")
    with clock.freeze_time(saturday):
        row = make.filed(category=drain, channel=Channel.WEB)
        make.act(workflow.recategorise, row, make.omar(), category=make.pothole())
        make.act(workflow.prioritise, row, make.omar(), priority="urgent")
        asks_nothing = Category.objects.active().exclude(questions__is_required=True).first()
        with_no_answers = make.filed(category=asks_nothing)
        make.act(workflow.recategorise, with_no_answers, make.omar(), category=drain)
    with clock.freeze_time(saturday + timedelta(days=3)):
        second, first = simulation.load_past_requests()
    facts = first.facts
    assert (facts.category, facts.priority, facts.channel) == ("storm-drain", "normal", "web")
    assert facts.zone == row.zone.slug
    assert facts.answers
    assert (facts.moment.weekday(), facts.moment.hour) == (5, 23)
    assert first.is_certain
    assert (second.facts.category, second.is_certain) == ("storm-drain", False)


def test_ten_requests_cost_as_many_queries_as_one(draft):
    make.filed()
    simulation.load_past_requests()  # load the cached data of the city
    with CaptureQueriesContext(connection) as few:
        simulation.load_past_requests()
    for _n in range(9):
        make.filed()
    with CaptureQueriesContext(connection) as many:
        assert len(simulation.load_past_requests()) == 10
    assert len(few) == len(many) <= 7


def test_rules_that_decide_nothing_are_told_apart(draft):
    drain = Category.objects.get(service_code="storm-drain")
    add_rule(
        draft, name="Shadowed", position=20, category=make.pothole(), zone=Zone.objects.first()
    )
    add_rule(draft, name="Closed", position=30, category=drain, zone=Zone.objects.last(),
        department=deactivate(Department.objects.get(slug="airport")))  # fmt: skip
    add_rule(draft, name="Imported", position=40, channel=Channel.IMPORT)
    add_rule(draft, name="Silent", position=50, category=drain, weekdays=[6], from_time=time(3),
        to_time=time(4))  # fmt: skip
    add_rule(draft, name="All", position=60)
    add_rule(draft, name="After all", position=70, priority="urgent")
    make.filed()
    page = SimulationPage(draft)
    assert list_names(page.broken_rules) == ["Closed"]
    assert list_names(page.impossible_rules) == ["Imported"]
    assert [(one.rule.name, one.reason) for one in page.shadowed_rules] == [
        ("Shadowed", "“Holes → Streets”"),
        ("After all", "“All”"),
    ]
    assert [rule.name for rule in page.unconditional_rules] == ["All"]
    assert [rule.name for rule in page.idle_rules] == ["Silent", "All"]
    assert {rule.name: count for rule, _asks, _does, count in page.rule_rows}[
        "Holes → Streets"
    ] == 1


def test_a_group_in_which_nothing_is_in_use_can_never_match(draft):
    group = make.pothole().group
    group.categories.update(is_active=False)
    add_rule(draft, name="Empty group", group=group)
    assert "Empty group" in list_names(SimulationPage(draft).impossible_rules)


def test_a_request_for_a_closed_department_waits_at_the_desk(draft):
    add_rule(draft, category=make.pothole(), department=deactivate(make.water()))
    make.filed()
    page = SimulationPage(draft)
    assert page.moves == [("Street Services", "The desk: no department is set", 1)]
    assert page.unrouted_count == 1


def test_cells_that_nobody_owns_come_with_those_that_hurt_first(draft):
    Category.objects.exclude(department=None).filter(service_code="graffiti-public").update(
        department=None
    )
    pothole = make.pothole()
    add_rule(draft, name="To a closed one", category=pothole, department=deactivate(make.water()),
        zone=make.filed().zone, priority="urgent")  # fmt: skip
    first, *others = SimulationPage(draft).unowned_requests
    assert (first.category_name, first.is_whole, first.filed_count) == ("Pothole", False, 1)
    assert "“To a closed one” names Water Resources" in first.why
    graffiti = next(one for one in others if one.category_name == "Graffiti")
    assert (graffiti.zone_names, graffiti.is_whole) == ("all areas", True)
    rows = dict(SimulationPage(draft).coverage_matrix)
    assert set(rows["Graffiti"]) == {"nobody"}
    assert sorted(set(rows["Pothole"])) == ["", "partly"]


def test_a_page_that_is_no_number_is_the_first(draft):
    assert SimulationPage(draft, "two").changed_requests.number == 1
    assert SimulationPage(draft, "9" * 30).changed_requests.number == 1  # the last page
