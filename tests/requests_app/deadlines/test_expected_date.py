"""Tests for the date promised to a resident: how it moves, and who gets reminders."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from city.models import HoldReason
from lib import clock
from notifications.models import Delivery
from requests_app import timeline, workflow
from requests_app.deadlines import expected_date
from requests_app.errors import IllegalTransition, InvalidInput
from requests_app.models import Priority
from requests_app.permissions import SYSTEM, Audience
from requests_app.status import Reminder, Status, Verb
from requests_app.tracking.facts import build_facts
from requests_app.workflow import outbox, timeouts
from tests import make

pytestmark = pytest.mark.django_db


def last_move(row):
    return expected_date.find_date_changes(timeline.load_events(row))[-1]


def when(row):
    """Return the text beside "When", with the line below it."""
    answer = build_facts(row, timeline.exclude_undone(timeline.load_events(row)), is_reporter=True)[
        2
    ]
    return answer.text, answer.detail


def test_a_promise_that_stands_has_not_moved():
    row = make.service_request(Status.IN_PROGRESS)
    assert expected_date.find_date_changes(timeline.load_events(row)) == []


def test_a_pause_moves_the_promise_and_says_what_it_waited_for():
    row = make.service_request(Status.ON_HOLD)
    was = timezone.localdate(row.due_at)
    with clock.freeze_time(clock.now() + timedelta(days=9)):
        make.act(workflow.start, row, make.wes())
        move = last_move(row)
        text, more = when(row)
    assert (move.old_date, move.new_date) == (was, timezone.localdate(row.due_at))
    assert make.reason(HoldReason).name in move.reason
    assert move.reason in more
    assert clock.format_relative_date(move.new_date) in text


def test_waiting_for_an_answer_moves_it_too():
    row = make.service_request(Status.AWAITING_RESIDENT)
    with clock.freeze_time(clock.now() + timedelta(days=9)):
        make.act(workflow.answer, row, make.ana(), words="The left one.")
    assert "answer" in last_move(row).reason


@pytest.mark.parametrize(
    ("do", "word"),
    [
        (
            lambda row: make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT),
            "urgent",
        ),
        (
            lambda row: make.act(
                workflow.recategorise,
                row,
                make.omar(),
                category=make.category(target_days__gt=row.category.target_days),
            ),
            "kind",
        ),
    ],
)
def test_the_desk_moves_it_and_the_timeline_tells_why(do, word):
    row = make.filed()
    do(row)
    assert word in last_move(row).reason
    told = timeline.build_timeline(timeline.load_events(row), Audience.STAFF)
    assert clock.format_relative_date(last_move(row).new_date) in told[0].text


@pytest.mark.parametrize("again", ["dispute", "reopen"])
def test_the_time_begins_anew_with_a_dispute_and_a_reopening(again):
    row = make.service_request(Status.CLOSED)
    with clock.freeze_time(clock.now() + timedelta(days=10)):
        if again == "dispute":
            make.act(workflow.dispute, row, make.ana(), words="No.")
        else:
            make.act(workflow.reopen, row, make.omar(), words="It came back.")
    assert "starts over" in last_move(row).reason


def test_normal_again_is_a_reason_too():
    row = make.filed()
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT)
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.NORMAL)
    assert "no longer urgent" in last_move(row).reason


def test_a_plan_after_the_promised_day_needs_words_that_the_resident_reads():
    row = make.service_request(Status.ROUTED)
    later = timezone.localdate(row.due_at) + timedelta(days=3)
    with pytest.raises(InvalidInput):
        make.act(workflow.schedule, row, make.wes(), day=later)
    make.act(workflow.schedule, row, make.wes(), day=later, words="The street is closed.")
    assert "The street is closed." in when(row)[1]


def test_a_missed_promise_can_be_planned_without_excuses():
    row = make.service_request(Status.ROUTED)
    with clock.freeze_time(row.due_at + timedelta(days=1)):
        day = timezone.localdate(clock.now()) + timedelta(days=1)
        make.act(workflow.schedule, row, make.wes(), day=day)
    assert row.status == Status.SCHEDULED


def steps(row):
    return list(row.events.filter(verb=Verb.REMIND).values_list("code", flat=True))


def run_timeouts_at(moment):
    with clock.freeze_time(moment):
        timeouts.run_timeouts()
        timeouts.run_timeouts()


def test_each_step_of_reminding_is_taken_once():
    row = make.service_request(Status.ROUTED)
    run_timeouts_at(row.due_at - timedelta(days=6))
    assert steps(row) == []
    run_timeouts_at(row.due_at - timedelta(hours=3))
    assert steps(row) == [Reminder.SOON]
    run_timeouts_at(row.due_at + timedelta(hours=1))
    assert steps(row) == [Reminder.SOON, Reminder.LATE]
    run_timeouts_at(row.due_at + timedelta(days=40))
    run_timeouts_at(row.due_at + timedelta(days=50))
    assert steps(row) == [Reminder.SOON, Reminder.LATE, Reminder.TWICE_LATE]


def test_what_is_late_when_it_is_first_looked_at_is_told_of_by_its_last_step_alone():
    row = make.service_request(Status.ROUTED)
    run_timeouts_at(row.due_at + timedelta(days=40))
    assert steps(row) == [Reminder.TWICE_LATE]


def test_a_promise_of_one_day_is_not_reminded_of_as_soon_as_it_is_given():
    category = make.category(urgent_target_days=1)
    row = make.filed(category=category)
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT)
    run_timeouts_at(clock.now())
    assert steps(row) == []
    run_timeouts_at(row.due_at - timedelta(minutes=5))
    assert steps(row) == [Reminder.SOON]


def test_nobody_is_reminded_while_the_clock_stands_still():
    row = make.service_request(Status.ON_HOLD)
    run_timeouts_at(row.due_at + timedelta(days=3))
    assert steps(row) == []


def test_a_request_without_a_date_and_one_that_is_done_remind_nobody():
    row = make.filed()
    type(row).objects.filter(pk=row.pk).update(due_at=None)
    assert workflow.remind(row, by=SYSTEM) is None
    with pytest.raises(IllegalTransition):
        workflow.remind(make.service_request(Status.COMPLETED), by=SYSTEM)


def test_a_reminder_makes_nobodys_page_stale():
    row = make.service_request(Status.ROUTED)
    seen = make.last_event_id(row)
    run_timeouts_at(row.due_at - timedelta(hours=3))
    workflow.start(row, by=make.wes(), seen=seen)
    assert row.status == Status.IN_PROGRESS


def test_residents_do_not_read_who_was_reminded():
    row = make.service_request(Status.ROUTED)
    run_timeouts_at(row.due_at + timedelta(hours=3))
    events = timeline.load_events(row)
    before = len(timeline.build_timeline(events[:-1], Audience.REPORTER))
    assert len(timeline.build_timeline(events, Audience.REPORTER)) == before
    assert "late" in timeline.build_timeline(events, Audience.STAFF)[0].text


def mailed(moment):
    """Return (kind, recipient) of each message that becomes due at `moment`."""
    outbox.deliver_all_pending_events()
    Delivery.objects.all().delete()
    run_timeouts_at(moment)
    outbox.deliver_all_pending_events()
    return set(Delivery.objects.values_list("kind", "recipient"))


def urgent(row):
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT)
    return row


def test_the_department_the_supervisor_and_the_city_are_reminded_in_turn():
    # other priorities appear in the daily digest only
    row = urgent(make.service_request(Status.ROUTED))
    sue = make.sue()
    make.user("lena", is_agent=True, is_lead=True)
    assert mailed(row.due_at - timedelta(hours=3)) == {("soon", make.streets().email)}
    assert mailed(row.due_at + timedelta(hours=3)) == {("late", sue.email)}
    lena = User.objects.get(username="lena")
    assert mailed(row.due_at + timedelta(days=40)) == {("twice_late", lena.email)}


def test_where_nobody_supervises_or_leads_the_common_address_hears_of_it(settings):
    settings.DESK_EMAIL = "Desk@example.org"
    row = urgent(make.service_request(Status.ROUTED))
    assert mailed(row.due_at + timedelta(hours=3)) == {("late", make.streets().email)}
    assert mailed(row.due_at + timedelta(days=40)) == {("twice_late", "desk@example.org")}


def test_what_waits_at_the_desk_is_the_desks_to_be_reminded_of(settings):
    settings.DESK_EMAIL = "desk@example.org"
    row = urgent(make.filed())
    assert mailed(row.due_at - timedelta(hours=3)) == {("soon", "desk@example.org")}
