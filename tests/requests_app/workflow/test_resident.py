from datetime import timedelta

import pytest

from lib import clock
from requests_app import workflow
from requests_app.errors import IllegalTransition, InvalidInput, NotAllowed
from requests_app.models import Contact, Draft, Photo
from requests_app.permissions import SYSTEM
from requests_app.status import Outcome, Status, Verb
from tests import make

pytestmark = pytest.mark.django_db


def test_an_answer_takes_the_request_back_to_where_it_was():
    service_request = make.service_request(Status.AWAITING_RESIDENT)
    with pytest.raises(InvalidInput):
        make.act(workflow.answer, service_request, make.ana(), words="")
    make.act(workflow.answer, service_request, make.ana(), words="The north side.")
    assert service_request.status == Status.ROUTED
    assert service_request.events.last().words.body == "The north side."


def test_a_photo_alone_is_an_answer():
    service_request = make.service_request(Status.AWAITING_RESIDENT)
    photo = make.photo(Photo.Kind.COMMENT, device=make.ana())
    make.act(workflow.answer, service_request, make.ana(), words="", photos=[photo])
    assert service_request.events.last().photos.get() == photo


def test_an_agent_answers_for_a_caller_and_the_event_says_so():
    service_request = make.service_request(Status.AWAITING_RESIDENT)
    make.act(workflow.answer, service_request, make.omar(), words="The north side.")
    event = service_request.events.last()
    assert event.on_behalf
    assert event.actor == make.omar()


def test_nobody_gets_a_reply_to_what_an_older_system_closed():
    service_request = make.imported()
    with pytest.raises(IllegalTransition, match="Leave an internal note"):
        make.act(workflow.comment, service_request, make.omar(), words="Done.", is_public=True)


def test_no_answer_came():
    service_request = make.service_request(Status.AWAITING_RESIDENT)
    workflow.answer(service_request, by=SYSTEM, words="")
    assert service_request.status == Status.ROUTED


def test_yes_it_is_fixed_with_stars_and_words():
    service_request = make.service_request(Status.COMPLETED)
    make.act(workflow.confirm, service_request, make.ana(), rating=5, words="Thank you")
    assert (service_request.status, service_request.outcome) == (Status.CLOSED, Outcome.CONFIRMED)
    assert service_request.feedback.get().rating == 5
    assert service_request.events.last().words.body == "Thank you"


@pytest.mark.parametrize("rating", [0, 6, -1, 10**30])
def test_stars_are_one_to_five(rating):
    service_request = make.service_request(Status.COMPLETED)
    with pytest.raises(InvalidInput):
        make.act(workflow.confirm, service_request, make.ana(), rating=rating)


def test_a_stranger_cannot_confirm_or_dispute():
    service_request = make.service_request(Status.COMPLETED)
    for verb, given in ((workflow.confirm, {}), (workflow.dispute, {"words": "No."})):
        with pytest.raises(NotAllowed):
            make.act(verb, service_request, make.bob(), **given)


def test_no_it_is_not_fixed_goes_back_to_who_did_it_and_the_target_starts_anew():
    with clock.freeze_time(make.A_QUIET_MONDAY):
        service_request = make.service_request(Status.COMPLETED)
    due = service_request.due_at
    photo = make.photo(Photo.Kind.DISPUTE, device=make.ana())
    with clock.freeze_time(make.A_QUIET_MONDAY + timedelta(days=10)):
        make.act(
            workflow.dispute, service_request, make.ana(), words="Still there.", photos=[photo]
        )
    assert service_request.status == Status.DISPUTED
    assert service_request.department == make.streets()
    assert service_request.assignee is None
    assert service_request.disputed_by_reporter
    assert service_request.due_at > due + timedelta(days=7)


def test_a_dispute_says_what_is_wrong():
    service_request = make.service_request(Status.COMPLETED)
    with pytest.raises(InvalidInput):
        make.act(workflow.dispute, service_request, make.ana(), words="")


def test_a_dispute_goes_to_the_desk_where_the_department_is_gone():
    service_request = make.service_request(Status.COMPLETED)
    service_request.completed_by.is_active = False
    service_request.completed_by.save()
    make.act(workflow.dispute, service_request, make.ana(), words="Still there.")
    assert service_request.department is None


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.DUPLICATE, Outcome.TRANSFERRED])
def test_what_the_desk_closed_is_disputed_at_the_desk_once(outcome):
    service_request = make.service_request(Status.CLOSED, outcome)
    make.act(workflow.dispute, service_request, make.ana(), words="It is the city's.")
    assert (service_request.status, service_request.department) == (Status.DISPUTED, None)
    assert service_request.duplicate_of is None
    assert Verb.CONFIRM not in workflow.available_verbs(service_request, make.ana())
    make._decline(service_request)
    with pytest.raises(IllegalTransition):
        make.act(workflow.dispute, service_request, make.ana(), words="Again.")


@pytest.mark.parametrize("outcome", [Outcome.CONFIRMED, Outcome.UNANSWERED])
def test_a_closed_request_can_be_disputed_for_fourteen_days(outcome):
    service_request = make.service_request(Status.CLOSED, outcome)
    with clock.freeze_time(service_request.closed_at + timedelta(days=14, minutes=1)):
        assert Verb.DISPUTE not in workflow.available_verbs(service_request, make.ana())
        with pytest.raises(IllegalTransition):
            make.act(workflow.dispute, service_request, make.ana(), words="Broken again.")
    with clock.freeze_time(service_request.closed_at + timedelta(days=13)):
        make.act(workflow.dispute, service_request, make.ana(), words="Broken again.")
    assert service_request.status == Status.DISPUTED


