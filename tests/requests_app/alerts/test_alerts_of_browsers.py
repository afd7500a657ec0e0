"""Tests for alerts by browser notification: adding, listing and ending them."""

import json
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from lib import clock
from lib.web_push import BrowserKeys
from requests_app.models import Alert, AlertLink, Device, PushEndpoint
from requests_app.models.alert import MAX_PER_OWNER
from requests_app.privacy.deletion import delete_personal_data, forget_device
from requests_app.privacy.export import write_archive
from requests_app.privacy.stored_data import find_by_device
from requests_app.push import endpoints
from requests_app.workflow.erasure import forget_unused_devices
from tests import make
from tests.requests_app.push.test_notifications import KEYS
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db

NEW = "/alerts/new/"
ASKED = {"channel": "device", "email": "", "frequency": "daily", "wants_new": "1"}


def turn_on(device: Device) -> PushEndpoint:
    return endpoints.save_endpoint("https://fcm.googleapis.com/x", BrowserKeys(**KEYS), device)


def ask(**given):
    return browser("bob").post(NEW, ASKED | given)


def own(**columns) -> Alert:
    given = {"device": make.bob(), "language": "en", "frequency": "at_once"}
    return Alert.objects.create(**given | {"confirmed_at": clock.now()} | columns)


def test_an_alert_of_a_browser_with_notifications_is_added_at_once():
    turn_on(make.bob())
    assert ask(category="pothole").url == "/notifications/?added=1"
    alert = Alert.objects.get()
    assert (alert.device, alert.email) == (make.bob(), "")
    assert alert.confirmed_at
    assert alert.digest_due_at > alert.confirmed_at
    page = browser("bob").get("/notifications/?added=1").content.decode()
    assert "tell you on this device" in page
    assert "Pothole, the whole city" in page
    assert browser("ana").get("/notifications/").content.decode().count("End this alert") == 0


def test_an_equal_alert_is_added_once():
    turn_on(make.bob())
    assert ask().status_code == ask().status_code == 302
    assert Alert.objects.count() == 1


def test_an_alert_needs_notifications_that_are_on():
    answer = ask()
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("Turn on notifications on this device first.") == 2
    assert 'href="#id_channel"' in page
    assert not Alert.objects.exists()


def test_an_address_that_was_typed_is_not_kept_with_the_alert_of_a_browser():
    turn_on(make.bob())
    ask(email="not an address")
    assert Alert.objects.get().email == ""


def test_without_push_there_is_only_email(settings):
    settings.VAPID_PUBLIC_KEY = ""
    assert "How should we tell you?" not in browser("bob").get(NEW).content.decode()
    assert ask().status_code == 422


def test_an_unknown_channel_is_refused():
    assert ask(channel="pigeon", email="bob@example.org").status_code == 422


def test_a_browser_has_a_limited_number_of_alerts():
    turn_on(make.bob())
    for number in range(MAX_PER_OWNER):
        own(words=f"word{number}")
    answer = ask()
    assert answer.status_code == 422
    assert f"up to {MAX_PER_OWNER} alerts on this device" in answer.content.decode()
    assert Alert.objects.count() == MAX_PER_OWNER


def test_a_browser_ends_its_own_alerts_alone():
    first, other = own(), own(device=make.ana())
    for wrong in (other.pk, "x", "", "9" * 40):
        assert browser("bob").post("/notifications/", {"end": wrong}).url == "/notifications/"
    assert (
        signed_in(make.omar()).post("/notifications/", {"end": first.pk}).url == "/notifications/"
    )
    assert Alert.objects.count() == 2
    answer = browser("bob").post("/notifications/", {"end": first.pk})
    assert answer.url.startswith("/notifications/?ended=")
    assert list(Alert.objects.all()) == [other]
    page = browser("bob").get(answer.url).content.decode()
    assert f"We ended the alert “{first.description.summary}”." in page


def test_the_link_of_a_notification_ends_its_alert_without_a_session():
    first, _second = own(), own(words="couch")
    token = AlertLink.get_or_create_for_nonce(UUID(int=1), alert=first).token
    assert browser().get(f"/alerts/{token}/").url == "/notifications/"
    page = browser().get(f"/alerts/{token}/end/").content.decode()
    assert "Your other alerts go on." in page
    assert browser().post(f"/alerts/{token}/end/").status_code == 200
    assert Alert.objects.get().words == "couch"


def test_an_alert_has_one_owner():
    for columns in ({"device": None}, {"email": "bob@example.org"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            own(**columns)


def test_alerts_are_shown_exported_and_deleted_with_the_data_of_the_browser():
    own(words="couch")
    held = find_by_device(make.bob())
    assert [each.words for each in held.alerts] == ["couch"]
    with write_archive(held) as file, zipfile.ZipFile(file) as archive:
        name = next(each for each in archive.namelist() if each.endswith(".json"))
        [exported] = json.loads(archive.read(name))["alerts"]
    assert (exported["words"], exported["email"]) == ("couch", None)
    delete_personal_data(held, by=make.bob())
    assert not Alert.objects.exists()
    own()
    forget_device(make.bob())
    assert not Alert.objects.exists()


def test_a_device_with_an_alert_is_kept_while_it_gets_notifications():
    own()
    endpoint = turn_on(make.bob())
    forget_unused_devices(Device.objects.all())
    assert Alert.objects.exists()
    endpoint.delete()
    forget_unused_devices(Device.objects.all())
    assert not Alert.objects.exists()


def test_a_device_that_the_log_names_loses_its_alerts_with_its_key():
    row = make.filed(by=make.bob())
    row.reporter_sessions.all().delete()
    own(created_at=clock.now() - timedelta(days=1))
    forget_unused_devices(Device.objects.filter(pk=make.bob().pk))
    assert not Alert.objects.exists()


def test_administrators_read_whose_alert_it_is():
    alert = own()
    page = signed_in(make.ada()).get("/admin/requests_app/alert/").content.decode()
    assert f"browser {alert.device_id}" in page
