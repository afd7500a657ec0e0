"""Tests that webhooks receive public requests of the selected kinds and categories."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city import cache
from city.models import City, HoldReason
from lib import clock
from open311.models import EventKind, Webhook, WebhookDelivery
from open311.webhooks import kinds
from open311.webhooks.subscriber import is_heard
from requests_app import workflow
from requests_app.models import PendingEvent, UndoPoint
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow import outbox
from tests import make
from tests.open311.webhooks.receiver import (
    list_deliveries,
    send_all_deliveries,
    send_all_deliveries_at,
)

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=1)


def kinds_owed():
    outbox.deliver_all_pending_events()
    return [delivery.kind for delivery in list_deliveries()]


def test_the_life_of_a_request_is_told_by_its_public_steps(receiver):
    receiver.webhook()
    row = make.service_request(Status.COMPLETED)
    make.act(workflow.dispute, row, make.ana(), words="It is still there.")
    assert kinds_owed() == ["filed", "routed", "completed", "disputed"]


def test_holding_asking_and_closing_have_kinds_of_their_own(receiver):
    receiver.webhook()
    row = make.service_request(Status.AWAITING_RESIDENT)
    make.act(workflow.answer, row, make.ana(), words="The left one.")
    make.act(workflow.hold, row, make.wes(), reason=make.reason(HoldReason))
    make.service_request(Status.CLOSED, outcome=Outcome.WITHDRAWN)
    assert kinds_owed() == [
        "filed", "routed", "asked", "answered", "on_hold", "filed", "closed",
    ]  # fmt: skip


def test_what_staff_do_among_themselves_is_told_to_nobody(receiver):
    receiver.webhook(kinds=["commented", "updated"])
    row = make.service_request(Status.ROUTED)
    make.act(workflow.assign, row, make.wes(), to=make.wes())
    make.act(workflow.comment, row, make.wes(), words="A note.", is_public=False)
    make.act(workflow.follow, row, make.bob())
    assert kinds_owed() == []
    make.act(workflow.comment, row, make.ana(), words="Still there?")
    assert kinds_owed() == ["commented"]


def test_every_kind_that_can_be_selected_comes_from_a_verb():
    assert set(kinds.EVENT_KINDS_OF_VERBS.values()) | {EventKind.REMOVED} == set(EventKind)
    untold = set(Verb) - set(kinds.EVENT_KINDS_OF_VERBS)
    assert {Verb.ASSIGN, Verb.FORGET, Verb.FOLLOW, Verb.IMPORT_CLOSED} <= untold


def test_only_the_selected_kinds_and_categories_are_owed(receiver):
    other = make.category(service_code__gt="pothole", is_private=False)
    some_kinds = receiver.webhook(kinds=["routed", "closed"])
    some_categories = receiver.webhook()
    some_categories.categories.set([other])
    make.route(make.filed())
    outbox.deliver_all_pending_events()
    assert [(one.webhook, one.kind) for one in list_deliveries()] == [(some_kinds, "routed")]
    make.filed(category=other)
    outbox.deliver_all_pending_events()
    assert (list_deliveries()[-1].webhook, list_deliveries()[-1].kind) == (
        some_categories,
        "filed",
    )


def test_a_private_or_held_request_is_told_to_nobody_until_it_is_public(receiver):
    receiver.webhook()
    make.filed(category=make.category(is_private=True))
    held = make.filed(held_for="words")
    assert kinds_owed() == []
    make.act(workflow.release, held, make.omar())
    assert kinds_owed() == ["filed"]


def test_an_event_that_is_handled_twice_is_owed_once(receiver):
    receiver.webhook()
    row = make.filed()
    outbox.deliver_all_pending_events()
    PendingEvent.objects.create(
        event=row.events.get(), subscriber="open311.webhooks.subscriber.on_event"
    )
    assert kinds_owed() == ["filed"]


def test_a_webhook_that_is_off_is_owed_nothing(receiver):
    receiver.webhook(is_active=False, off_because="by_hand")
    make.filed()
    assert kinds_owed() == []


def test_a_request_that_goes_out_of_sight_is_removed_everywhere_by_its_id_alone(receiver):
    receiver.webhook(kinds=["closed"])
    row = make.filed()
    make.act(workflow.hide, row, make.omar(), words="A face.")
    send_all_deliveries_at(clock.now() + LATER)
    assert [(each["event"], each["request"]) for each in receiver.received] == [
        ("removed", {"service_request_id": row.reference})
    ]


def test_a_request_that_was_never_public_is_not_removed(receiver):
    receiver.webhook()
    row = make.filed(category=make.category(is_private=True))
    make.act(workflow.hide, row, make.omar(), words="A face.")
    assert kinds_owed() == []


def test_it_is_removed_too_where_the_workers_were_away_for_longer_than_undo_points_live(receiver):
    receiver.webhook()
    row = make.filed()
    send_all_deliveries()
    make.act(workflow.hide, row, make.omar(), words="A face.")
    UndoPoint.objects.all().delete()
    send_all_deliveries_at(clock.now() + LATER)
    assert receiver.events == ["filed", "removed"]


def test_what_is_owed_when_a_request_goes_out_of_sight_is_not_sent(receiver):
    receiver.webhook()
    row = make.filed()
    outbox.deliver_all_pending_events()
    make.act(workflow.hide, row, make.omar(), words="A face.")
    send_all_deliveries_at(clock.now() + LATER)
    assert receiver.events == ["removed"]
    assert [delivery.state for delivery in list_deliveries()] == ["dropped", "sent"]


def test_an_act_at_the_desk_waits_until_it_cannot_be_undone(receiver):
    receiver.webhook()
    row = make.filed()
    make.route(row)
    send_all_deliveries()
    assert receiver.events == ["filed"]
    workflow.undo(row, event=row.events.get(verb=Verb.ROUTE), by=make.omar())
    send_all_deliveries_at(clock.now() + LATER)
    assert receiver.events == ["filed"]
    make.route(row)
    send_all_deliveries_at(clock.now() + LATER)
    assert receiver.events == ["filed", "routed"]


def test_while_there_is_no_webhook_an_event_costs_nothing_more(settings):
    make.filed()

    def statements():
        with CaptureQueriesContext(connection) as asked:
            make.filed()
        return len(asked)

    with_them = statements()
    settings.OPTIONAL_EVENT_SUBSCRIBERS = []
    assert statements() == with_them
    paths = set(PendingEvent.objects.values_list("subscriber", flat=True))
    assert paths == set(settings.EVENT_SUBSCRIBERS)


def test_a_webhook_is_heard_of_at_once_in_its_own_process_and_soon_in_others(receiver, monkeypatch):
    assert not is_heard()
    webhook = receiver.webhook()
    assert is_heard()
    webhook.save(update_fields=["answered_at"])  # as a worker does after each delivery
    version = City.objects.get().version
    Webhook.objects.update(is_active=False, off_because="by_hand")  # as if another process did it
    City.objects.update(version="another")
    assert is_heard()
    assert cache.current_version() == version
    monkeypatch.setattr(cache, "VERSION_CHECK_SECONDS", -1)
    assert not is_heard()


def test_deliveries_name_ids_and_nobody(receiver):
    receiver.webhook()
    make.filed(contact={"name": "Ana Ruiz", "email": "ana@example.org", "phone": "310-555-0142"})
    send_all_deliveries()
    sent = str(receiver.server.calls)
    assert receiver.events == ["filed"]
    assert not [word for word in ("Ana", "ana@example.org", "0142") if word in sent]
    stored = [
        str(getattr(list_deliveries()[0], field.attname)) for field in WebhookDelivery._meta.fields
    ]
    assert "bucket" not in " ".join(stored)
