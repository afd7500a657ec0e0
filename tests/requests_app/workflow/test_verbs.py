"""Tests for the table of verbs: each verb from each status by each kind of person."""

import pytest

from requests_app import workflow
from requests_app.errors import DomainError, IllegalTransition, InvalidInput, NotAllowed, StaleView
from requests_app.models import ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import OPEN_STATUSES, Outcome, Status, Verb
from requests_app.workflow.verbs import VERBS
from tests import make

pytestmark = pytest.mark.django_db

STATUSES = [status for status in Status if status != Status.CLOSED]
SIMPLE = {  # verbs that need only the person as an argument
    Verb.START: workflow.start,
    Verb.CONFIRM: workflow.confirm,
    Verb.WITHDRAW: workflow.withdraw,
    Verb.CANCEL_QUESTION: workflow.cancel_question,
}
WHO = {Verb.START: make.wes, Verb.CONFIRM: make.ana, Verb.WITHDRAW: make.ana}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("verb", SIMPLE)
def test_a_verb_works_from_its_sources_and_from_nowhere_else(verb, status):
    service_request = make.service_request(status)
    person = WHO.get(verb, make.omar)()
    if verb in workflow.available_verbs(service_request, person):
        make.act(SIMPLE[verb], service_request, person)
    else:
        with pytest.raises(DomainError):
            make.act(SIMPLE[verb], service_request, person)


@pytest.mark.parametrize("status", STATUSES)
def test_a_stranger_can_only_follow(status):
    service_request = make.service_request(status)
    assert workflow.available_verbs(service_request, make.bob()) == [Verb.FOLLOW]


@pytest.mark.parametrize("status", STATUSES)
def test_another_department_has_no_button(status):
    service_request = make.service_request(status)
    assert workflow.available_verbs(service_request, make.walt()) == [Verb.FOLLOW]


def test_what_an_agent_may_do_with_a_new_request():
    service_request = make.service_request(Status.FILED)
    verbs = set(workflow.available_verbs(service_request, make.omar()))
    assert verbs == {
        Verb.ROUTE,
        Verb.ASK,
        Verb.DECLINE,
        Verb.MARK_DUPLICATE,
        Verb.TRANSFER,
        Verb.WITHDRAW,
        Verb.COMMENT,
        Verb.RECATEGORISE,
        Verb.MOVE_PIN,
        Verb.PRIORITISE,
        Verb.FOLLOW,
        Verb.HIDE,
        Verb.UNHIDE,
        Verb.REDACT,
        Verb.DISMISS_REPORTS,
        Verb.UNDO,
        Verb.FORGET,
    }


def test_the_desk_verbs_are_for_open_requests():
    for verb in (Verb.ROUTE, Verb.DECLINE, Verb.MARK_DUPLICATE, Verb.TRANSFER, Verb.RECATEGORISE):
        assert VERBS[verb].sources == OPEN_STATUSES


def test_nobody_without_the_right_gets_through():
    service_request = make.service_request(Status.ROUTED)
    with pytest.raises(NotAllowed):
        make.act(workflow.start, service_request, make.walt())
    with pytest.raises(NotAllowed):
        make.act(workflow.route, service_request, make.wes(), to=make.water(), words="Wet.")
    with pytest.raises(NotAllowed):
        workflow.start(service_request, by=SYSTEM)


def test_a_person_says_what_they_saw_last():
    service_request = make.service_request(Status.ROUTED)
    with pytest.raises(InvalidInput):
        workflow.start(service_request, by=make.wes())


def test_what_happened_meanwhile_stops_a_person_and_is_told():
    service_request = make.service_request(Status.ROUTED)
    seen = make.last_event_id(service_request)
    make.act(workflow.start, service_request, make.wes())
    with pytest.raises(StaleView) as refused:
        workflow.hand_back(
            service_request, by=make.wes(), seen=seen, reason=make.reason(make.HandBackReason)
        )
    assert [event.verb for event in refused.value.events] == [Verb.START]


