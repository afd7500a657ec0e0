from datetime import timedelta

import pytest
from django.utils import timezone

from city.models import HandBackReason, HoldReason, NoPhotoReason, ResolutionCode
from lib import clock
from requests_app import timeline, workflow
from requests_app.errors import IllegalTransition, InvalidInput, NotAllowed
from requests_app.models import Contact
from requests_app.permissions import Audience
from requests_app.status import Status, Verb
from requests_app.workflow import department
from requests_app.workflow.change import COLUMNS_RESTORED_BY_UNDO
from tests import make

pytestmark = pytest.mark.django_db


def test_a_request_that_is_handed_back_is_the_desks_again():
    service_request = make.service_request(Status.SCHEDULED)
    make.handed_back(service_request)
    assert service_request.status == Status.FILED
    assert service_request.department is None
    assert service_request.scheduled_for is None
    assert service_request.events.last().code == make.reason(HandBackReason).code


def test_handing_back_takes_the_question_along():
    service_request = make.service_request(Status.AWAITING_RESIDENT)
    make.handed_back(service_request)
    assert (service_request.status, service_request.status_before_question) == (Status.FILED, "")


def test_a_dispute_that_is_handed_back_stays_a_dispute():
    service_request = make.service_request(Status.DISPUTED)
    make.handed_back(service_request)
    assert (service_request.status, service_request.department) == (Status.DISPUTED, None)


def test_a_job_is_given_to_a_colleague_and_to_nobody_else():
    service_request = make.service_request(Status.ROUTED)
    make.act(workflow.assign, service_request, make.wes(), to=make.sue())
    assert service_request.assignee == make.sue()
    with pytest.raises(InvalidInput):
        make.act(workflow.assign, service_request, make.wes(), to=make.walt())
    make.act(workflow.assign, service_request, make.wes(), to=None)
    assert service_request.assignee is None


def test_work_is_planned_for_today_or_later():
    service_request = make.service_request(Status.ROUTED)
    yesterday = clock.now().date() - timedelta(days=2)
    with pytest.raises(InvalidInput):
        make.act(workflow.schedule, service_request, make.wes(), day=yesterday)
    day = clock.now().date() + timedelta(days=2)
    make.act(workflow.schedule, service_request, make.wes(), day=day, words="Mind the cones.")
    assert (service_request.status, service_request.scheduled_for) == (Status.SCHEDULED, day)
    assert service_request.events.last().words.body == "Mind the cones."


@pytest.mark.parametrize(
    "status", [Status.ROUTED, Status.SCHEDULED, Status.ON_HOLD, Status.DISPUTED]
)
def test_a_start_is_undone_and_nobody_but_staff_reads_of_it(status):
    service_request = make.service_request(status)
    before = {column: getattr(service_request, column) for column in COLUMNS_RESTORED_BY_UNDO}
    told = _timeline_texts(service_request, Audience.REPORTER)
    event = make.act(workflow.start, service_request, make.wes())
    assert _timeline_texts(service_request, Audience.REPORTER) != told
    workflow.undo(service_request, event=event, by=make.wes())
    service_request.refresh_from_db()
    assert {
        column: getattr(service_request, column) for column in COLUMNS_RESTORED_BY_UNDO
    } == before
    assert _timeline_texts(service_request, Audience.REPORTER) == told
    assert _timeline_texts(service_request, Audience.STAFF)[0] == "Wes undid that."


def _timeline_texts(service_request, audience):
    events = timeline.load_events(service_request)
    return [line.text for line in timeline.build_timeline(events, audience)]


def test_a_start_is_undone_by_who_started_in_time_and_before_anything_else_happens():
    service_request = make.service_request(Status.ROUTED)
    event = make.act(workflow.start, service_request, make.wes())
    for person in (make.sue(), make.omar()):
        with pytest.raises(NotAllowed):
            workflow.undo(service_request, event=event, by=person)
    with (
        clock.freeze_time(event.at + timedelta(seconds=31)),
        pytest.raises(IllegalTransition, match="too late"),
    ):
        workflow.undo(service_request, event=event, by=make.wes())
    make.act(workflow.prioritise, service_request, make.omar(), priority="urgent")
    with pytest.raises(IllegalTransition, match="Something changed"):
        workflow.undo(service_request, event=event, by=make.wes())
    assert service_request.status == Status.IN_PROGRESS


def test_others_are_told_of_a_start_once_it_cannot_be_undone():
    service_request = make.service_request(Status.ROUTED)
    event = make.act(workflow.start, service_request, make.wes())
    assert workflow.notification_time(event) - event.at == timedelta(seconds=35)
    assert workflow.seconds_to_undo(event) in (29, 30)


