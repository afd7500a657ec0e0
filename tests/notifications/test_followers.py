"""Tests for the emails to followers: public steps only, follower's language, unsubscribing."""

from datetime import timedelta

import pytest
from django.core import mail

from lib import clock
from notifications import delivery
from notifications.models import Delivery
from requests_app import workflow
from requests_app.following import followers
from requests_app.models import Follower, FollowerAddress
from requests_app.status import Outcome, Status
from requests_app.workflow import outbox
from tests import make

pytestmark = pytest.mark.django_db

ANA = {"name": "Ana", "email": "ana@example.org", "phone": ""}


def follows(row, email="bob@example.org", device=None, language="en") -> Follower:
    """Create a follower of the request, by email and as `device` (Bob if None)."""
    follower = Follower.objects.create(service_request=row)
    FollowerAddress.objects.create(
        follower=follower, service_request=row, email=email, language=language
    )
    workflow.follow_by_link(follower, by=device or make.bob())
    return follower


def list_message_kinds(email="bob@example.org") -> list[str]:
    """Deliver all pending events; return the kinds of messages to this address, oldest first."""
    outbox.deliver_all_pending_events()
    rows = Delivery.objects.filter(recipient=email).exclude(event=None).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def send_all():
    """Send all messages due in two minutes; return the emails to Bob."""
    outbox.deliver_all_pending_events()
    with clock.freeze_time(clock.now() + timedelta(minutes=2)):
        for delivery_id in delivery.list_due_ids():
            delivery.send_delivery(delivery_id)
    return [message for message in mail.outbox if message.to == ["bob@example.org"]]


def followed(status=Status.FILED, outcome=None) -> tuple:
    """Return a request in `status` that was followed since it was filed, and its follower."""
    row = make.filed(contact=ANA)
    follower = follows(row)
    walk = make._WALKS[status]
    walk(row, outcome) if outcome else walk(row)
    return row, follower


def test_each_public_step_is_heard_and_the_proof_comes_with_it():
    row, __ = followed(Status.CLOSED, Outcome.UPHELD)
    assert list_message_kinds() == ["routed", "done", "again", "closed"]
    done = next(each for each in send_all() if "work is done" in each.subject)
    assert row.photos.get(kind="completion").large in done.body
    assert "?to=dispute" in done.body
    for message in mail.outbox:
        assert "None" not in message.body
        assert "%(" not in message.body + message.subject


def test_what_is_asked_of_the_reporter_or_hidden_from_all_is_not_heard():
    row, __ = followed(Status.AWAITING_RESIDENT)
    make.act(workflow.comment, row, make.wes(), words="Call first.", is_public=False)
    make.act(workflow.comment, row, make.ana(), words="The north side.")
    assert list_message_kinds() == ["routed"]
    make.act(workflow.comment, row, make.wes(), words="We come on Monday.")
    assert list_message_kinds() == ["routed", "reply"]


@pytest.mark.parametrize(
    "outcome", [Outcome.DECLINED, Outcome.DUPLICATE, Outcome.TRANSFERRED, Outcome.CONFIRMED]
)
def test_every_closing_is_heard_and_reads_well(outcome):
    followed(Status.CLOSED, outcome)
    assert list_message_kinds()[-1] == "closed"
    closed = next(each for each in send_all() if each.subject.startswith("Closed: "))
    assert "None" not in closed.body


def test_each_mail_has_a_link_of_its_own_and_a_way_to_stop():
    row, follower = followed(Status.COMPLETED)
    here = f"http://testserver/requests/{row.reference}/following"
    messages = {each.message()["List-Unsubscribe"].strip("<>"): each for each in send_all()}
    stops = {f"{here}/{link.token}/end/?lang=en" for link in follower.links.all()}
    assert len(stops) == 2
    assert messages.keys() == stops
    for stop, message in messages.items():
        headers = message.message()
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert stop in message.body
        assert stop in message.alternatives[0].content
        assert "mine/" not in message.body


def test_who_reported_it_and_follows_it_with_one_address_hears_it_once():
    row = make.filed(contact=ANA)
    follows(row, "ana@example.org")
    make.route(row)
    assert list_message_kinds("ana@example.org") == ["receipt", "routed"]


def test_followers_of_a_duplicate_hear_the_originals_news_and_may_dispute_it():
    original, row = make.filed(by=make.ana()), make.filed(by=make.device("carla"))
    follows(row)
    make.act(workflow.mark_duplicate, row, make.omar(), original=original)
    make.route(original)
    make.complete(original)
    assert list_message_kinds() == ["closed", "routed", "done"]
    assert "?to=original" in send_all()[-1].body
    make.act(workflow.dispute, original, make.bob(), words="Still there.")
    assert list_message_kinds() == ["closed", "routed", "done"]  # Bob disputed it himself
    make.act(workflow.uphold, original, make.sue(), words="It is level now.")
    assert list_message_kinds()[-1] == "closed"


def test_nothing_goes_to_who_stopped_refused_or_may_not_see_it_any_more():
    row, follower = followed()
    make.route(row)
    outbox.deliver_all_pending_events()
    workflow.stop_mails(follower)
    assert send_all() == []
    refused = follows(row, device=make.device("carla"))
    make.act(workflow.start, row, make.wes())
    make.complete(row)
    outbox.deliver_all_pending_events()
    followers.record_bounce(refused.pk)
    assert send_all() == []


def test_a_hidden_request_is_told_to_no_follower_even_what_was_owed_before():
    row, __ = followed()
    make.route(row)
    outbox.deliver_all_pending_events()
    make.act(workflow.hide, row, make.omar(), words="It names somebody.")
    assert send_all() == []
    assert Delivery.objects.get(recipient="bob@example.org").state == Delivery.State.DROPPED
    make.act(workflow.start, row, make.wes())
    make.complete(row)
    assert list_message_kinds() == ["routed"]


def test_a_follower_reads_their_own_language():
    row = make.filed(contact=ANA, language="en")
    follows(row, language="es")
    make.route(row)
    outbox.deliver_all_pending_events()
    assert Delivery.objects.get(recipient="bob@example.org").language == "es"


def test_the_question_to_an_address_and_the_answer_to_one_that_follows():
    row = make.filed()
    followers.request_confirmation(row, "bob@example.org", by=make.bob())
    (asked,) = send_all()
    assert asked.subject == f"Confirm that you want updates on {row.reference}"
    follower = Follower.objects.get()
    assert follower.links.get().token in asked.body
    assert asked.message()["List-Unsubscribe"] is None
    workflow.follow_by_link(follower, by=make.bob())
    followers.request_confirmation(row, "bob@example.org", by=make.bob())
    already = send_all()[-1]
    assert already.subject == f"You follow {row.reference} already"


def test_a_private_original_takes_no_followers_along():
    original = make.filed(category=make.category(is_private=True))
    row = make.filed(category=make.category(is_private=True))
    follower = Follower.objects.create(service_request=row, device=make.ana())
    FollowerAddress.objects.create(
        follower=follower, service_request=row, email="bob@example.org", language="en",
        confirmed_at=clock.now(),
    )  # fmt: skip
    with pytest.raises(workflow.desk.InvalidInput):
        make.act(workflow.mark_duplicate, row, make.omar(), original=original)
