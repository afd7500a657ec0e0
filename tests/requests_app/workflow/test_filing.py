from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from city.models import Choice
from lib import clock
from requests_app import workflow
from requests_app.errors import InvalidInput, NotAllowed, OutsideServiceArea
from requests_app.filing import questions
from requests_app.models import Channel, Priority
from requests_app.permissions import SYSTEM
from requests_app.status import Outcome, Status, Verb
from tests import make

pytestmark = pytest.mark.django_db

VENICE = (Decimal("33.990000"), Decimal("-118.460000"))


def test_a_new_request_waits_for_the_desk_and_knows_when_it_is_due():
    monday = datetime(2026, 11, 16, 10, tzinfo=ZoneInfo("America/Los_Angeles"))
    with clock.freeze_time(monday):
        service_request = make.filed()
    assert service_request.status == Status.FILED
    assert service_request.department is None
    assert service_request.zone is not None
    assert service_request.due_at > monday + timedelta(days=3)
    event = service_request.events.get()
    assert (event.verb, event.status_before, event.at) == (Verb.FILE, "", monday)
    assert event.device == make.ana()


def test_the_device_that_filed_is_the_reporter_and_no_other():
    service_request = make.filed()
    assert make.ana().has_reported(service_request)
    assert not make.bob().has_reported(service_request)


def test_an_agent_files_for_a_caller_and_is_not_the_reporter():
    service_request = make.filed(
        by=make.omar(), channel=Channel.PHONE, contact={"name": "Ana", "phone": "310 555 0142"}
    )
    assert not service_request.reporter_sessions.exists()
    assert service_request.contact.phone == "310 555 0142"
    assert service_request.events.get().actor == make.omar()


def test_a_crew_member_does_not_file_for_others():
    with pytest.raises(NotAllowed):
        make.filed(by=make.wes())


def test_the_log_names_the_key_of_a_system_that_files():
    event = make.filed(by=make.front_end(), channel=Channel.API).events.get()
    assert (event.key, event.actor, event.device) == (make.front_end(), None, None)


def test_no_contact_given_is_no_contact_kept():
    service_request = make.filed(contact={"name": "", "email": "", "phone": ""})
    assert not hasattr(service_request, "contact")


def test_a_place_outside_the_city_is_refused():
    with pytest.raises(OutsideServiceArea):
        make.filed(at=VENICE)


def test_a_category_that_is_switched_off_is_refused():
    category = make.pothole()
    category.is_active = False
    with pytest.raises(InvalidInput):
        make.filed(category=category)


def test_an_answer_that_means_danger_makes_it_urgent_and_due_sooner():
    question, choice = _question_with("urgent")
    calm = make.filed(category=question.category)
    answers = make.least_answers(question.category) | {question.code: [choice.key]}
    urgent = make.filed(category=question.category, answers=answers)
    assert (calm.priority, urgent.priority) == (Priority.NORMAL, Priority.URGENT)
    assert urgent.due_at < calm.due_at
    assert urgent.answers.get(question=question).said == choice.label


def _question_with(effect):
    """Return a required question, and its choice with this effect."""
    choice = Choice.objects.filter(effect=effect, question__is_required=True).first()
    return choice.question, choice


def test_photos_become_part_of_the_request_once():
    loose = make.photo(device=make.ana())
    service_request = make.filed(photos=[loose])
    assert list(service_request.photos.all()) == [loose]
    with pytest.raises(InvalidInput):
        make.filed(photos=[loose])


def test_a_private_category_makes_a_private_request():
    assert make.filed(category=make.category(is_private=True)).is_private


def test_history_comes_in_with_its_own_dates():
    filed, closed = clock.now() - timedelta(days=90), clock.now() - timedelta(days=80)
    service_request = workflow.import_closed(
        workflow.ClosedRecord(
            category=make.pothole(),
            department=make.streets(),
            filed_at=filed,
            closed_at=closed,
            latitude=make.CITY_HALL[0],
            longitude=make.CITY_HALL[1],
        ),
        by=SYSTEM,
    )
    assert (service_request.filed_at, service_request.closed_at) == (filed, closed)
    assert service_request.outcome == Outcome.IMPORTED
    assert service_request.zone is not None
    assert service_request.events.get().at == closed


def test_history_may_lack_a_place_but_not_reason():
    now = clock.now()
    row = workflow.import_closed(
        workflow.ClosedRecord(category=make.pothole(), filed_at=now, closed_at=now), by=SYSTEM
    )
    assert row.coordinates is None
    with pytest.raises(InvalidInput):
        workflow.import_closed(
            workflow.ClosedRecord(
                category=make.pothole(), filed_at=now, closed_at=now - timedelta(days=1)
            ),
            by=SYSTEM,
        )
    with pytest.raises(NotAllowed):
        workflow.import_closed(
            workflow.ClosedRecord(category=make.pothole(), filed_at=now, closed_at=now),
            by=make.omar(),
        )


def test_a_reference_that_is_taken_is_drawn_again(monkeypatch):
    first = make.filed()
    drawn = iter([first.reference, "SM-7K3Q-X9F2"])
    monkeypatch.setattr("requests_app.reference.new_reference", lambda prefix: next(drawn))
    assert make.filed().reference == "SM-7K3Q-X9F2"


def test_drawing_the_same_reference_for_ever_is_an_error(monkeypatch):
    first = make.filed()
    monkeypatch.setattr("requests_app.reference.new_reference", lambda prefix: first.reference)
    with pytest.raises(IntegrityError):
        make.filed()


def test_every_question_that_must_be_answered_is_asked_for():
    question, __ = _question_with("urgent")
    with pytest.raises(questions.InvalidAnswers) as refused:
        questions.validate_answers(question.category, {})
    required = question.category.questions.filter(is_required=True)
    assert set(refused.value.problems) == {each.code for each in required}


def test_what_is_filed_twice_with_the_same_key_is_one_request():
    key = UUID(int=2**128 - 1)
    first = make.filed(by=make.omar(), key=key)
    assert make.filed(by=make.omar(), key=key) == first
    assert make.filed(by=make.omar(), key=UUID(int=1)) != first


def test_a_device_files_once_with_one_key_and_never_with_that_of_another_device():
    key = UUID(int=2)
    first = make.filed(by=make.ana(), key=key)
    assert make.filed(by=make.ana(), key=key) == first
    with pytest.raises(NotAllowed):
        make.filed(by=make.bob(), key=key)
