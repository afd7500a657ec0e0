"""Tests for replies and photos to a step that somebody else has closed meanwhile."""

import uuid

import pytest

from requests_app import workflow
from requests_app.models import AccessLink, Photo, photo_link
from requests_app.photos import uploading
from requests_app.status import Outcome, Status, Verb
from tests import make
from tests.shared import photo
from tests.visitors import address, browser, signed_in, source

pytestmark = pytest.mark.django_db
CLOSED = "This question is no longer open"
QUESTION = "Could you add a photo of it?"


@pytest.fixture
def row():
    """Return a request whose reporter was asked a question by an agent."""
    row = make.filed()
    make.act(workflow.ask, row, make.omar(), question=QUESTION)
    return row


def post_reply(client, row, part, **data):
    data.setdefault("seen", make.last_event_id(row))
    return client.post(address(row, part), data)


def test_a_comment_while_a_question_is_open_is_asked_whether_it_is_the_answer(row):
    ana = browser("ana")
    answer = post_reply(ana, row, "comments", words="The left one.", photos=make.picture("red"))
    page, kept = source(answer), Photo.objects.unattached().get()
    assert answer.status_code == 422
    assert "Is this your answer?</h1>" in page
    assert QUESTION in page
    assert "The left one.</textarea>" in page
    assert f'formaction="{address(row, "answer")}"' in page
    assert f'value="{kept.pk}" id="photo-{kept.pk}" checked' in page
    assert not row.events.filter(verb=Verb.COMMENT).exists()
    given = {"words": "The left one.", "photo": kept.pk}
    assert post_reply(ana, row, "answer", **given).status_code == 302
    event = row.events.get(verb=Verb.ANSWER)
    assert (event.words.body, event.photos.get()) == ("The left one.", kept)


def test_what_is_not_the_answer_is_a_comment_and_the_question_stays_open(row):
    given = {"words": "The gate is locked at night.", "is_comment": "1"}
    assert post_reply(browser("ana"), row, "comments", **given).status_code == 302
    row.refresh_from_db()
    assert row.status == Status.AWAITING_RESIDENT
    assert row.events.get(verb=Verb.COMMENT).words.body == "The gate is locked at night."


def test_who_said_that_it_is_no_answer_is_not_asked_again_after_personal_words(row):
    ana, words = browser("ana"), "Call me at 310-555-0142."
    page = source(post_reply(ana, row, "comments", words=words, is_comment="1"))
    assert '<input type="hidden" name="is_comment" value="1">' in page
    told = {"words": words, "is_comment": "1", "as_it_is": "1"}
    assert post_reply(ana, row, "comments", **told).status_code == 302


def test_somebody_who_was_not_asked_comments_as_always(row):
    workflow.follow(row, by=make.bob())
    bob = browser("bob")
    assert post_reply(bob, row, "comments", words="I saw it, too.").status_code == 302


def post_outdated_answer(row, **answer):
    """Return the response to an answer that was written before the request was routed."""
    asked = make.last_event_id(row)
    make.route(row)
    return post_reply(browser("ana"), row, "answer", seen=asked, **answer)


def test_the_photo_of_an_answer_that_was_overtaken_goes_as_a_comment_with_its_words(row):
    response = post_outdated_answer(row, words="The left one.", photos=make.picture("red"))
    page, kept = source(response), Photo.objects.unattached().get()
    assert response.status_code == 409
    assert f"<h1>{CLOSED}</h1>" in page
    assert "We need an answer from you" not in page
    assert QUESTION in page
    assert "Your photos are still here, too." in page
    assert "The left one.</textarea>" in page
    assert f'name="photo" value="{kept.pk}" id="photo-{kept.pk}" checked' in page
    given = {"words": "The left one.", "photo": kept.pk}
    assert post_reply(browser("ana"), row, "comments", **given).status_code == 302
    event = row.events.get(verb=Verb.COMMENT)
    assert (event.words.body, event.photos.get()) == ("The left one.", kept)


def test_the_photo_goes_without_words_too(row):
    page = source(post_outdated_answer(row, photos=make.picture("red")))
    kept = Photo.objects.unattached().get()
    assert f'name="photo" value="{kept.pk}"' in page
    post_reply(browser("ana"), row, "comments", photo=kept.pk)
    assert row.events.get(verb=Verb.COMMENT).photos.get() == kept


