"""Tests for an agent's public reply, which can be undone for half a minute.

Until then only staff see it.
"""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from city.models import HoldReason
from lib import clock, polling
from notifications import delivery
from notifications.models import Delivery
from requests_app import timeline, workflow
from requests_app.errors import IllegalTransition, NotAllowed
from requests_app.models import Contact, ServiceRequest
from requests_app.permissions import Audience
from requests_app.workflow import outbox
from tests import make
from tests.routing.desk.browser import HTMX, desk_url, omar, post_action, refreshed

__all__ = ["omar"]

pytestmark = pytest.mark.django_db
REPLY = "A crew comes on Tuesday."


@pytest.fixture(autouse=True)
def the_clock_stands_still():
    """Freeze the clock, because the tests compare seconds."""
    with clock.freeze_time(clock.now()):
        yield


def replied(row=None, words=REPLY):
    row = row or make.filed()
    make.act(workflow.comment, row, make.omar(), words=words)
    return row, row.events.last()


def after(seconds):
    return clock.freeze_time(clock.now() + timedelta(seconds=seconds))


def read_by(row, audience):
    row = ServiceRequest.objects.get(pk=row.pk)
    return [
        line.quote
        for line in timeline.build_timeline(timeline.load_events(row), audience)
        if line.quote
    ]


def page_of(row):
    return Client().get(reverse("service_request", args=[row.reference])).text


def test_until_it_cannot_be_undone_only_staff_see_it():
    row, _event = replied()
    assert read_by(row, Audience.STAFF) == [REPLY]
    for audience in (Audience.REPORTER, Audience.OTHERS):
        assert read_by(row, audience) == []
    with after(29):
        assert REPLY not in page_of(row)
    with after(32):
        assert REPLY in page_of(row)
        assert read_by(row, Audience.REPORTER) == [REPLY]


def test_what_residents_and_crews_write_and_internal_notes_do_not_wait():
    row = make.filed()
    make.route(row)
    make.act(workflow.comment, row, make.ana(), words="It grows.")
    make.act(workflow.comment, row, make.wes(), words="We saw it.")
    assert read_by(row, Audience.OTHERS) == ["We saw it.", "It grows."]
    make.act(workflow.comment, row, make.omar(), words="Call them.", is_public=False)
    assert refreshed(row).replies_public_from == []


def test_the_version_that_a_page_polls_rises_by_itself_when_each_becomes_public():
    row, _event = replied()
    with after(10):
        replied(row, "Tuesday at nine, that is.")
        first = refreshed(row).live_version
    with after(32):
        second = refreshed(row).live_version
        assert row.seconds_to_next_reply < 10
    with after(45):
        third = refreshed(row).live_version
        assert row.seconds_to_next_reply is None
    assert len({first, second, third}) == 3


def test_the_residents_page_hears_of_it_with_its_next_poll():
    row, _event = replied()
    poll = reverse("service_request_live", args=[row.reference])
    shown = refreshed(row).live_version
    assert Client().get(f"{poll}?v={shown}").status_code == 204
    with after(32):
        cache.clear()  # as if the cached entry had expired
        answer = Client().get(f"{poll}?v={shown}")
        assert REPLY in answer.text


def test_a_version_is_not_kept_beyond_the_moment_at_which_it_ends(monkeypatch):
    kept = []
    monkeypatch.setattr(polling.cache, "add", lambda _key, _version, lasts: kept[-1].append(lasts))
    row, _event = replied()
    poll = reverse("service_request_live", args=[row.reference])
    for seconds in (10, 30.5):
        cache.clear()
        kept.append([])
        with after(seconds):
            Client().get(f"{poll}?v=0")
    early, late = kept
    assert 0 < max(early) <= 21
    assert set(late) == {0}


def test_undone_it_is_never_read_and_no_mail_goes(omar):
    row = make.filed()
    Contact.objects.create(service_request=row, email="ana@example.org")
    post_action(omar, row, "comments", words=REPLY)
    event = row.events.last()
    outbox.deliver_all_pending_events()
    due = Delivery.objects.get(event=event)
    assert due.due_at - event.at > timedelta(seconds=30)
    assert post_action(omar, row, "undo", event=event.pk).status_code == 302
    for seconds in (0, 40):
        with after(seconds):
            assert REPLY not in page_of(row)
            delivery.send_delivery(due.pk)
    assert Delivery.objects.get(pk=due.pk).state == Delivery.State.DROPPED
    assert refreshed(row).replies_public_from == []
    assert REPLY in read_by(row, Audience.STAFF)


def test_the_toast_offers_it_and_the_timeline_says_that_it_waits(omar):
    row = make.filed()
    page = post_action(omar, row, "comments", words=REPLY, headers=HTMX)
    page = omar.get(page.url, headers=HTMX).text
    assert "becomes public in 30 seconds" in page
    assert 'data-key="z"' in page
    assert "not public yet" in page
    with after(32):
        assert "not public yet" not in omar.get(desk_url(row)).text


def test_a_note_cannot_be_undone(omar):
    row = make.filed()
    answer = post_action(omar, row, "notes", words="Only for us.")
    assert 'data-key="z"' not in omar.get(answer.url).text
    with pytest.raises(IllegalTransition):
        workflow.undo(row, event=row.events.last(), by=make.omar())


def test_it_goes_whatever_happened_since_and_makes_nobodys_view_stale():
    row = make.filed()
    make.route(row)
    seen = make.last_event_id(row)
    _row, event = replied(row)
    workflow.start(row, by=make.wes(), seen=seen)
    workflow.undo(row, event=event, by=make.omar())
    workflow.hold(
        row, reason=make.reason(HoldReason), by=make.wes(), seen=make.last_event_id(row) - 1
    )
    assert read_by(row, Audience.OTHERS) == []


def test_only_its_agent_in_time_and_once():
    row, event = replied()
    with pytest.raises(NotAllowed):
        workflow.undo(row, event=event, by=make.user("lena", is_agent=True))
    with after(31), pytest.raises(IllegalTransition):
        workflow.undo(row, event=event, by=make.omar())
    workflow.undo(row, event=event, by=make.omar())
    with pytest.raises(IllegalTransition):
        workflow.undo(row, event=event, by=make.omar())


def test_the_same_words_may_be_sent_again_after_an_undo(omar):
    row = make.filed()
    post_action(omar, row, "comments", words=REPLY)
    workflow.undo(row, event=row.events.last(), by=make.omar())
    post_action(omar, row, "comments", words=REPLY)
    with after(32):
        assert read_by(row, Audience.OTHERS) == [REPLY]
