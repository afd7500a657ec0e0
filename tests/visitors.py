"""Browsers of named people, for tests that go through the front door."""

import re
from importlib import import_module

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests import make


def browser(name=None) -> Client:
    """Return a browser with the key of `tests.make.device(name)`; without a name, a fresh one."""
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
    """Return the browser of ada, who administers and is signed in."""
    client.force_login(make.ada())
    return client


@pytest.fixture
def omar(client) -> Client:
    """Return the browser of omar, an agent, who is signed in."""
    client.force_login(make.omar())
    return client


def pass_by(session, span):
    """`span` passes, as far as this session of a member of staff knows."""
    seconds = int(span.total_seconds())
    moved = {name: session["sign_in"][name] - seconds for name in ("at", "seen")}
    session["sign_in"] |= moved
    session.save()


def session_of(page):
    """Return the session of the real browser of `page`."""
    name = settings.SESSION_COOKIE_NAME
    key = next(each["value"] for each in page.context.cookies() if each["name"] == name)
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def sign_in(page, live_server, user):
    """Let the real browser of `page` carry the session of `user`; return the page."""
    name = settings.SESSION_COOKIE_NAME
    return _carry(page, live_server, name, signed_in(user).cookies[name].value)


def carry_device(page, live_server, name="ana"):
    """Let the real browser of `page` be the device of `name`; return the page."""
    return _carry(page, live_server, "device", name)


def _carry(page, live_server, name, value):
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    return page


def address(service_request, *parts) -> str:
    return "/".join(["/requests", service_request.reference, *parts, ""])


def bare(response) -> bytes:
    """Return the page without its own address and CSRF token, which differ on each."""
    return re.sub(rb'name="(next|csrfmiddlewaretoken)" value="[^"]*"', b"", response.content)


def source(page) -> str:
    """Return the HTML of a response or text with each tag on a line, next to its text."""
    text = " ".join((page if isinstance(page, str) else page.text).split())
    for space, none in (("> ", ">"), (" <", "<"), (" />", "/>"), (" >", ">")):
        text = text.replace(space, none)
    return text


class CacheCommands:
    """Counts what the real cache server was asked inside a `with` block, by command.

    The server counts its own INFO too, which is left out.
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
