"""Tests for the recipients of messages about an event: each recipient once, in their language."""

from datetime import timedelta

import pytest
from django.core import mail

from lib import clock
from notifications import audiences, delivery, subscriber
from notifications.channels import email
from notifications.models import STAFF_KINDS, Delivery
from notifications.wording import staff as staff_wording
from requests_app import workflow
from requests_app.models import AccessLink
from requests_app.permissions import SYSTEM
from requests_app.status import Outcome, Reminder, Status, Verb
from requests_app.workflow import outbox
from tests import make

pytestmark = pytest.mark.django_db

ANA = {"name": "Ana", "email": "Ana@Example.org", "phone": ""}


def list_sent_messages(service_request):
    """Return (kind, address) of each message about the request, in the order of creation."""
    outbox.deliver_all_pending_events()
    rows = Delivery.objects.filter(event__service_request=service_request).order_by("pk")
    return list(rows.values_list("kind", "recipient"))


def test_the_receipt_goes_to_the_address_that_was_given_and_nowhere_else():
    assert list_sent_messages(make.filed(contact=ANA)) == [("receipt", "ana@example.org")]
    assert list_sent_messages(make.filed()) == []


def test_a_mailbox_gets_a_few_receipts_an_hour_and_all_other_news():
    rows = [make.filed(contact=ANA) for _n in range(subscriber.MAX_RECEIPTS_PER_HOUR + 1)]
    last = rows.pop()
    assert [list_sent_messages(row) for row in rows] == [[("receipt", "ana@example.org")]] * len(
        rows
    )
    assert list_sent_messages(last) == []
    make.route(last)
    assert ("routed", "ana@example.org") in list_sent_messages(last)
    assert list_sent_messages(make.filed(contact=ANA | {"email": "eva@example.org"})) != []
    with clock.freeze_time(clock.now() + timedelta(minutes=61)):
        assert list_sent_messages(make.filed(contact=ANA)) == [("receipt", "ana@example.org")]


def test_each_step_is_told_to_whom_it_concerns():
    service_request = make.urgent(make.service_request(Status.COMPLETED, contact=ANA))
    department = make.streets().email
    assert list_sent_messages(service_request) == [
        ("receipt", "ana@example.org"),
        ("routed", "ana@example.org"),
        ("new", department),
        ("done", "ana@example.org"),
    ]


def test_a_message_costs_its_link_and_itself(django_assert_num_queries):
    receipt = make.filed(contact=ANA).events.get()
    with django_assert_num_queries(7):  # queries for recipients, recent messages, and inserts
        subscriber.on_event(receipt)
    with django_assert_num_queries(5):
        subscriber.on_event(receipt)
    assert Delivery.objects.count() == AccessLink.objects.count() == 1


@pytest.mark.parametrize("status", [Status.SCHEDULED, Status.AWAITING_RESIDENT])
def test_a_plan_and_a_question_are_told(status):
    kinds = [kind for kind, __ in list_sent_messages(make.service_request(status, contact=ANA))]
    assert {"planned", "question"} & set(kinds)


@pytest.mark.parametrize(
    "outcome", [Outcome.DECLINED, Outcome.DUPLICATE, Outcome.TRANSFERRED, Outcome.UPHELD]
)
def test_a_closure_by_the_city_is_told(outcome):
    service_request = make.service_request(Status.CLOSED, outcome, contact=ANA)
    assert ("closed", "ana@example.org") in list_sent_messages(service_request)


def test_a_dispute_is_told_to_the_department_and_a_hand_back_to_the_desk():
    service_request = make.urgent(make.service_request(Status.DISPUTED))
    make.handed_back(service_request)
    kinds = dict(list_sent_messages(service_request))
    assert kinds["disputed"] == make.streets().email
    assert kinds["handed_back"] not in {"", make.streets().email}


def test_a_public_reply_is_told_and_an_internal_note_is_not():
    service_request = make.service_request(Status.ROUTED, contact=ANA)
    make.act(workflow.comment, service_request, make.wes(), words="Bring sand.", is_public=False)
    make.act(workflow.comment, service_request, make.ana(), words="Thanks.")
    assert "reply" not in dict(list_sent_messages(service_request))
    make.act(workflow.comment, service_request, make.wes(), words="We come on Monday.")
    assert ("reply", "ana@example.org") in list_sent_messages(service_request)


def test_who_reported_a_duplicate_hears_the_originals_news():
    original = make.filed(by=make.bob())
    duplicate = make.filed(contact=ANA)
    make.act(workflow.mark_duplicate, duplicate, make.omar(), original=original)
    make.route(original)
    assert ("routed", "ana@example.org") in list_sent_messages(original)


def test_the_same_event_twice_is_one_message():
    service_request = make.filed(contact=ANA)
    event = service_request.events.get()
    subscriber.on_event(event)
    subscriber.on_event(event)
    assert Delivery.objects.count() == AccessLink.objects.count() == 1


def test_nobody_writes_to_an_address_that_bounced():
    service_request = make.filed(contact=ANA)
    service_request.contact.bounced_at = clock.now()
    service_request.contact.save()
    make.route(service_request)
    assert "routed" not in dict(list_sent_messages(service_request))


def test_a_desk_verb_is_told_when_it_cannot_be_undone_any_more():
    service_request = make.filed(contact=ANA)
    make.route(service_request)
    outbox.deliver_all_pending_events()
    routed = Delivery.objects.get(kind="routed")
    delivery.send_delivery(routed.pk)
    assert mail.outbox == []
    with clock.freeze_time(clock.now() + timedelta(seconds=36)):
        delivery.send_delivery(routed.pk)
    assert len(mail.outbox) == 1


