"""Cookies belong to this host alone where it has https, whatever they were called before."""

import pytest
from django.contrib.messages import INFO
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from lib.cookies import Messages
from tests import make
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def https(settings):
    """As the settings are where BASE_URL begins with https://."""
    settings.HTTPS = True
    settings.COOKIE_PREFIX = "__Host-"
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        plain = getattr(settings, f"{kind}_COOKIE_NAME")
        setattr(settings, f"{kind}_COOKIE_NAME", f"__Host-{plain}")
        setattr(settings, f"{kind}_COOKIE_SECURE", True)


def sign_in(visitor):
    data = {"login": make.omar().username, "password": make.PASSWORD}
    return visitor.post(reverse("account_login"), data, secure=True)


def test_with_https_every_cookie_is_this_hosts_alone(https):
    visitor = browser()
    visitor.get(reverse("account_login"), secure=True)
    visitor.post(reverse("set_language"), {"language": "en"}, secure=True)
    visitor.post(reverse("incoming_photo"), secure=True)
    place = {"latitude": "34.0100", "longitude": "-118.4900"}
    visitor.post(reverse("where_you_are"), place, secure=True)
    assert sign_in(visitor).status_code == 302
    plain = {"sessionid", "csrftoken", "django_language", "device", "here", "known"}
    assert {f"__Host-{name}" for name in plain} == set(visitor.cookies)
    for name, cookie in visitor.cookies.items():
        assert cookie["secure"], name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name
        assert cookie["samesite"] == "Lax", name
        assert bool(cookie["httponly"]) == (name != "__Host-csrftoken"), name


def test_a_message_to_the_next_page_has_such_a_name_too(https):
    request, response = RequestFactory().get("/"), HttpResponse()
    request.session = {}
    storage = Messages(request)
    storage.add(INFO, "Saved.")
    storage.update(response)
    assert set(response.cookies) == {"__Host-messages"}
    assert response.cookies["__Host-messages"]["secure"]


def test_without_https_names_are_plain():
    visitor = browser()
    visitor.post(reverse("incoming_photo"))
    assert set(visitor.cookies) == {"device"}
    assert not visitor.cookies["device"]["secure"]


def old_browser():
    """One that signed in and reported before its cookies had a prefix."""
    visitor = browser("ana")
    visitor.cookies["sessionid"] = signed_in(make.omar()).cookies["__Host-sessionid"].value
    visitor.cookies["django_language"] = "en"
    return visitor


def test_cookies_of_before_count_once_and_are_replaced(https):
    old = old_browser()
    session = old.cookies["sessionid"].value
    desk = reverse("desk")
    answer = old.get(desk, secure=True)
    assert answer.status_code == 200
    assert answer.wsgi_request.user == make.omar()
    assert answer.cookies["__Host-sessionid"].value == session
    assert answer.cookies["__Host-sessionid"]["max-age"] > 60 * 60
    assert answer.cookies["__Host-device"].value == "ana"
    for name in ("sessionid", "device", "django_language"):
        assert answer.cookies[name]["max-age"] == 0, name

    new = Client()
    for name, cookie in answer.cookies.items():
        if cookie["max-age"] != 0:
            new.cookies[name] = cookie.value
    again = new.get(desk, secure=True)
    assert again.status_code == 200
    assert again.cookies.keys() <= {"__Host-csrftoken"}


def test_a_form_that_was_open_meanwhile_is_taken(https):
    visitor = Client(enforce_csrf_checks=True)
    visitor.cookies["csrftoken"] = token = "t" * 32
    data = {"language": "en", "csrfmiddlewaretoken": token}
    headers = {"Origin": "https://testserver"}
    answer = visitor.post(reverse("set_language"), data, headers=headers, secure=True)
    assert answer.status_code == 302
    assert answer.cookies["__Host-csrftoken"].value == token


def test_another_host_of_the_domain_cannot_sign_a_browser_in(https):
    """It can set plain names alone, and they count for nothing beside a new one."""
    visitor = old_browser()
    visitor.cookies["__Host-csrftoken"] = "t" * 32
    answer = visitor.get(reverse("desk"), secure=True)
    assert answer.status_code == 302
    assert "__Host-sessionid" not in answer.cookies
    assert "__Host-device" not in answer.cookies


def test_the_browser_of_somebody_who_signed_in_before_is_still_known(https, settings):
    settings.HTTPS, settings.COOKIE_PREFIX = False, ""
    known = sign_in_plainly().cookies["known"].value
    settings.HTTPS, settings.COOKIE_PREFIX = True, "__Host-"
    visitor = browser()
    visitor.cookies["__Host-csrftoken"] = "t" * 32
    visitor.cookies["known"] = known
    answer = visitor.get(reverse("account_login"), secure=True)
    assert answer.cookies["__Host-known"].value == known
    assert answer.cookies["known"]["max-age"] == 0
    assert answer.cookies["known"]["path"] == "/accounts/"


def sign_in_plainly():
    visitor = browser()
    sign_in(visitor)
    return visitor
