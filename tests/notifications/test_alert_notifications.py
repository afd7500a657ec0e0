"""Tests for browser notifications of alerts: their content, and what they must not contain."""

from datetime import timedelta

import pytest
from django.core import mail

from lib import clock
from notifications import alert_digests, delivery
from notifications.models import Delivery
from requests_app import workflow
from requests_app.models import Alert, AlertLink
from requests_app.workflow import outbox
from tests import make
from tests.notifications.push_service import push_service
from tests.visitors import browser

pytestmark = pytest.mark.django_db
assert push_service


def alert(**given) -> Alert:
    columns = {"device": make.bob(), "language": "en", "frequency": "at_once"}
    return Alert.objects.create(**columns | {"confirmed_at": clock.now()} | given)


def daily(**given) -> Alert:
    now = clock.now()
    return alert(frequency="daily", digest_since=now, digest_due_at=now, **given)


def send_all(later=timedelta(minutes=2)) -> None:
    outbox.deliver_all_pending_events()
    with clock.freeze_time(clock.now() + later):
        for delivery_id in delivery.list_due_ids():
            delivery.send_delivery(delivery_id)


def create_digests() -> None:
    with clock.freeze_time(clock.now() + timedelta(days=1)):
        alert_digests.create_due_digests()


def test_a_new_request_is_told_with_a_button_that_ends_the_alert(push_service):
    own = push_service.subscribe(browser("bob"))
    standing = alert(place="My home", west=-180, south=-90, east=180, north=90, radius_m=10**8)
    row = make.filed()
    send_all()
    assert push_service.read(own)["notice"] == {
        "kind": "alert_new",
        "reference": row.reference,
        "title": "New request: Pothole",
        "body": f"Request {row.reference}",
        "lang": "en",
        "url": f"/requests/{row.reference}/?lang=en",
        "stop": f"/alerts/{standing.links.get().token}/end/",
        "stop_label": "End this alert",
        "ends_alert": True,
    }
    assert mail.outbox == []


def test_finished_work_is_told_in_the_language_of_the_browser(push_service):
    client = browser("bob")
    client.cookies["django_language"] = "es"
    own = push_service.subscribe(client)
    alert(wants_new=False, wants_finished=True)
    row = make.filed()
    make.route(row)
    make.complete(row)
    send_all()
    assert len(push_service.calls) == 1
    notice = push_service.read(own)["notice"]
    assert (notice["kind"], notice["lang"]) == ("alert_finished", "es")
    assert notice["title"].startswith("Terminada: ")


def test_a_browser_reads_a_request_once_and_its_own_report_never(push_service):
    push_service.subscribe(browser("bob"))
    alert()
    alert(words="hole")
    make.filed(by=make.bob())
    row = make.filed()
    send_all()
    told = Delivery.objects.filter(channel="web_push")
    assert [each.event.service_request for each in told] == [row]


def test_who_follows_reads_the_step_instead_of_the_alert(push_service):
    push_service.subscribe(browser("bob"))
    alert(wants_finished=True, wants_new=False)
    row = make.filed()
    workflow.follow(row, by=make.bob())
    make.route(row)
    make.complete(row)
    send_all()
    kinds = Delivery.objects.filter(channel="web_push").values_list("kind", flat=True)
    assert sorted(kinds) == ["done", "routed"]


def test_a_digest_counts_and_opens_the_list(push_service):
    own = push_service.subscribe(browser("bob"))
    category = make.pothole()
    standing = daily(category=category)
    make.filed()
    make.filed()
    create_digests()
    send_all(timedelta(days=1, minutes=2))
    notice = push_service.read(own)["notice"]
    assert (notice["kind"], notice["reference"]) == ("alert_digest", "")
    assert notice["title"] == "2 new requests"
    assert notice["body"] == "Pothole"
    assert notice["url"] == "/requests/?show=all&category=pothole&lang=en"
    assert notice["stop"] == f"/alerts/{standing.links.get().token}/end/"


def test_a_digest_without_requests_is_not_sent(push_service):
    push_service.subscribe(browser("bob"))
    daily()
    create_digests()
    send_all(timedelta(days=1, minutes=2))
    assert push_service.calls == []
    assert Delivery.objects.get().state == "dropped"


@pytest.mark.parametrize("is_digest", [True, False])
def test_without_an_endpoint_nothing_is_created(is_digest):
    if is_digest:
        daily()
        create_digests()
    else:
        alert()
    make.filed()
    outbox.deliver_all_pending_events()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("ends", ["alert", "endpoint", "hidden", "sensitive", "push"])
def test_what_ended_meanwhile_is_not_told(push_service, settings, ends):
    own = push_service.subscribe(browser("bob"))
    standing = alert()
    row = make.filed()
    outbox.deliver_all_pending_events()
    assert Delivery.objects.filter(kind="alert_new", state="due").count() == 1
    if ends == "alert":
        standing.delete()
    elif ends == "endpoint":
        own.endpoint.device = make.ana()
        own.endpoint.save()
    elif ends == "hidden":
        row.is_hidden = True
        row.save()
    elif ends == "sensitive":
        row.category.is_location_sensitive = True
        row.category.save()
    else:
        settings.VAPID_PUBLIC_KEY = ""
    send_all()
    assert push_service.calls == []
    assert Delivery.objects.get(kind="alert_new").state == "dropped"


def test_a_link_of_a_notification_is_the_same_at_each_attempt(push_service):
    own = push_service.subscribe(browser("bob"))
    alert()
    make.filed()
    push_service.status = 503
    send_all()
    push_service.status = 201
    send_all(timedelta(hours=1))
    stops = {push_service.read(own, number)["notice"]["stop"] for number in (0, 1)}
    assert len(stops) == 1
    assert AlertLink.objects.count() == 1