def test_what_was_undone_is_not_told():
    service_request = make.urgent(make.filed(contact=ANA))
    make.route(service_request)
    workflow.undo(service_request, event=service_request.events.last(), by=make.omar())
    outbox.deliver_all_pending_events()
    with clock.freeze_time(clock.now() + timedelta(minutes=1)):
        for delivery_id in delivery.list_due_ids():
            delivery.send_delivery(delivery_id)
    states = dict(Delivery.objects.values_list("kind", "state"))
    assert states == {"receipt": "sent", "routed": "dropped", "new": "dropped"}


def test_every_message_has_words():
    assert set(audiences.KINDS_FOR_REPORTER) <= set(Verb)
    to_staff = {
        *subscriber.KINDS_FOR_DEPARTMENT.values(),
        *subscriber.KINDS_FOR_DESK.values(),
        *Reminder.values,
        "mention",
        "moved", "urgent", "emergency",  # only as browser notifications
    }  # fmt: skip
    assert set(audiences.KINDS_FOR_REPORTER.values()) == set(email.events.COMPOSERS)
    assert set(audiences.KINDS_FOR_FOLLOWERS.values()) == set(email.follower_wording.COMPOSERS)
    assert to_staff == set(email.staff.COMPOSERS) == STAFF_KINDS


BOB = {"name": "Bob", "email": "bob@example.org", "phone": ""}


def a_duplicate():
    """Return an original request and Ana's duplicate of it."""
    original, duplicate = make.filed(by=make.bob()), make.filed(contact=ANA)
    make.act(workflow.mark_duplicate, duplicate, make.omar(), original=original)
    return original, duplicate


def test_a_question_is_for_the_one_who_can_answer_it():
    original, __ = a_duplicate()
    make.act(workflow.ask, original, make.omar(), question="Which side?")
    assert "question" not in dict(list_sent_messages(original))


def test_the_news_of_an_original_that_became_private_stays_with_its_reporter():
    original, __ = a_duplicate()
    private = make.category(is_private=True)
    make.act(workflow.recategorise, original, make.omar(), category=private)
    make.route(original)
    assert "ana@example.org" not in dict(list_sent_messages(original)).values()


def test_a_duplicates_reporter_is_led_to_the_original():
    original, duplicate = a_duplicate()
    make.route(original)
    make.complete(original)
    outbox.deliver_all_pending_events()
    done = Delivery.objects.get(kind="done", recipient="ana@example.org")
    message = email.events.compose(done)
    assert [button.url for button in message.buttons] == [
        f"http://testserver/requests/{duplicate.reference}/mine/{done.link.token}/?to=original&lang=en"
    ]


def test_staff_are_led_to_where_they_work():
    row = make.urgent(make.service_request(Status.ROUTED))
    make.user("lena", is_agent=True, is_lead=True)
    make.handed_back(row)
    make.route(row)
    with clock.freeze_time(row.due_at + timedelta(days=40)):
        workflow.remind(row, by=workflow.SYSTEM)
    outbox.deliver_all_pending_events()
    staff = {d.kind: d for d in Delivery.objects.all() if d.is_for_staff}
    urls = {kind: staff_wording.compose(found).buttons[0].url for kind, found in staff.items()}
    assert urls["new"].endswith(f"/staff/{row.reference}/")
    assert urls["handed_back"].endswith(f"/desk/{row.reference}/")
    assert urls["twice_late"].endswith(f"/desk/{row.reference}/")


def test_what_a_rule_did_waits_as_long_as_the_verb_that_let_it_speak():
    service_request = make.filed(contact=ANA)
    category = make.category(service_code="streetlight")
    make.act(workflow.recategorise, service_request, make.omar(), category=category)
    event = service_request.events.last()
    workflow.route(service_request, to=make.water(), by=SYSTEM, rule="Water", caused_by=event)
    outbox.deliver_all_pending_events()
    due = Delivery.objects.filter(kind__in=["routed", "new"]).values_list("due_at", flat=True)
    assert set(due) == {event.at + timedelta(seconds=35)}


def test_who_left_hears_nothing_more():
    service_request = make.filed(contact=ANA)
    make.route(service_request)
    outbox.deliver_all_pending_events()
    workflow.follow(service_request, by=make.bob())
    make.act(workflow.withdraw, service_request, make.ana())
    with clock.freeze_time(clock.now() + timedelta(minutes=1)):
        for delivery_id in delivery.list_due_ids():
            delivery.send_delivery(delivery_id)
    routed = Delivery.objects.get(kind="routed")
    assert routed.state == Delivery.State.DROPPED


def test_the_reporter_is_not_told_that_somebody_elses_words_were_hidden():
    service_request = make.filed(contact=ANA)
    workflow.follow(service_request, by=make.bob())
    make.act(workflow.comment, service_request, make.bob(), words="Call 555 0142.")
    comment = service_request.comments.last()
    make.act(workflow.hide, service_request, make.omar(), words="A number.", comment=comment)
    assert "hidden" not in dict(list_sent_messages(service_request))
    make.act(workflow.comment, service_request, make.ana(), words="Call me.")
    comment = service_request.comments.last()
    make.act(workflow.hide, service_request, make.omar(), words="A name.", comment=comment)
    assert "hidden" in dict(list_sent_messages(service_request))
