"""Responses to polls, by comparing the version that a page shows with the current one.

The shared cache keeps a version for at most 30 s, as a copy of the database's. announce_version()
overwrites it; cache_version() keeps an existing one, so that a slow reader cannot hide
a newer version.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse

MAX_LIFETIME = 30  # seconds


def mark_as_poll(view) -> Callable:
    """Set `is_poll_view` of the view and return it. Pages request such views by themselves.

    Such a request is no sign of an active person.
    """
    view.is_poll_view = True
    return view


def is_poll(request) -> bool:
    """Return True if the view is marked as a poll, or the method is HEAD."""
    match = request.resolver_match
    is_marked = getattr(match and match.func, "is_poll_view", False)
    return is_marked or request.method == "HEAD"


def no_content_response(cache_control="") -> HttpResponse:
    """Return an empty 204, the response to a poll whose page is current.

    It has no Cache-Control header unless one is given.
    """
    response = HttpResponse(status=204)
    if cache_control:
        response["Cache-Control"] = cache_control
    return response


@dataclass(frozen=True)
class Poll:
    """A poll for the page whose version in the cache has the key `name`.

    `shown_version` is what the page shows, falsy for nothing. `render_news` returns the response
    with the new fragment. `load_version` reads the version from the database and caches it; without
    it, a version missing in the cache counts as news. `peek_version` is asked if the cache has no
    version, and returns None if this reader may not know it. `is_current(version, shown_version)`
    compares both. `is_also_current` checks further conditions in the cache alone. `render_no_news`
    returns the response if there is no news.
    """

    name: str
    shown_version: str | int
    render_news: Callable[[], HttpResponse]
    load_version: Callable[[], str | int] | None = None
    peek_version: Callable[[], str | int | None] = lambda: None
    is_current: Callable = operator.eq
    is_also_current: Callable[[], bool] = lambda: True
    render_no_news: Callable[[], HttpResponse] = no_content_response


def answer_poll(poll) -> HttpResponse:
    """Return the poll's response without news if the page is current, else that with news.

    If the cache has the version, no news costs one cache read and no SQL.
    """
    if poll.shown_version:
        version = get_cached_version(poll.name)
        if version is None:
            version = poll.peek_version()
        if (
            version is not None
            and poll.is_current(version, poll.shown_version)
            and poll.is_also_current()
        ):
            return poll.render_no_news()
    if poll.load_version and poll.is_current(poll.load_version(), poll.shown_version):
        return poll.render_no_news()
    return poll.render_news()


def announce_version(name, version, lifetime=None) -> None:
    """Cache a version that was just committed, and overwrite an older one.

    The cache keeps the version for at most MAX_LIFETIME. `lifetime` are the seconds after which the
    version changes by itself, None if it does not.
    """
    cache.set(_cache_key(name), version, _cap_lifetime(lifetime))


def cache_version(name, version, lifetime=None) -> None:
    """Cache a version that was read from the database, unless the cache has one.

    `lifetime` is that of announce_version(), and the cache keeps the version as long.
    """
    cache.add(_cache_key(name), version, _cap_lifetime(lifetime))


def get_cached_version(name) -> Any:
    """Return the cached version, or None if there is none. One cache read."""
    return cache.get(_cache_key(name))


def _cap_lifetime(lifetime) -> int:
    """Return seconds, rounded down, at most MAX_LIFETIME, which None means; 0 caches nothing."""
    return MAX_LIFETIME if lifetime is None else min(MAX_LIFETIME, int(lifetime))


def _cache_key(name) -> str:
    return f"live:{name}"
