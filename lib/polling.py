"""The answer to a poll, and the version of a page that it compares.

A version is kept in the shared cache for 30 s at most and is only ever a hint from the database.
Whoever writes a new one overwrites; whoever merely looked one up keeps what is there, so a slow
reader cannot hide news.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse

LIFETIME = 30  # seconds


def by_itself(view) -> Callable:
    """Marks a view that pages ask without anybody's doing: no sign of life of a person."""
    view.is_asked_by_itself = True
    return view


def is_poll(request) -> bool:
    """Whether a page asks this without anybody's doing."""
    match = request.resolver_match
    is_marked = getattr(match and match.func, "is_asked_by_itself", False)
    return is_marked or request.method == "HEAD"


def nothing_new(cache_control="") -> HttpResponse:
    """The answer to a poll whose page shows what there is."""
    response = HttpResponse(status=204)
    if cache_control:
        response["Cache-Control"] = cache_control
    return response


def yes() -> bool:
    return True


@dataclass(frozen=True)
class Poll:
    """`shown` is the version of `name` that the page has, falsy for none.

    `news` makes the fragment; None: there is nothing that this person should be told. `current`
    reads the version from the database and remembers it; without it, what the cache does not know
    is news. `glance` reads no more than the version, where the cache has none, and gives None where
    not everybody may know it. `is_current(version, shown)` compares the two, `also` says from the
    cache alone what must hold besides. `nothing` answers where the page shows what there is.
    """

    name: str
    shown: str | int
    news: Callable[[], HttpResponse]
    current: Callable[[], str | int] | None = None
    glance: Callable[[], str | int | None] = lambda: None
    is_current: Callable = operator.eq
    also: Callable[[], bool] = yes
    nothing: Callable[[], HttpResponse] = nothing_new


def answer(poll) -> HttpResponse:
    """Nothing new costs one read of the cache and no SQL, besides what `also` reads there."""
    if poll.shown:
        version = known(poll.name)
        if version is None:
            version = poll.glance()
        if version is not None and poll.is_current(version, poll.shown) and poll.also():
            return poll.nothing()
    if poll.current and poll.is_current(poll.current(), poll.shown):
        return poll.nothing()
    return poll.news()


def announce(name, version, lasts=None) -> None:
    """A new version of `name` was committed. `lasts` is in how many seconds another one follows
    without anybody's doing; None: in none.
    """
    cache.set(_key(name), version, _lifetime(lasts))


def remember(name, version, lasts=None) -> None:
    """`version` was read from the database because the cache had none."""
    cache.add(_key(name), version, _lifetime(lasts))


def known(name) -> Any:
    """The cached version, or None. One cache read."""
    return cache.get(_key(name))


def _lifetime(lasts) -> int:
    """Whole seconds, rather too few than one too many; with 0 the cache keeps nothing."""
    return LIFETIME if lasts is None else min(LIFETIME, int(lasts))


def _key(name) -> str:
    return f"live:{name}"
