"""Tests for the danger flag, which makes a request urgent until an agent clears it."""

import pytest

from city.danger import advice_for_kind
from lib import clock
from requests_app import timeline, workflow
from requests_app.errors import IllegalTransition, NotAllowed, StaleView
from requests_app.filing import questions
from requests_app.models import Event, PendingEvent, Priority
from requests_app.permissions import SYSTEM, Audience
from requests_app.status import Outcome, Status, Verb
from tests import make

pytestmark = pytest.mark.django_db
GAS = "There is a gas leak here."


@pytest.fixture(autouse=True)
def monday():
    with clock.freeze_time(make.A_QUIET_MONDAY):
        yield


def list_flags(row):
    return list(row.events.filter(verb=Verb.FLAG_DANGER).order_by("pk"))


def clear(row, by=None):
    return make.act(workflow.clear_danger, row, by or make.omar())


def test_a_report_that_names_a_danger_is_urgent_and_flagged_from_the_first_moment():
    plain, row = make.filed(), make.filed(description=GAS)
    assert (plain.danger, plain.priority) == ("", Priority.NORMAL)
    assert row.danger
    assert row.priority == Priority.URGENT
    filed, flagged = row.events.order_by("pk")
    assert (flagged.verb, flagged.code, flagged.caused_by) == (Verb.FLAG_DANGER, row.danger, filed)
    assert flagged.actor is None
    assert flagged.device is None
    assert filed.due_at == flagged.due_at == row.due_at < plain.due_at
    assert row.version == 2
    assert PendingEvent.objects.filter(event=flagged).exists()


def test_no_word_of_it_is_in_the_log():
    row = make.filed(description=GAS)
    said = {str(value) for event in Event.objects.values() for value in event.values()}
    assert GAS not in said
    assert advice_for_kind(list_flags(row)[0].code)


@pytest.mark.parametrize("part", ["description", "location_text", "location_note"])
def test_every_text_of_a_report_is_looked_at(part):
    assert make.filed(**{part: GAS}).danger


def test_an_answer_in_own_words_is_looked_at():
    question = make.category(questions__datatype="text").questions.filter(datatype="text").first()
    kind = question.category
    raw = make.least_answers(kind) | {question.code: [GAS]}
    row = make.filed(category=kind, description="", answers=raw)
    assert row.danger, questions.validate_answers(kind, raw)


def test_whoever_files_it_is_looked_at():
    assert make.filed(by=make.omar(), description=GAS, channel="phone").danger
    assert make.filed(by=make.front_end(), description=GAS, channel="api").danger


def test_an_old_record_is_not_looked_at():
    now = make.clock.now()
    row = workflow.import_closed(
        workflow.ClosedRecord(
            category=make.pothole(), filed_at=now, closed_at=now, description=GAS
        ),
        by=SYSTEM,
    )
    assert not row.danger


def test_what_is_written_later_is_looked_at():
    row = make.filed()
    due = row.due_at
    event = make.act(workflow.comment, row, make.ana(), words=GAS)
    assert event.verb == Verb.COMMENT
    assert row.danger
    assert row.priority == Priority.URGENT
    assert row.due_at < due
    assert list_flags(row)[0].caused_by == event


def test_an_answer_and_a_dispute_and_a_confirmation_are_looked_at():
    asked = make.service_request(Status.AWAITING_RESIDENT)
    make.act(workflow.answer, asked, make.ana(), words=GAS)
    done = make.service_request(Status.COMPLETED)
    make.act(workflow.dispute, done, make.ana(), words=GAS)
    fixed = make.service_request(Status.COMPLETED)
    make.act(workflow.confirm, fixed, make.ana(), words=GAS)
    assert asked.danger
    assert done.danger
    assert fixed.danger
    assert fixed.status == Status.CLOSED


def test_an_agent_who_says_it_for_a_caller_is_looked_at():
    asked = make.service_request(Status.AWAITING_RESIDENT)
    make.act(workflow.answer, asked, make.omar(), words=GAS)
    assert asked.danger


def test_what_staff_write_is_not_looked_at():
    row = make.service_request(Status.ROUTED)
    make.act(workflow.comment, row, make.omar(), words=f"If {GAS}, call 911.")
    make.act(workflow.comment, row, make.wes(), words=GAS, is_public=False)
    assert not row.danger


def test_what_is_flagged_is_not_flagged_twice_and_what_was_cleared_is_flagged_again():
    row = make.filed(description=GAS)
    make.act(workflow.comment, row, make.ana(), words=GAS)
    assert len(list_flags(row)) == 1
    clear(row)
    make.act(workflow.comment, row, make.ana(), words="Thank you.")
    assert not row.danger
    make.act(workflow.comment, row, make.ana(), words=f"Again: {GAS}")
    assert row.danger
    assert len(list_flags(row)) == 2


