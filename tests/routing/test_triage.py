"""Tests for applying rules after an event. Rules never override a decision of a person."""

from datetime import datetime, time, timedelta

import pytest

from city.models import Category, Department
from lib import clock, polling
from requests_app import workflow
from requests_app.filing import questions
from requests_app.models import Event
from requests_app.status import Status, Verb
from requests_app.workflow import outbox
from requests_app.workflow.filing import Report
from routing import triage
from routing.models import Proposal, RoutingRule
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_rules_yet():
    RoutingRule.objects.all().delete()


def create_rule(department=None, mode="propose", name="Holes → Water", **columns):
    columns.setdefault("category", make.pothole())
    return RoutingRule.objects.create(
        name=name, department=department or make.water(), mode=mode, **columns
    )


def file_request(**given):
    row = make.filed(**given)
    outbox.deliver_all_pending_events()
    row.refresh_from_db()
    return row


def test_a_new_request_gets_a_proposal_with_its_rule():
    holes = create_rule(why="Holes are wet.")
    row = file_request()
    assert row.status == Status.FILED
    assert row.proposal.department == make.water()
    assert (row.proposal.rule, row.proposal.rule_label) == (holes, "Holes → Water (v1)")
    assert (row.proposal.matched, row.proposal.why) == (["category"], "Holes are wet.")


def test_without_a_rule_the_categorys_department_is_proposed():
    row = file_request()
    assert row.proposal.department == make.pothole().department
    assert row.proposal.rule is None


def test_a_rule_can_route_at_once_and_the_log_says_which():
    create_rule(mode="route")
    row = file_request()
    event = row.events.last()
    assert (row.status, row.department) == (Status.ROUTED, make.water())
    assert (event.rule, event.actor) == ("Holes → Water (v1)", None)
    assert event.caused_by == row.events.first()


def test_an_event_that_comes_twice_routes_once():
    create_rule(mode="route")
    row = file_request()
    triage.on_event(row.events.first())
    assert row.events.filter(verb=Verb.ROUTE).count() == 1
    assert Proposal.objects.count() == 1


def test_a_request_that_moved_on_is_not_dragged_back():
    create_rule(mode="route")
    row = make.filed()
    make.route(row, make.streets())
    outbox.deliver_all_pending_events()
    row.refresh_from_db()
    assert row.department == make.streets()
    assert row.events.filter(verb=Verb.ROUTE).count() == 1


def test_a_comment_in_between_does_not_stop_a_rule():
    create_rule(mode="route")
    row = make.filed()
    make.act(workflow.comment, row, make.ana(), words="It grows.")
    outbox.deliver_all_pending_events()
    row.refresh_from_db()
    assert row.department == make.water()


def test_a_hand_back_is_never_routed_straight_back():
    create_rule(make.streets(), mode="route")
    row = file_request()
    make.handed_back(row)
    outbox.deliver_all_pending_events()
    row.refresh_from_db()
    assert (row.status, row.department) == (Status.FILED, None)
    assert row.proposal.department is None
    assert row.proposal.stopped == make.streets()


def test_after_a_new_category_the_rules_may_name_who_handed_it_back():
    create_rule(make.streets(), mode="route")
    row = file_request()
    make.handed_back(row)
    other = Category.objects.active().exclude(pk=make.pothole().pk).first()
    create_rule(make.streets(), mode="route", name="The other → Streets", category=other)
    make.act(workflow.recategorise, row, make.omar(), category=other)
    outbox.deliver_all_pending_events()
    row.refresh_from_db()
    assert row.department == make.streets()


def test_undoing_a_category_takes_back_what_the_rule_did():
    other = Category.objects.active().exclude(pk=make.pothole().pk).first()
    create_rule(mode="route", category=other)
    row = file_request()
    event = make.act(workflow.recategorise, row, make.omar(), category=other)
    outbox.deliver_all_pending_events()
    workflow.undo(row, event=event, by=make.omar())
    outbox.deliver_all_pending_events()
    row.refresh_from_db()
    assert (row.status, row.category, row.department) == (Status.FILED, make.pothole(), None)
    assert row.proposal.department == make.pothole().department


def test_a_closed_request_is_nobodys_to_propose():
    row = make.filed()
    make.act(workflow.withdraw, row, make.ana())
    outbox.deliver_all_pending_events()
    assert not Proposal.objects.filter(service_request=row).exists()


