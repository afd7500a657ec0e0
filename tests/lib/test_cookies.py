"""Tests that cookies are restricted to this host (`__Host-` prefix) if it uses HTTPS."""

import pytest
from django.contrib.messages import INFO
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from lib.cookies import MessageStorage
from tests import make
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def https(settings):
    """Return settings as for a BASE_URL that begins with https://."""
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
    storage = MessageStorage(request)
    storage.add(INFO, "Saved.")
    storage.update(response)
    assert set(response.cookies) == {"__Host-messages"}
    assert response.cookies["__Host-messages"]["secure"]


def test_without_https_names_are_plain():
    visitor = browser()
    visitor.post(reverse("incoming_photo"))
    assert set(visitor.cookies) == {"device"}
    assert not visitor.cookies["device"]["secure"]


def test_a_plain_name_that_another_host_of_the_domain_can_set_signs_nobody_in(https):
    visitor = browser()
    visitor.cookies["sessionid"] = signed_in(make.omar()).cookies["__Host-sessionid"].value
    answer = visitor.get(reverse("desk"), secure=True)
    assert answer.status_code == 302
    assert "__Host-sessionid" not in answer.cookies
