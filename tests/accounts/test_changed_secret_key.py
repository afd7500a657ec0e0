"""Tests that a change of SECRET_KEY signs nobody out and does not change session keys."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import make
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def change_the_key(settings):
    def change(*, keep):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep else []
        settings.SECRET_KEY = "another one " * 5

    return change


def same_browser(client):
    """Return another client with this client's cookies, for a simultaneous request."""
    other = Client()
    other.cookies.load({name: each.value for name, each in client.cookies.items()})
    return other


def ask(client, page="desk_live"):
    """Return the status code of one request, and close the thread's database connection."""
    try:
        return client.get(reverse(page), headers={"HX-Request": "true"}).status_code
    finally:
        connection.close()


def test_of_many_requests_under_way_none_finds_its_session_gone(change_the_key):
    people = [make.user(f"omar{number}", is_agent=True) for number in range(12)]
    clients = [signed_in(person) for person in people]
    keys = {each.session.session_key for each in clients}
    change_the_key(keep=True)
    browsers = [same_browser(each) for each in clients for _request in range(3)]
    with ThreadPoolExecutor(6) as pool:
        assert {*pool.map(ask, browsers)} <= {200, 204}
    assert [ask(each, "desk") for each in clients] == [200] * 12
    assert {each.pk for each in Session.objects.all()} == keys


def test_signing_in_elsewhere_leaves_the_other_browsers_their_sessions(change_the_key):
    before = signed_in(make.omar())
    key = before.session.session_key
    change_the_key(keep=True)
    after = Client()
    after.post(reverse("account_login"), {"login": "omar", "password": make.PASSWORD})
    after.get(reverse("usersessions_list"))
    assert Session.objects.filter(pk=key).exists()
    assert [ask(each, "desk") for each in (before, after)] == [200, 200]


def test_who_signs_in_under_the_new_key_is_known_to_a_process_with_the_old_one(settings):
    """In the second round of a change, all processes already know the new key as a fallback."""
    old, new = settings.SECRET_KEY, "another one " * 5
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new, [old]
    client = Client()
    client.post(
        reverse("account_login"), {"login": make.omar().username, "password": make.PASSWORD}
    )
    cache.clear()  # so that the session is read from the database, which checks its signature
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = old, [new]
    assert ask(client, "desk") == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert ask(client, "desk") != 200


def test_a_key_that_is_not_believed_any_more_signs_everybody_out(change_the_key):
    client = signed_in(make.omar())
    change_the_key(keep=False)
    assert ask(client) == 401
