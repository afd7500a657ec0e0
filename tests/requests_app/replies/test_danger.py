"""Tests for the warning page if a comment, answer or dispute mentions a danger."""

import re

import pytest

from requests_app.models import Photo
from requests_app.status import Status, Verb
from tests import make
from tests.visitors import address, browser

pytestmark = pytest.mark.django_db
GAS = "I smell gas, and there is a gas leak."
PARTS = {
    "comments": Status.ROUTED,
    "answer": Status.AWAITING_RESIDENT,
    "dispute": Status.COMPLETED,
    "confirmation": Status.COMPLETED,
}


def post_reply(client, row, part, **data):
    data.setdefault("seen", make.last_event_id(row))
    return client.post(address(row, part), data)


def read_stop_form(page) -> dict:
    """Return the form fields that the button of the warning page sends."""
    kind = re.search(r'<button[^>]*name="no_danger"\s+value="([^"]+)"', page)[1]
    return {"no_danger": kind}


@pytest.mark.parametrize("part", PARTS)
def test_it_stops_with_the_number_and_keeps_every_word(part):
    row = make.service_request(PARTS[part])
    before = row.events.count()
    response = post_reply(browser("ana"), row, part, words=GAS)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="tel:911"' in page
    assert page.index('href="tel:911"') < page.index(GAS)
    assert GAS in page
    assert row.events.count() == before


@pytest.mark.parametrize("part", PARTS)
def test_who_says_that_no_one_is_in_danger_sends_it_and_the_desk_hears(part):
    row = make.service_request(PARTS[part])
    ana = browser("ana")
    page = post_reply(ana, row, part, words=GAS).content.decode()
    response = post_reply(ana, row, part, words=GAS, **read_stop_form(page))
    assert response.status_code == 302
    row.refresh_from_db()
    assert row.danger
    assert row.events.last().verb == Verb.FLAG_DANGER


def test_harmless_words_are_not_stopped():
    row = make.service_request(Status.ROUTED)
    words = "The fire hydrant is leaking again."
    assert post_reply(browser("ana"), row, "comments", words=words).status_code == 302
    row.refresh_from_db()
    assert not row.danger


def test_another_danger_than_the_one_that_was_denied_stops_again():
    row = make.service_request(Status.ROUTED)
    ana = browser("ana")
    page = post_reply(ana, row, "comments", words=GAS).content.decode()
    both = f"{GAS} The house is on fire."
    other = {"no_danger": "nothing-like-it"}
    assert post_reply(ana, row, "comments", words=both, **other).status_code == 422
    assert read_stop_form(page)["no_danger"] != "nothing-like-it"


def test_two_kinds_of_danger_are_denied_at_once():
    row = make.service_request(Status.ROUTED)
    ana, both = browser("ana"), "I smell gas and a man has a gun."
    page = post_reply(ana, row, "comments", words=both).content.decode()
    assert read_stop_form(page)["no_danger"] == "weapon gas"
    assert post_reply(ana, row, "comments", words=both, **read_stop_form(page)).status_code == 302


def test_a_photo_that_came_with_it_is_still_there():
    row = make.service_request(Status.COMPLETED)
    ana = browser("ana")
    page = post_reply(ana, row, "dispute", words=GAS, photos=make.picture("red")).content.decode()
    kept = Photo.objects.unattached().get()
    assert f'value="{kept.pk}"' in page
    post_reply(ana, row, "dispute", words=GAS, photo=str(kept.pk), **read_stop_form(page))
    assert row.events.filter(verb=Verb.DISPUTE).get().photos.get() == kept


def test_after_the_stop_personal_words_are_asked_about_and_danger_is_not_again():
    row = make.service_request(Status.ROUTED)
    ana = browser("ana")
    words = f"{GAS} Call me at 310-555-0142."
    stop = post_reply(ana, row, "comments", words=words).content.decode()
    page = post_reply(ana, row, "comments", words=words, **read_stop_form(stop)).content.decode()
    assert 'name="as_it_is"' in page
    assert (
        f'<input type="hidden" name="no_danger" value="{read_stop_form(stop)["no_danger"]}"' in page
    )
    told = read_stop_form(stop) | {"as_it_is": "1"}
    assert post_reply(ana, row, "comments", words=words, **told).status_code == 302


def test_the_same_comment_sent_twice_is_no_refusal():
    row = make.service_request(Status.ROUTED)
    ana, seen = browser("ana"), make.last_event_id(row)
    kind = read_stop_form(post_reply(ana, row, "comments", words=GAS).content.decode())
    for _time in range(2):
        response = post_reply(ana, row, "comments", words=GAS, seen=seen, **kind)
        assert response.status_code == 302
    assert row.events.filter(verb=Verb.COMMENT).count() == 1


@pytest.mark.parametrize(("words", "is_there"), [(GAS, True), ("A hole.", False)])
def test_the_live_page_has_the_number_at_its_head(words, is_there):
    row = make.filed(description=words)
    page = browser("bob").get(address(row)).content.decode()
    head = page[page.index("<h1") : page.index('class="answers')]
    assert ('href="tel:911"' in head) == is_there
