"""Tests that the cache and tasks use JSON, so that write access to Valkey cannot run code."""

import pickle

import pytest
from django.conf import settings
from django.core.cache import cache

from santa311.celery import app
from tests import make
from tests.visitors import signed_in


def raw(key):
    return cache._cache.get_client(None).get(cache.make_key(key))


def test_values_are_json_and_numbers_are_counted_by_the_server():
    for value in ["a", 7, True, None, 1.5, [1, "b"], {"a": [None, False]}]:
        cache.set("kept", value, 60)
        assert cache.get("kept") == value
        assert type(cache.get("kept")) is type(value)
    cache.set("number", 41, 60)
    assert cache.incr("number") == 42
    assert raw("number") == b"42"


class Trap:
    sprung = 0

    def __reduce__(self):
        return _spring, ()


def _spring():
    Trap.sprung += 1


def test_an_object_that_somebody_put_there_is_not_brought_to_life():
    cache._cache.get_client(None).set(cache.make_key("kept"), pickle.dumps(Trap()))
    with pytest.raises(ValueError, match=r"decode|JSON|Expecting"):
        cache.get("kept")
    assert Trap.sprung == 0


def test_what_json_does_not_know_is_refused_instead_of_changed():
    with pytest.raises(TypeError):
        cache.set("kept", {1, 2}, 60)


@pytest.mark.django_db
def test_a_session_is_json_too():
    visitor = signed_in(make.omar())
    visitor.get("/desk/")
    key = f"django.contrib.sessions.cached_db{visitor.cookies[settings.SESSION_COOKIE_NAME].value}"
    assert b'"_auth_user_id": "%d"' % make.omar().pk in raw(key)


def test_workers_read_json_alone():
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == app.conf.result_serializer == "json"
    assert app.conf.result_accept_content is None  # None means the value of accept_content
