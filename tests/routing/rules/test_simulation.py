"""Another set of rules, tried on the requests of the last 90 days."""

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
    """Potholes go to Street Services; no rule is about anything else."""
    RoutingRule.objects.all().delete()
    RoutingRule.objects.create(
        name="Holes → Streets", category=make.pothole(), department=make.streets(), position=10
    )


@pytest.fixture
def draft():
    draft = RuleDraft.objects.create(name="Wet holes")
    drafts.fill(draft)
    return draft


def add(draft, department=None, **columns):
    columns.setdefault("name", f"Rule at {columns.get('position', 5)}")
    columns.setdefault("position", 5)
    return DraftedRule.objects.create(draft=draft, department=department or make.water(), **columns)


def closed(department):
    department.is_active = False
    department.save()
    return department


def names(quiet):
    return [one.rule.name for one in quiet]


def test_nothing_changes_while_the_draft_says_what_the_rules_say(draft):
    make.filed()
    page = SimulationPage(draft)
    assert (page.is_same, page.total, page.changed) == (True, 1, 0)


def test_what_changes_is_counted_from_whom_to_whom_and_compared_with_who_did_it(draft):
    done = make.service_request(Status.COMPLETED)
    moved = make.filed()
    make.route(moved, make.water())
    make.filed()
    add(draft, category=make.pothole(), mode="route")
    page = SimulationPage(draft)
    assert (page.total, page.changed, page.share, page.at_once) == (3, 3, "100", 3)
    assert page.moves == [("Street Services", "Water Resources", 3)]
    assert page.verdict == {
        "known": 2, "before": 1, "after": 1, "before_share": 50, "after_share": 50,
        "better": 1, "worse": 1,
    }  # fmt: skip
    gains = {one.past.reference: one.gain for one in page.requests}
    assert (gains[done.reference], gains[moved.reference]) == (-1, 1)
    assert page.no_more_at_once == page.to_the_desk == page.uncertain == 0


def test_where_it_was_closed_without_work_nobody_was_right():
    make.service_request(Status.CLOSED, "declined")
    assert simulation.past()[0].ended is None


def test_only_the_last_ninety_days_count_and_no_older_system(draft):
    with clock.freeze_time(clock.now() - timedelta(days=91)):
        make.filed()
    then = clock.now() - timedelta(days=2)
    workflow.import_closed(
        workflow.ClosedRecord(category=make.pothole(), filed_at=then, closed_at=then), by=SYSTEM
    )
    assert SimulationPage(draft).total == 0


def test_facts_are_taken_as_they_were_at_filing():
    """A Saturday's night, before an agent called it something else and made it urgent."""
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
        second, first = simulation.past()
    facts = first.facts
    assert (facts.category, facts.priority, facts.channel) == ("storm-drain", "normal", "web")
    assert facts.zone == row.zone.slug
    assert facts.answers
    assert (facts.moment.weekday(), facts.moment.hour) == (5, 23)
    assert first.is_certain
    assert (second.facts.category, second.is_certain) == ("storm-drain", False)


def test_ten_requests_cost_as_many_queries_as_one(draft):
    make.filed()
    simulation.past()  # from here on the city is remembered
    with CaptureQueriesContext(connection) as few:
        simulation.past()
    for _n in range(9):
        make.filed()
    with CaptureQueriesContext(connection) as many:
        assert len(simulation.past()) == 10
    assert len(few) == len(many) <= 7


def test_rules_that_decide_nothing_are_told_apart(draft):
    drain = Category.objects.get(service_code="storm-drain")
    add(draft, name="Shadowed", position=20, category=make.pothole(), zone=Zone.objects.first())
    add(draft, name="Closed", position=30, category=drain, zone=Zone.objects.last(),
        department=closed(Department.objects.get(slug="airport")))  # fmt: skip
    add(draft, name="Imported", position=40, channel=Channel.IMPORT)
    add(draft, name="Silent", position=50, category=drain, weekdays=[6], from_time=time(3),
        to_time=time(4))  # fmt: skip
    add(draft, name="All", position=60)
    add(draft, name="After all", position=70, priority="urgent")
    make.filed()
    page = SimulationPage(draft)
    assert names(page.broken) == ["Closed"]
    assert names(page.impossible) == ["Imported"]
    assert [(one.rule.name, one.reason) for one in page.shadowed] == [
        ("Shadowed", "“Holes → Streets”"),
        ("After all", "“All”"),
    ]
    assert [rule.name for rule in page.everything] == ["All"]
    assert [rule.name for rule in page.silent] == ["Silent", "All"]
    assert {rule.name: count for rule, _asks, _does, count in page.fired}["Holes → Streets"] == 1


def test_a_group_in_which_nothing_is_in_use_can_never_match(draft):
    group = make.pothole().group
    group.categories.update(is_active=False)
    add(draft, name="Empty group", group=group)
    assert "Empty group" in names(SimulationPage(draft).impossible)


def test_a_request_for_a_closed_department_waits_at_the_desk(draft):
    add(draft, category=make.pothole(), department=closed(make.water()))
    make.filed()
    page = SimulationPage(draft)
    assert page.moves == [("Street Services", "The desk: no department is set", 1)]
    assert page.to_the_desk == 1


def test_cells_that_nobody_owns_come_with_those_that_hurt_first(draft):
    Category.objects.exclude(department=None).filter(service_code="graffiti-public").update(
        department=None
    )
    pothole = make.pothole()
    add(draft, name="To a closed one", category=pothole, department=closed(make.water()),
        zone=make.filed().zone, priority="urgent")  # fmt: skip
    first, *others = SimulationPage(draft).orphans
    assert (first.what, first.is_whole, first.filed) == ("Pothole", False, 1)
    assert "“To a closed one” names Water Resources" in first.why
    graffiti = next(one for one in others if one.what == "Graffiti")
    assert (graffiti.where, graffiti.is_whole) == ("all areas", True)
    rows = dict(SimulationPage(draft).matrix)
    assert set(rows["Graffiti"]) == {"nobody"}
    assert sorted(set(rows["Pothole"])) == ["", "partly"]


def test_a_page_that_is_no_number_is_the_first(draft):
    assert SimulationPage(draft, "two").requests.number == 1
    assert SimulationPage(draft, "9" * 30).requests.number == 1  # the last there is