def test_a_comment_or_a_follower_makes_nobodys_view_stale():
    service_request = make.service_request(Status.ROUTED)
    seen = make.last_event_id(service_request)
    make.act(workflow.comment, service_request, make.ana(), words="It got wider.")
    workflow.follow(service_request, by=make.bob())
    workflow.start(service_request, by=make.wes(), seen=seen)
    assert service_request.status == Status.IN_PROGRESS


def _of_status(row):
    return {column for column in ServiceRequest.STATUSES_BY_COLUMN if getattr(row, column)}


def test_what_says_something_in_one_status_goes_with_it():
    row = make.service_request(Status.ON_HOLD)
    assert _of_status(row) == {"hold_reason"}
    make.act(workflow.ask, row, make.wes(), question="Which side of the road?")
    assert _of_status(row) == {"hold_reason", "status_before_question"}
    make.act(workflow.answer, row, make.ana(), words="The sunny one.")
    assert (row.status, _of_status(row)) == (Status.ON_HOLD, {"hold_reason"})
    make.act(workflow.ask, row, make.wes(), question="Which house?")
    make.act(workflow.transfer, row, make.omar(), agency=make.agency())
    assert _of_status(row) == {"outcome", "closed_at", "agency"}
    make.act(workflow.reopen, row, make.omar(), words="Ours after all.")
    row.refresh_from_db()
    assert (row.status, _of_status(row)) == (Status.ROUTED, set())


def test_an_imported_request_stays_as_it_is():
    now = make.clock.now()
    service_request = workflow.import_closed(
        workflow.ClosedRecord(category=make.pothole(), filed_at=now, closed_at=now), by=SYSTEM
    )
    assert service_request.outcome == Outcome.IMPORTED
    with pytest.raises(IllegalTransition):
        make.act(workflow.reopen, service_request, make.omar(), words="Really?")


def test_every_verb_has_a_row_a_function_and_a_sentence():
    """FOLLOW and UNFOLLOW have no sentence, because following is private."""
    assert set(VERBS) == set(Verb)
    named = {verb: function.__name__ for verb, function in workflow.VERB_FUNCTIONS.items()}
    assert named == {verb: verb.value for verb in Verb}
    silent = {verb for verb, spec in VERBS.items() if spec.sentence is None}
    assert silent == {Verb.FOLLOW, Verb.UNFOLLOW}


def test_who_is_told_that_something_changed_can_see_what():
    keeping = {verb for verb, spec in VERBS.items() if spec.keeps_page}
    assert keeping == {verb for verb in keeping if VERBS[verb].quiet}


VERBS_BY_PROPERTY = {
    "on_behalf": {Verb.ANSWER, Verb.CONFIRM, Verb.DISPUTE, Verb.WITHDRAW, Verb.FORGET},
    "staff_only": {
        Verb.ASSIGN,
        Verb.PRIORITISE,
        Verb.CLEAR_DANGER,
        Verb.UNHIDE,
        Verb.DISMISS_REPORTS,
        Verb.UNDO,
        Verb.FORGET,
        Verb.REMIND,
    },
    "quiet": {
        Verb.COMMENT,
        Verb.FOLLOW,
        Verb.UNFOLLOW,
        Verb.HAND_OVER,
        Verb.FORGET,
        Verb.REMIND,
        Verb.MOVE_DATE,
    },
    "skips_stale_check": {Verb.HAND_OVER, Verb.FOLLOW, Verb.UNFOLLOW, Verb.FORGET},
    "keeps_page": {Verb.HAND_OVER, Verb.REMIND},
}


@pytest.mark.parametrize("name", VERBS_BY_PROPERTY)
def test_these_verbs_alone_have_the_property(name):
    """Each property of the table is set for exactly the expected verbs."""
    assert {verb for verb, spec in VERBS.items() if getattr(spec, name)} == VERBS_BY_PROPERTY[name]
