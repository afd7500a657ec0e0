"""Tests for timeline sentences that no test of a whole workflow covers."""

import pytest

from requests_app import timeline, workflow
from requests_app.models import Priority
from requests_app.permissions import SYSTEM, Audience
from requests_app.status import Outcome, ReviewReason, Status
from tests import make

pytestmark = pytest.mark.django_db


def newest(service_request, audience):
    return timeline.build_timeline(timeline.load_events(service_request), audience)[0].text


def test_a_rule_sent_it_on_and_staff_read_which():
    row = make.filed()
    workflow.route(row, to=make.streets(), by=SYSTEM, rule="potholes")
    assert newest(row, Audience.OTHERS) == "It went straight to Street Services."
    assert newest(row, Audience.STAFF) == "It went straight to Street Services. (potholes)"


def test_a_job_is_taken_from_its_crew_member():
    row = make.service_request(Status.ROUTED)
    make.act(workflow.assign, row, make.sue(), to=make.wes())
    make.act(workflow.assign, row, make.sue(), to=None)
    assert newest(row, Audience.STAFF) == "The job is unassigned."


def test_a_question_that_nobody_answered():
    row = make.service_request(Status.AWAITING_RESIDENT)
    workflow.answer(row, words="", by=SYSTEM)
    assert newest(row, Audience.REPORTER) == "No answer came, so work continues without it."


def test_the_reporter_leaves_and_others_go_on():
    row = make.filed()
    workflow.follow(row, by=make.bob())
    make.act(workflow.withdraw, row, make.ana())
    said = "The person who reported it canceled. Others still follow it."
    assert newest(row, Audience.OTHERS) == said


def test_what_was_held_is_made_public():
    row = make.filed(held_for=ReviewReason.WORDS)
    make.act(workflow.release, row, make.omar())
    assert newest(row, Audience.STAFF) == "Omar reviewed it and made it public."


def test_the_pin_moved_and_the_priority_goes_back_to_normal():
    row = make.filed(at=("34.008300", "-118.498700"))
    latitude, longitude = make.CITY_HALL
    place = {"latitude": latitude, "longitude": longitude, "location_text": "City Hall"}
    make.act(workflow.move_pin, row, make.omar(), **place)
    assert newest(row, Audience.STAFF) == "Omar corrected the location."
    for priority in [Priority.URGENT, Priority.NORMAL]:
        make.act(workflow.prioritise, row, make.omar(), priority=priority)
    assert newest(row, Audience.STAFF).startswith("Omar changed it to normal priority.")


def test_it_is_the_same_as_one_that_became_private():
    original, row = make.filed(by=make.bob()), make.filed()
    make.act(workflow.mark_duplicate, row, make.omar(), original=original)
    private = make.category(is_private=True)
    make.act(workflow.recategorise, original, make.omar(), category=private)
    row.refresh_from_db()
    said = "It's the same as another request. You'll get updates on that one."
    assert newest(row, Audience.OTHERS) == said
    assert original.reference in newest(row, Audience.STAFF)


def test_the_contact_details_were_deleted():
    row = make.filed()
    workflow.forget(row, by=make.ana())
    assert newest(row, Audience.STAFF).startswith("The contact details were deleted. ")


def test_an_agent_takes_a_call_and_answers_for_the_caller():
    row = make.filed(by=make.omar(), contact={"name": "Kim", "phone": "310 555 0100"})
    assert newest(row, Audience.OTHERS) == "Someone called 311 to report it."
    make.act(workflow.ask, row, make.omar(), question="Which side?")
    assert newest(row, Audience.OTHERS) == "311 asked the person who reported it a question."
    make.act(workflow.answer, row, make.omar(), words="The north side.")
    expected = "The person who reported it answered. (311 entered this for them.)"
    assert newest(row, Audience.OTHERS) == expected


def test_another_agency_has_it():
    row = make.service_request(Status.CLOSED, Outcome.TRANSFERRED)
    agency = make.agency().name
    assert newest(row, Audience.OTHERS).endswith(f"closed it here. {agency} handles this.")


def test_the_reporter_cancels_what_nobody_follows():
    row = make.service_request(Status.CLOSED, Outcome.WITHDRAWN)
    assert newest(row, Audience.REPORTER) == "You canceled it."
    assert newest(row, Audience.OTHERS) == "The person who reported it canceled it."