def test_a_comment_on_a_closed_request_flags_it_too():
    row = make.service_request(Status.CLOSED)
    make.act(workflow.comment, row, make.ana(), words=GAS)
    assert row.danger
    assert row.status == Status.CLOSED


def test_an_agent_clears_it_and_it_is_as_urgent_as_before():
    row, plain = make.filed(description=GAS), make.filed()
    event = clear(row)
    assert (event.verb, event.actor) == (Verb.CLEAR_DANGER, make.omar())
    assert (row.danger, row.priority) == ("", Priority.NORMAL)
    assert row.due_at == plain.due_at


def test_what_is_urgent_for_another_reason_stays_urgent():
    row = make.filed()
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT)
    make.act(workflow.comment, row, make.ana(), words=GAS)
    clear(row)
    assert row.priority == Priority.URGENT


def test_what_an_agent_says_of_its_priority_meanwhile_holds():
    row = make.filed(description=GAS)
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.NORMAL)
    assert row.danger
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT)
    clear(row)
    assert row.priority == Priority.URGENT


@pytest.mark.parametrize("person", [make.ana, make.wes, make.sue])
def test_only_an_agent_clears_it(person):
    row = make.service_request(Status.ROUTED, description=GAS)
    with pytest.raises(NotAllowed):
        clear(row, person())


def test_only_what_is_flagged_is_cleared():
    with pytest.raises(IllegalTransition):
        clear(make.filed())


def test_clearing_is_taken_back_within_the_half_minute():
    row = make.filed(description=GAS)
    kind, due = row.danger, row.due_at
    event = clear(row)
    workflow.undo(row, event=event, by=make.omar())
    assert (row.danger, row.priority, row.due_at) == (kind, Priority.URGENT, due)
    clear(row)
    assert row.priority == Priority.NORMAL


def test_words_of_danger_make_an_older_page_stale():
    row = make.service_request(Status.ROUTED)
    seen = make.last_event_id(row)
    make.act(workflow.comment, row, make.ana(), words=GAS)
    with pytest.raises(StaleView) as refused:
        workflow.start(row, by=make.wes(), seen=seen)
    assert [event.verb for event in refused.value.events] == [Verb.FLAG_DANGER]


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.DUPLICATE, Outcome.TRANSFERRED])
def test_staff_who_close_it_saw_it(outcome):
    row = make.service_request(Status.CLOSED, outcome, description=GAS)
    assert not row.danger


def test_a_duplicate_hands_its_danger_on_to_its_original():
    row, original = make.filed(description=GAS), make.filed(by=make.bob())
    event = make.act(workflow.mark_duplicate, row, make.omar(), original=original)
    original.refresh_from_db()
    assert original.danger
    assert original.priority == Priority.URGENT
    assert list_flags(original)[0].caused_by == event


def test_an_undone_duplicate_keeps_its_danger_to_itself():
    row, original = make.filed(description=GAS), make.filed(by=make.bob())
    due = original.due_at
    event = make.act(workflow.mark_duplicate, row, make.omar(), original=original)
    workflow.undo(row, event=event, by=make.omar())
    original.refresh_from_db()
    assert row.danger
    assert (original.danger, original.priority) == ("", Priority.NORMAL)
    assert (original.due_at, list_flags(original)[0].undone_by.actor) == (due, make.omar())
    told = [
        line.text
        for line in timeline.build_timeline(timeline.load_events(original), Audience.REPORTER)
    ]
    assert told == ["You reported it."]


def test_an_original_that_was_in_danger_before_stays_so():
    row, original = make.filed(description=GAS), make.filed(by=make.bob(), description=GAS)
    event = make.act(workflow.mark_duplicate, row, make.omar(), original=original)
    workflow.undo(row, event=event, by=make.omar())
    original.refresh_from_db()
    assert original.danger


def test_finished_work_settles_it_and_a_resident_who_closes_does_not():
    assert not make.service_request(Status.COMPLETED, description=GAS).danger
    assert make.service_request(Status.CLOSED, Outcome.WITHDRAWN, description=GAS).danger


def test_the_timeline_is_calm_for_residents_and_plain_for_staff():
    row = make.filed(description=GAS)
    clear(row)
    events = timeline.load_events(row)
    told = [line.text for line in timeline.build_timeline(events, Audience.REPORTER)]
    assert told == ["We marked this as urgent.", "You reported it."]
    staff = [line.text for line in timeline.build_timeline(events, Audience.STAFF)]
    assert staff[0].startswith("Omar noted that it's not an emergency.")
    assert staff[1] == "A possible emergency (Gas leak) made it urgent."
