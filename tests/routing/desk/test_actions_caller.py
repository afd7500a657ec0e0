"""Tests for recording what a caller says: an answer, "fixed", "not fixed", or a withdrawal."""

import pytest
from django.core.files.base import ContentFile

from requests_app.models import Feedback, Photo
from requests_app.status import Outcome, Status, Verb
from tests import make
from tests.routing.desk.browser import desk_url, omar, post_action, refreshed

__all__ = ["omar"]

pytestmark = pytest.mark.django_db


def last_event(row):
    event = row.events.last()
    return event.verb, event.on_behalf, event.actor


def test_an_answer_is_noted_where_the_question_stands(omar):
    row = make.service_request(Status.AWAITING_RESIDENT)
    page = omar.get(desk_url(row)).text
    assert "Which side of the street?" in page.split('id="pop-caller"')[1]
    assert post_action(omar, row, "answer", words=" ").status_code == 422
    answer = post_action(omar, row, "answer", words="The north side.")
    assert last_event(row) == (Verb.ANSWER, True, make.omar())
    assert refreshed(row).status == Status.ROUTED
    assert "answer was noted" in omar.get(answer.url).text


def test_a_caller_says_that_it_is_fixed_and_how_well(omar):
    row = make.service_request(Status.COMPLETED)
    refused = post_action(omar, row, "confirmation", rating="9", words="Level now.")
    assert refused.status_code == 422
    assert "Level now." in refused.text
    post_action(omar, row, "confirmation", rating="5", words="Level now.")
    assert (refreshed(row).outcome, last_event(row)) == (
        Outcome.CONFIRMED, (Verb.CONFIRM, True, make.omar()),
    )  # fmt: skip
    assert Feedback.objects.get().rating == 5
    other = make.service_request(Status.COMPLETED)
    post_action(omar, other, "confirmation")
    assert refreshed(other).outcome == Outcome.CONFIRMED


def test_a_caller_says_that_it_is_not_fixed_and_sends_a_photo(omar):
    row = make.service_request(Status.COMPLETED)
    refused = post_action(omar, row, "dispute", words="", photos=make.picture("red"))
    assert refused.status_code == 422
    assert "1 photo is kept." in refused.text
    kept = Photo.objects.get(kind=Photo.Kind.DISPUTE)
    post_action(omar, row, "dispute", words="Still a hole.", photo=str(kept.pk))
    assert (refreshed(row).status, row.department) == (Status.DISPUTED, make.streets())
    assert last_event(row) == (Verb.DISPUTE, True, make.omar())
    assert list(row.events.last().photos.all()) == [kept]


def test_only_pictures_and_ones_own_kept_ones_come_with_a_dispute(omar):
    row = make.service_request(Status.COMPLETED)
    notes = ContentFile(b"%PDF-1.7 a letter", name="letter.pdf")
    refused = post_action(omar, row, "dispute", words="Still a hole.", photos=notes)
    assert refused.status_code == 422
    assert "Still a hole." in refused.text
    anothers = make.photo(Photo.Kind.DISPUTE, user=make.user("olga", is_agent=True))
    for photo in [str(anothers.pk), "x", "\0", "9" * 99]:
        post_action(omar, row, "dispute", words="", photo=photo)
    post_action(omar, row, "dispute", words="Still a hole.", photo=str(anothers.pk))
    assert not row.events.last().photos.exists()


def test_a_caller_takes_it_back(omar):
    row = make.filed()
    assert "Caller cancels the request" in omar.get(desk_url(row)).text
    answer = post_action(omar, row, "withdrawal")
    assert (refreshed(row).outcome, last_event(row)) == (
        Outcome.WITHDRAWN, (Verb.WITHDRAW, True, make.omar()),
    )  # fmt: skip
    page = omar.get(answer.url)
    assert "canceled it" in page.text
    assert page.context["toast"].seconds == 0


def test_what_a_caller_may_settle_is_offered_only_where_it_is_possible(omar):
    assert "pop-caller" not in omar.get(desk_url(make.filed())).text
    assert "pop-caller" not in omar.get(desk_url(make.service_request(Status.IN_PROGRESS))).text
    assert "pop-caller" in omar.get(desk_url(make.service_request(Status.COMPLETED))).text
    late = post_action(
        omar, make.service_request(Status.IN_PROGRESS), "confirmation", words="Good."
    )
    assert late.status_code == 409
    assert "Good." in late.text