def test_a_rule_whose_department_is_switched_off_leaves_it_to_the_desk():
    create_rule(mode="route")
    Department.objects.filter(pk=make.water().pk).update(is_active=False)
    row = file_request()
    assert row.status == Status.FILED
    assert (row.proposal.department, row.proposal.stopped) == (None, make.water())
    assert "turned off" in RoutingRule.objects.get().problem


def test_rules_are_read_in_their_order():
    create_rule(make.water(), name="Later", position=20)
    create_rule(make.streets(), name="Earlier", position=10)
    assert file_request().proposal.department == make.streets()


def test_a_rule_may_ask_for_an_answer_and_a_priority():
    asked = Category.objects.active().filter(questions__choices__effect="urgent").first()
    choice = asked.questions.get(choices__effect="urgent").choices.filter(effect="urgent").first()
    create_rule(category=asked, question=choice.question.code, answer=choice.key, priority="urgent")
    answers = make.least_answers(asked) | {choice.question.code: [choice.key]}
    assert file_request(category=asked, answers=answers).proposal.matched == [
        "category",
        "priority",
        "answer",
    ]
    assert file_request(category=asked).proposal.rule is None


def test_every_event_is_announced_to_the_desk(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file_request()
    assert polling.get_cached_version(triage.DESK_POLL) == Event.objects.last().pk


def test_each_change_of_a_rule_raises_its_version():
    holes = create_rule()
    holes.save()
    assert holes.version == 1
    holes.why = "Because."
    holes.save()
    assert RoutingRule.objects.get().version == 2
    assert holes.history.count() == 3
    first = holes.history.last().instance
    first.save()
    first.save()
    assert RoutingRule.objects.get().version == 3, "going back is a change, and then nothing is"


def test_a_rule_about_an_answer_that_nobody_offers_is_loud():
    holes = create_rule(question="nobody-asks", answer="yes")
    assert "offers the answer yes" in holes.problem
    assert create_rule(category=None, name="Everything").problem == ""


def test_rules_look_at_the_request_as_it_is_now():
    """A rule that runs late uses the place and category that the request has by then."""
    row = make.filed()
    other = Category.objects.active().exclude(pk=make.pothole().pk).first()
    with clock.freeze_time(clock.now() + timedelta(seconds=5)):
        make.act(workflow.recategorise, row, make.omar(), category=other)
    create_rule(category=other)
    triage.on_event(row.events.first())
    assert Proposal.objects.get().department == make.water()


def test_a_rule_about_hours_looks_at_the_citys_clock_when_it_happened_not_when_it_is_told():
    """Saturday, 23:30 in the city is Sunday in UTC, and a worker may run much later."""
    create_rule(
        category=None, weekdays=[5], from_time=time(22), to_time=time(6), name="Nights → Water"
    )
    with clock.freeze_time(datetime.fromisoformat("2026-11-21T23:30-08:00")):
        at_night = make.filed()
    with clock.freeze_time(datetime.fromisoformat("2026-11-21T21:59-08:00")):
        before = make.filed()
    outbox.deliver_all_pending_events()
    at_night.refresh_from_db()
    assert at_night.proposal.matched == ["weekdays", "hours"]
    assert before.proposal.rule is None


def correct_request(row, **changes):
    said = {
        "category": row.category,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "location_text": row.location_phrase,
        "description": row.description,
        "answers": questions.validate_answers(row.category, make.least_answers(row.category)),
    }
    event = make.act(workflow.correct, row, make.ana(), report=Report(**said | changes))
    outbox.deliver_all_pending_events()
    row.refresh_from_db()
    return event


def test_a_correction_of_the_words_leaves_a_request_where_an_agent_sent_it():
    create_rule(mode="route")
    row = file_request()
    make.route(row, to=make.streets())
    correct_request(row, description="Two holes, side by side.")
    assert row.department == make.streets()


def test_a_correction_of_the_kind_applies_the_rules():
    other = make.category(is_private=False, service_code="graffiti-public")
    create_rule(mode="route", category=other)
    row = file_request()
    make.route(row, to=make.streets())
    event = correct_request(
        row, category=other, answers=questions.validate_answers(other, make.least_answers(other))
    )
    assert row.department == make.water()
    assert row.events.last().caused_by == event


@pytest.mark.parametrize(
    ("code", "is_applied"),
    [("words", False), ("photos words", False), ("category", True), ("location words", True)],
)
def test_a_correction_applies_the_rules_where_they_look(code, is_applied):
    assert triage.may_route_after(Verb.CORRECT, code) == is_applied
