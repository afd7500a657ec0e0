"""Tests for the correction of a report by its reporter."""

from dataclasses import replace
from decimal import Decimal

import pytest

from city.models import Choice
from requests_app import workflow
from requests_app.errors import IllegalTransition, InvalidInput, NotAllowed, OutsideServiceArea
from requests_app.filing import questions
from requests_app.models import Priority
from requests_app.permissions import Audience
from requests_app.status import Status, Verb
from requests_app.timeline import build_timeline
from requests_app.workflow.filing import Report
from tests import make

pytestmark = pytest.mark.django_db


def build_report(row, **changes) -> Report:
    said = Report(
        category=row.category,
        latitude=row.latitude,
        longitude=row.longitude,
        location_text=row.location_phrase,
        location_note=row.location_note,
        description=row.description,
        answers=questions.validate_answers(
            row.category, dict(row.answers.values_list("question__code", "values"))
        ),
    )
    return replace(said, **changes)


def correct(row, by=None, **changes):
    return make.act(workflow.correct, row, by or make.ana(), report=build_report(row, **changes))


@pytest.mark.parametrize("status", [status for status in Status if status != Status.CLOSED])
def test_a_report_can_be_corrected_until_work_starts(status):
    row = make.service_request(status)
    before_work = {Status.FILED, Status.ROUTED, Status.SCHEDULED, Status.AWAITING_RESIDENT}
    if status in before_work:
        correct(row, description="It is the other drain.")
        row.refresh_from_db()
        assert (row.description, row.status) == ("It is the other drain.", status)
    else:
        with pytest.raises(IllegalTransition):
            correct(row, description="It is the other drain.")


@pytest.mark.parametrize("person", [make.bob, make.omar, make.wes])
def test_nobody_but_the_reporter_corrects_a_report(person):
    row = make.service_request(Status.ROUTED)
    with pytest.raises(NotAllowed):
        correct(row, person(), description="Something else.")


def test_each_corrected_part_is_named_and_the_earlier_words_are_an_internal_note():
    row = make.filed(description="A hole in the road.")
    latitude = row.latitude + Decimal("0.001000")
    event = correct(row, description="A hole in the path.", latitude=latitude, location_note="Gate")
    assert (event.verb, event.code) == (Verb.CORRECT, "location words")
    assert (event.words.body, event.words.is_public) == ("A hole in the road.", False)
    own, others, staff = (
        build_timeline([event], audience)[0]
        for audience in (Audience.REPORTER, Audience.OTHERS, Audience.STAFF)
    )
    assert own.text == "You corrected the location and the description."
    assert others.text == "The person who reported it corrected the location and the description."
    assert not own.quote
    assert not others.quote
    assert staff.quote == "A hole in the road."


def test_another_category_has_its_own_due_date_and_stays_private_once_it_is():
    row = make.filed()
    private = make.category(is_private=True)
    private.target_days = 90
    private.save()
    before = row.due_at
    event = correct(row, category=private, answers=())
    row.refresh_from_db()
    assert row.category == private
    assert row.due_at > before
    assert row.is_private
    assert "visibility" in event.code.split()


def test_a_place_outside_of_the_city_is_refused():
    row = make.filed()
    with pytest.raises(OutsideServiceArea):
        correct(row, latitude=Decimal("10.000000"))


def test_nothing_changed_is_refused():
    row = make.filed()
    with pytest.raises(InvalidInput) as refused:
        correct(row)
    assert "changed anything" in str(refused.value.message)


def test_words_of_danger_in_a_correction_flag_the_request():
    row = make.filed(description="A smell.")
    correct(row, description="It smells of gas.")
    row.refresh_from_db()
    assert row.danger
    assert row.priority == Priority.URGENT


def test_words_that_were_cleared_before_are_not_flagged_again():
    row = make.filed(description="It smells of gas.")
    make.act(workflow.clear_danger, row, make.omar())
    correct(row, location_note="At the gate")
    row.refresh_from_db()
    assert not row.danger


def test_an_urgent_answer_makes_the_request_urgent_and_no_answer_makes_it_less_so():
    choice = Choice.objects.filter(effect=Choice.Effect.URGENT, question__is_active=True).first()
    category = choice.question.category
    row = make.filed(category=category)
    urgent = make.least_answers(category) | {choice.question.code: [choice.key]}
    event = correct(row, answers=questions.validate_answers(category, urgent))
    row.refresh_from_db()
    assert (event.code, row.priority) == ("answers", Priority.URGENT)
    correct(row, answers=questions.validate_answers(category, make.least_answers(category)))
    row.refresh_from_db()
    assert row.priority == Priority.URGENT