@pytest.mark.parametrize("outcome", [Outcome.WITHDRAWN, Outcome.UPHELD])
def test_what_was_taken_back_or_upheld_stays_closed_for_the_resident(outcome):
    service_request = make.service_request(Status.CLOSED, outcome)
    with pytest.raises(IllegalTransition):
        make.act(workflow.dispute, service_request, make.ana(), words="Still.")


def test_once_per_completion():
    service_request = make.service_request(Status.DISPUTED)
    make.complete(service_request)
    make.act(workflow.dispute, service_request, make.ana(), words="Still not.")
    assert service_request.status == Status.DISPUTED


def test_a_reporter_can_take_the_dispute_back_with_a_yes():
    service_request = make.service_request(Status.DISPUTED)
    make.act(workflow.confirm, service_request, make.ana())
    assert service_request.outcome == Outcome.CONFIRMED


def test_a_neighbours_dispute_is_not_the_reporters_to_confirm():
    service_request = make.service_request(Status.COMPLETED)
    workflow.follow(service_request, by=make.bob())
    make.act(workflow.dispute, service_request, make.bob(), words="Not at my end.")
    assert not service_request.disputed_by_reporter
    with pytest.raises(IllegalTransition):
        make.act(workflow.confirm, service_request, make.ana())


def test_who_follows_a_duplicate_may_dispute_the_originals_completion():
    original = make.service_request(Status.COMPLETED, by=make.device("neighbour"))
    duplicate = make.filed()
    make.act(workflow.mark_duplicate, duplicate, make.omar(), original=original)
    make.act(workflow.dispute, original, make.ana(), words="Not at my end.")
    assert original.status == Status.DISPUTED


def test_taking_it_back_closes_it():
    service_request = make.service_request(Status.ROUTED)
    make.act(workflow.withdraw, service_request, make.ana())
    assert service_request.outcome == Outcome.WITHDRAWN


def test_where_others_follow_the_reporter_leaves_and_the_request_goes_on():
    contact = {"name": "Ana", "email": "ana@example.org", "phone": ""}
    service_request = make.service_request(Status.AWAITING_RESIDENT, contact=contact)
    workflow.follow(service_request, by=make.bob())
    make.act(workflow.withdraw, service_request, make.ana())
    assert service_request.status == Status.ROUTED
    assert not make.ana().has_reported(service_request)
    assert not Contact.objects.filter(service_request=service_request).exists()


def test_a_comment_is_public_or_for_staff():
    service_request = make.service_request(Status.ROUTED)
    with pytest.raises(InvalidInput):
        make.act(workflow.comment, service_request, make.ana(), words="")
    with pytest.raises(InvalidInput):
        make.act(workflow.comment, service_request, make.ana(), words="psst", is_public=False)
    make.act(workflow.comment, service_request, make.wes(), words="Bring sand.", is_public=False)
    assert not service_request.events.last().words.is_public


def test_a_photo_is_a_comment_too():
    service_request = make.service_request(Status.ROUTED)
    photo = make.photo(Photo.Kind.COMMENT, device=make.ana())
    make.act(workflow.comment, service_request, make.ana(), words="", photos=[photo])
    assert service_request.events.last().photos.get() == photo


def test_following_twice_is_following_once():
    service_request = make.service_request(Status.ROUTED)
    assert workflow.follow(service_request, by=make.bob())
    assert workflow.follow(service_request, by=make.bob()) is None
    workflow.unfollow(service_request, by=make.bob())
    assert not make.bob().follows(service_request)
    with pytest.raises(NotAllowed):
        workflow.unfollow(service_request, by=make.bob())


def test_fourteen_days_of_silence_close_it_and_not_one_day_less():
    service_request = make.service_request(Status.COMPLETED)
    done = service_request.completed_at
    with clock.freeze_time(done + timedelta(days=13, hours=23)), pytest.raises(IllegalTransition):
        workflow.close_unanswered(service_request, by=SYSTEM)
    with clock.freeze_time(done + timedelta(days=14)):
        workflow.close_unanswered(service_request, by=SYSTEM)
    assert service_request.outcome == Outcome.UNANSWERED


def test_a_reporter_who_also_follows_is_not_somebody_else():
    service_request = make.service_request(Status.ROUTED)
    workflow.follow(service_request, by=make.ana())
    make.act(workflow.withdraw, service_request, make.ana())
    assert service_request.outcome == Outcome.WITHDRAWN


def test_who_left_has_no_receipt_that_leads_back():
    service_request = make.filed()
    Draft.objects.create(device=make.ana(), service_request=service_request)
    workflow.follow(service_request, by=make.bob())
    make.act(workflow.withdraw, service_request, make.ana())
    assert not Draft.objects.exists()


def test_a_disputed_request_keeps_no_day_of_the_time_before():
    service_request = make.service_request(Status.SCHEDULED)
    make._decline(service_request)
    make.act(workflow.dispute, service_request, make.ana(), words="It is the city's.")
    assert service_request.scheduled_for is None


def test_a_photo_belongs_to_one_request_even_if_two_bring_it():
    photo = make.photo(Photo.Kind.COMMENT, device=make.ana())
    same = Photo.objects.get(pk=photo.pk)
    make.act(workflow.comment, make.filed(), make.ana(), words="Here.", photos=[photo])
    with pytest.raises(InvalidInput):
        make.act(workflow.comment, make.filed(), make.ana(), words="Here.", photos=[same])
