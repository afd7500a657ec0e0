"""Test clients and browser sessions of named people, and helpers for their responses."""

import re
from importlib import import_module

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests import make


def browser(name=None) -> Client:
    """Return a test client with the cookie of `tests.make.device(name)`, or with no cookie."""
    client = Client()
    if name:
        client.cookies["device"] = name
    return client


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ada(client) -> Client:
    """Return the test client of ada, an administrator, signed in."""
    client.force_login(make.ada())
    return client


@pytest.fixture
def omar(client) -> Client:
    """Return the test client of omar, an agent, signed in."""
    client.force_login(make.omar())
    return client


def pass_by(session, span):
    """Make a staff member's session older by `span`."""
    seconds = int(span.total_seconds())
    moved = {name: session["sign_in"][name] - seconds for name in ("at", "seen")}
    session["sign_in"] |= moved
    session.save()


def session_of(page):
    """Return the Django session of the real browser of `page`."""
    name = settings.SESSION_COOKIE_NAME
    key = next(each["value"] for each in page.context.cookies() if each["name"] == name)
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def sign_in(page, live_server, user):
    """Sign in `user` in the real browser of `page`, and return the page."""
    name = settings.SESSION_COOKIE_NAME
    return _carry(page, live_server, name, signed_in(user).cookies[name].value)


def carry_device(page, live_server, name="ana"):
    """Set the device cookie of `name` in the real browser of `page`, and return the page."""
    return _carry(page, live_server, "device", name)


def _carry(page, live_server, name, value):
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    return page


def address(service_request, *parts) -> str:
    return "/".join(["/requests", service_request.reference, *parts, ""])


def bare(response) -> bytes:
    """Return the content of a page without its own address and CSRF token, which vary."""
    return re.sub(rb'name="(next|csrfmiddlewaretoken)" value="[^"]*"', b"", response.content)


def source(page) -> str:
    """Return the HTML of a response or text without white space around its tags."""
    text = " ".join((page if isinstance(page, str) else page.text).split())
    for space, none in (("> ", ">"), (" <", "<"), (" />", "/>"), (" >", ">")):
        text = text.replace(space, none)
    return text


class CacheCommands:
    """Context manager that counts the commands the cache server receives, by name.

    The commands that are needed for counting and connecting are left out (`_OURS`).
    """

    def __enter__(self):
        self.before = _calls()
        return self

    def __exit__(self, *failure):
        after = _calls()
        counts = {name: after[name] - self.before.get(name, 0) for name in after}
        self.counts = {name: n for name, n in counts.items() if n and name not in _OURS}


_OURS = {"info", "client|setinfo", "hello", "select", "client|setname"}


def _calls():
    stats = cache._cache.get_client(None, write=True).info("commandstats")
    return {name.removeprefix("cmdstat_"): row["calls"] for name, row in stats.items()}
