"""Tests for turning browser notifications on and off, and for invalid subscriptions."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from lib import clock, web_push
from requests_app import workflow
from requests_app.models import Device, PushEndpoint
from requests_app.privacy import retention
from requests_app.privacy.deletion import delete_personal_data, forget_device
from requests_app.privacy.export import write_archive
from requests_app.privacy.stored_data import find_by_device
from requests_app.push import endpoints
from requests_app.workflow.erasure import forget_unused_devices
from tests import make
from tests.visitors import address, browser, signed_in, source

pytestmark = pytest.mark.django_db
SAVE = "/notifications/endpoints/"
REMOVE = "/notifications/endpoints/removal/"
URL = "https://fcm.googleapis.com/fcm/send/abc"
KEYS = {
    "p256dh": web_push.derive_public_key("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"),
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


def given(**changed) -> dict[str, str]:
    return {"url": URL, **KEYS} | changed


def turn_on(client: Client, **changed) -> PushEndpoint:
    values = given(**changed)
    assert client.post(SAVE, values).status_code == 201
    return PushEndpoint.objects.filter(url=values["url"]).latest("pk")


def test_a_browser_has_a_row_for_its_resident_and_one_for_staff():
    own = turn_on(browser("ana"))
    assert (own.device, own.user, own.language) == (make.ana(), None, "en")
    staff = turn_on(signed_in(make.wes()))
    assert (staff.device, staff.user) == (None, make.wes())
    own.refresh_from_db()
    assert (own.device, own.user) == (make.ana(), None)
    again = turn_on(signed_in(make.omar()))
    assert (again.pk, again.user, again.token) == (staff.pk, make.omar(), staff.token)


def test_signing_out_ends_what_staff_get_and_keeps_what_the_resident_gets():
    own = turn_on(browser("ana"))
    turn_on(signed_in(make.wes()))
    turn_on(signed_in(make.wes()), url=f"{URL}other")
    answer = Client(enforce_csrf_checks=True).post("/notifications/staff/end/", {"url": URL})
    assert answer.json() == {"has_resident": True}
    assert set(PushEndpoint.objects.values_list("url", "user")) == {
        (URL, None),
        (f"{URL}other", make.wes().pk),
    }
    own.delete()
    for given_url in (URL, "", "x" * 5000):
        answer = Client().post("/notifications/staff/end/", {"url": given_url})
        assert answer.json() == {"has_resident": False}
    assert PushEndpoint.objects.count() == 1


def test_a_browser_without_a_device_gets_one():
    client = Client()
    own = turn_on(client)
    assert own.device == Device.objects.get()
    assert client.cookies["device"].value


def test_the_language_is_that_of_the_page():
    client = browser("ana")
    client.cookies["django_language"] = "es"
    assert turn_on(client).language == "es"
    assert turn_on(signed_in(make.wes())).language == "en"


@pytest.mark.parametrize(
    "changed",
    [
        {"url": ""},
        {"url": "http://fcm.googleapis.com/x"},
        {"url": "https://fcm.googleapis.com:8443/x"},
        {"url": "https://evil.example/fcm.googleapis.com"},
        {"url": "https://fcm.googleapis.com.evil.example/"},
        {"url": "https://evilfcm.googleapis.com.example/"},
        {"url": "https://notfcm.googleapis.com/"},
        {"url": "https://fcm.googleapis.com@evil.example/"},
        {"url": "https://evil.example\\@fcm.googleapis.com/"},
        {"url": "https://127.0.0.1/x"},
        {"url": "https://169.254.169.254/latest/meta-data"},
        {"url": "https://2130706433/"},
        {"url": "https://[::1]/"},
        {"url": "file:///etc/passwd"},
        {"url": "javascript:alert(1)"},
        {"url": "https://fcm.googleapis.com/\u202e"},
        {"url": "https://updates.push.services.mozilla.com/wpush/v2/é"},
        {"url": "https://fcm.googleapis.com/" + "x" * 1000},
        {"url": "https://fcm.googleapis.com/\r\nHost: evil.example"},
        {"url": "\0"},
        {"p256dh": ""},
        {"p256dh": "B" + "A" * 86},
        {"p256dh": "x" * 5000},
        {"p256dh": "{{7*7}}"},
        {"auth": "short"},
        {"auth": "\u0661" * 22},
        {"auth": KEYS["p256dh"][:40]},
    ],
    ids=repr,
)
def test_what_cannot_be_called_or_encrypted_for_is_refused(changed):
    answer = browser("ana").post(SAVE, given(**changed))
    assert answer.status_code == (400 if "\0" in str(changed) else 422)
    assert not PushEndpoint.objects.exists()


@pytest.mark.parametrize("host", ["fcm.googleapis.com", "updates.push.services.mozilla.com"])
def test_hosts_of_the_domains_are_called(host):
    assert endpoints.find_service(f"https://{host}/x")


def test_other_sites_cannot_turn_it_on_or_off():
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(SAVE, given()).status_code == 403
    assert strict.post(REMOVE, {"url": URL}).status_code == 403


def test_an_owner_has_ten_devices_and_the_oldest_goes():
    wes = signed_in(make.wes())
    made = [turn_on(wes, url=f"{URL}{number}") for number in range(11)]
    kept = set(make.wes().push_endpoints.values_list("pk", flat=True))
    assert kept == {each.pk for each in made[1:]}


def test_who_turns_it_off_turns_off_their_own_browser_alone():
    turn_on(browser("ana"))
    for other in (browser("bob"), signed_in(make.wes()), Client()):
        assert other.post(REMOVE, {"url": URL}).status_code == 204
    assert browser("ana").post(REMOVE, {}).status_code == 204
    assert PushEndpoint.objects.count() == 1
    assert browser("ana").post(REMOVE, {"url": URL}).status_code == 204
    assert not PushEndpoint.objects.exists()


@pytest.mark.parametrize("token", ["x", "0" * 64, "%00", "a" * 5000])
def test_a_wrong_token_ends_nothing(token):
    own = turn_on(browser("ana"))
    for each in (token, own.token.upper(), own.token[:-1]):
        assert Client().post(f"/notifications/{each}/end/").status_code == 404
    assert Client().get(f"/notifications/{own.token}/end/").status_code == 405
    assert PushEndpoint.objects.count() == 1


def test_a_token_of_another_secret_is_still_known(settings):
    own = turn_on(browser("ana"))
    token = own.token
    settings.LINK_SECRET, settings.LINK_SECRET_FALLBACKS = "new", [settings.LINK_SECRET]
    assert PushEndpoint.objects.get().token == token


def test_the_database_holds_one_owner_and_one_row_per_address():
    own = turn_on(browser("ana"))
    with pytest.raises(IntegrityError), transaction.atomic():
        PushEndpoint.objects.update(user=make.wes())
    with pytest.raises(IntegrityError), transaction.atomic():
        PushEndpoint.objects.update(device=None)
    assert str(own) == f"push endpoint {own.pk}"


def test_the_switch_is_on_pages_of_ones_own_requests_alone():
    row = make.filed()
    switch = "Turn on notifications"
    assert switch in source(browser("ana").get(address(row)))
    assert switch not in source(browser("bob").get(address(row)))
    workflow.follow(row, by=make.bob())
    assert switch in source(browser("bob").get(address(row)))
    assert switch not in source(signed_in(make.wes()).get(address(row)))


def test_the_page_says_what_will_come_to_each():
    assert "you reported or follow" in source(Client().get("/notifications/"))
    assert "your department gets or loses" in source(signed_in(make.wes()).get("/notifications/"))
    assert "every possible emergency" in source(signed_in(make.omar()).get("/notifications/"))
    for person, page in ((make.wes(), "/staff/"), (make.omar(), "/desk/")):
        assert 'href="/notifications/"' in source(signed_in(person).get(page))


def test_staff_see_the_page_in_the_frame_of_staff_pages():
    page = source(signed_in(make.wes()).get("/notifications/"))
    assert 'id="account-menu"' in page
    assert f'href="{reverse("inbox")}"' in page
    for words in ("Staff sign-in", "Map and list", "Prefer to talk?"):
        assert words in source(Client().get("/notifications/"))
        assert words not in page
    assert page.count("Notifications on this device") == 1


@pytest.mark.parametrize("name", ["VAPID_PUBLIC_KEY", "OFFLINE"])
def test_nothing_is_offered_while_push_is_off(settings, name):
    setattr(settings, name, "")
    row = make.filed()
    assert "otifications" not in source(browser("ana").get(address(row)))
    assert "/notifications/" not in source(signed_in(make.wes()).get("/staff/"))
    assert "otifications" not in source(Client().get("/privacy/"))
    assert browser("ana").get("/notifications/").status_code == 404
    assert browser("ana").post(SAVE, given()).status_code == 404


def test_it_is_among_the_data_of_the_device_and_goes_with_them():
    own = turn_on(browser("ana"))
    held = find_by_device(make.ana())
    assert held.endpoints == [own]
    assert held
    with write_archive(held) as file:
        assert file.read(2) == b"PK"
    page = source(browser("ana").get("/your-data/device/"))
    assert "Notifications on this device" in page
    delete_personal_data(held, by=make.ana())
    assert not PushEndpoint.objects.exists()


def test_a_forgotten_device_gets_nothing_more():
    make.filed()
    turn_on(browser("ana"))
    forget_device(make.ana())
    assert not PushEndpoint.objects.exists()


def test_a_device_that_the_log_keeps_loses_its_endpoint():
    row = make.filed()
    turn_on(browser("ana"))
    row.reporter_sessions.all().delete()
    forget_unused_devices(Device.objects.all())
    assert not PushEndpoint.objects.exists()


def test_a_deleted_account_takes_its_endpoints_along():
    user = make.user("temp")
    turn_on(signed_in(user))
    user.delete()
    assert not PushEndpoint.objects.exists()


def test_what_was_not_used_for_a_year_is_deleted():
    unused, used, used_long_ago = (
        turn_on(browser(name), url=f"{URL}{name}") for name in ("a", "b", "c")
    )
    later = clock.now() + endpoints.LIFETIME + timedelta(days=1)
    PushEndpoint.objects.filter(pk=used.pk).update(used_at=later - timedelta(days=9))
    PushEndpoint.objects.filter(pk=used_long_ago.pk).update(used_at=clock.now())
    with clock.freeze_time(later):
        retention.delete_expired()
    assert list(PushEndpoint.objects.all()) == [used]
    assert unused.pk != used.pk


def test_the_administration_shows_neither_address_nor_keys():
    own = turn_on(browser("ana"))
    page = signed_in(make.ada()).get(f"/admin/requests_app/pushendpoint/{own.pk}/change/")
    shown = source(page)
    assert page.status_code == 200
    for secret in (own.url, own.auth, own.p256dh, own.token, own.token_hash):
        assert secret not in shown


def test_the_command_prints_a_key_that_can_be_used(capsys):
    call_command("make_push_keys")
    key, contact = capsys.readouterr().out.splitlines()
    assert web_push.derive_public_key(key.removeprefix("VAPID_PRIVATE_KEY="))
    assert contact.startswith("VAPID_CONTACT=mailto:")