def test_a_photo_that_went_before_the_answer_goes_along_and_one_more_can_be_added(row):
    ana = browser("ana")
    with photo("good/phone_iphone7.heic").open("rb") as file:
        ana.post(address(row, "answer", "photos"), {"photos": file})
    first = Photo.objects.unattached().get()
    assert f'value="{first.pk}"' in source(post_outdated_answer(row, photo=first.pk))
    ana.post(address(row, "comments", "photos"), {"photos": make.picture("red")})
    both = [kept.pk for kept in Photo.objects.unattached()]
    post_reply(ana, row, "comments", photo=both)
    assert row.events.get(verb=Verb.COMMENT).photos.count() == 2


def test_a_file_that_is_no_photo_does_not_hide_that_the_question_is_closed(row):
    with photo("nasty/pdf_renamed.jpg").open("rb") as broken:
        files = [make.picture("red"), broken]
        response = post_outdated_answer(row, words="The left one.", photos=files)
    page = source(response)
    assert response.status_code == 422
    assert CLOSED in page
    assert f'value="{Photo.objects.unattached().get().pk}"' in page
    assert f'action="{address(row, "comments")}"' in page


@pytest.mark.parametrize("words", ["I smell gas.", "My number is 310-555-0142."])
def test_a_comment_that_is_stopped_keeps_its_photos(row, words):
    ana = browser("ana")
    response = post_reply(ana, row, "comments", words=words, photos=make.picture("red"))
    assert response.status_code == 422
    assert f'name="photo" value="{Photo.objects.unattached().get().pk}"' in source(response)


def test_the_photo_of_a_dispute_that_came_too_late_becomes_one_of_a_comment():
    row = make.service_request(Status.CLOSED, Outcome.UPHELD)
    given = {"words": "Still a hole.", "photos": make.picture("red")}
    page = source(post_reply(browser("ana"), row, "dispute", **given))
    kept = Photo.objects.unattached().get()
    assert f'name="photo" value="{kept.pk}"' in page
    post_reply(browser("ana"), row, "comments", words="Still a hole.", photo=kept.pk)
    kept.refresh_from_db()
    assert kept.event == row.events.get(verb=Verb.COMMENT)
    assert kept.kind == Photo.Kind.COMMENT


@pytest.mark.parametrize("kind", [Photo.Kind.COMMENT, Photo.Kind.DISPUTE])
def test_somebody_elses_photo_cannot_be_sent_with_a_comment(row, kind):
    foreign = make.photo(kind, device=make.bob())
    post_reply(browser("ana"), row, "comments", words="Look.", photo=foreign.pk)
    foreign.refresh_from_db()
    assert (foreign.service_request, foreign.kind) == (None, kind)


def test_a_photo_of_a_comment_is_seen_by_those_who_see_the_request():
    row = make.filed(category=make.category(is_private=True))
    post_reply(browser("ana"), row, "comments", photos=make.picture("red"))
    kept = row.photos.get(kind=Photo.Kind.COMMENT)
    uploading.make_sizes(kept.pk)
    path = photo_link.photo_path(kept, 320)
    who = (browser("ana"), signed_in(make.omar()), browser("bob"), browser())
    codes = [client.get(path, follow=True).status_code for client in who]
    assert codes == [200, 200, 404, 404]


def test_who_may_not_write_any_more_still_sees_what_was_typed(row):
    workflow.follow(row, by=make.bob())
    workflow.unfollow(row, by=make.bob())
    response = post_reply(browser("bob"), row, "comments", words="It <b>grew</b>.")
    assert response.status_code == 403
    assert "It &lt;b&gt;grew&lt;/b&gt;." in response.content.decode()


def test_the_link_of_an_email_says_that_its_question_is_no_longer_open(row):
    make.route(row)
    phone, link = browser(), AccessLink.get_or_create_for_nonce(uuid.uuid4(), service_request=row)
    to = f"{address(row, 'mine', link.token)}?to=answer"
    page = source(phone.post(to, follow=True))
    assert f"<h1>{CLOSED}</h1>" in page
    assert QUESTION in page
    assert f'action="{address(row, "comments")}"' in page
    post_reply(phone, row, "comments", photos=make.picture("red"))
    assert row.events.get(verb=Verb.COMMENT).photos.count() == 1


def test_the_timeline_says_that_the_question_is_no_longer_open(row):
    words = "The question is no longer open."
    assert words not in browser("ana").get(address(row)).content.decode()
    make.route(row)
    for client in (browser("ana"), browser("bob")):
        assert f"311 sent it to Street Services. {words}" in source(client.get(address(row)))


def test_others_are_led_to_the_request(row):
    for client in (browser("bob"), browser(), signed_in(make.omar())):
        assert client.get(address(row, "answer"))["Location"] == address(row)
    make.route(row)
    for client in (browser("bob"), browser(), signed_in(make.omar())):
        assert client.get(address(row, "answer"))["Location"] == address(row)