def test_a_program_that_starts_the_work_takes_nothing_back():
    service_request = make.service_request(Status.ROUTED)
    key = make.department_system()
    event = workflow.start(service_request, by=key, seen=make.last_event_id(service_request))
    assert workflow.notification_time(event) == event.at
    assert not hasattr(event, "undo_point")


def test_who_starts_has_the_job_unless_somebody_has_it():
    service_request = make.service_request(Status.ROUTED)
    make.act(workflow.assign, service_request, make.wes(), to=make.sue())
    make.act(workflow.start, service_request, make.wes())
    assert (service_request.status, service_request.assignee) == (Status.IN_PROGRESS, make.sue())


def test_the_clock_stands_still_on_hold():
    with clock.freeze_time(make.A_QUIET_MONDAY):
        service_request = make.service_request(Status.ROUTED)
        due = service_request.due_at
        make.act(workflow.hold, service_request, make.wes(), reason=make.reason(HoldReason))
    assert service_request.due_at == due
    assert not service_request.is_late(due + timedelta(days=1))
    with clock.freeze_time(make.A_QUIET_MONDAY + timedelta(days=14)):
        make.act(workflow.start, service_request, make.wes())
    assert service_request.due_at > due + timedelta(days=10)


def test_a_question_waits_for_the_reporter_and_returns_where_it_was():
    service_request = make.service_request(Status.IN_PROGRESS)
    make.act(workflow.ask, service_request, make.wes(), question="Which side?")
    assert service_request.status == Status.AWAITING_RESIDENT
    make.act(workflow.cancel_question, service_request, make.wes())
    assert service_request.status == Status.IN_PROGRESS


def test_a_question_needs_words_and_somebody_to_answer():
    service_request = make.service_request(Status.ROUTED, by=make.front_end())
    with pytest.raises(InvalidInput):
        make.act(workflow.ask, service_request, make.wes(), question="")
    with pytest.raises(InvalidInput):
        make.act(workflow.ask, service_request, make.wes(), question="Which side?")


@pytest.mark.parametrize(
    ("contact", "reachable"),
    [
        ({"phone": "310 555 0142"}, True),
        ({"email": "ana@example.org"}, True),
        ({"email": "ana@example.org", "bounced_at": clock.now()}, False),
        ({"name": "Ana"}, False),
    ],
)
def test_who_can_be_reached(contact, reachable):
    service_request = make.filed(by=make.front_end())
    Contact.objects.create(service_request=service_request, **contact)
    assert workflow.can_reach_reporter(service_request) is reachable


def test_finished_work_needs_a_note():
    service_request = make.service_request(Status.IN_PROGRESS)
    with pytest.raises(InvalidInput):
        make.complete(service_request, note="")


def test_finished_work_needs_a_photo_or_the_reason_why_there_is_none():
    service_request = make.service_request(Status.IN_PROGRESS)
    with pytest.raises(InvalidInput):
        make.complete(service_request, photos=[])
    no_photo = make.reason(NoPhotoReason)
    make.complete(service_request, photos=[], no_photo_reason=no_photo)
    assert service_request.completions.get().no_photo_reason == no_photo


def test_a_category_without_proof_asks_for_no_photo():
    category = make.category(needs_proof=False)
    service_request = make.service_request(Status.IN_PROGRESS, category=category)
    make.complete(service_request, photos=[])
    assert service_request.status == Status.COMPLETED


def test_finished_work_says_who_did_it_how_and_shows_it():
    service_request = make.service_request(Status.IN_PROGRESS)
    make.complete(service_request)
    event = service_request.events.last()
    assert (event.verb, event.words.body) == (Verb.COMPLETE, "Filled and rolled.")
    assert event.photos.count() == 1
    completion = service_request.completions.get()
    assert completion.department == service_request.completed_by == make.streets()
    assert completion.resolution == make.reason(ResolutionCode)


def test_a_photo_of_another_request_is_no_proof():
    other = make.service_request(Status.COMPLETED)
    service_request = make.service_request(Status.IN_PROGRESS)
    with pytest.raises(InvalidInput):
        make.complete(service_request, photos=list(other.photos.all()))


def test_a_day_is_later_than_promised_until_the_promise_is_broken():
    service_request = make.service_request(Status.ROUTED)
    promised = service_request.due_at
    day, next_day = (timezone.localdate(promised) + timedelta(days=n) for n in (0, 1))
    is_later = department.is_later_than_promised
    assert is_later(service_request, next_day, promised)
    assert not is_later(service_request, next_day, promised + timedelta(seconds=1))
    assert not is_later(service_request, day, promised - timedelta(days=1))
    service_request.due_at = None
    assert not is_later(service_request, next_day, clock.now())
