"""The process's cache of what is built from the city's rows, so that pages make no query for it.

The rows of this app change rarely and are read all the time. `cache_per_version` keeps a function's
result until the city's `version` changes. Changes by another process are noticed within
`VERSION_CHECK_SECONDS`, own changes at once. While the database is down, cached results
stay in use.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.apps import apps
from django.db import OperationalError, transaction

from lib.context_variables import override_context_variable

VERSION_CHECK_SECONDS = 5.0  # between two queries for the version
_lock = threading.RLock()
_is_invalidation_deferred = ContextVar("many rows are one change", default=False)


@dataclass
class _State:
    version: str | None = None
    checked_at: float = float("-inf")
    answers: MutableMapping[Callable[[], Any], Any] = field(default_factory=dict)


_state = _State()


def cache_per_version[Answer](function: Callable[[], Answer]) -> Callable[[], Answer]:
    """Call `function` (no arguments) once per version of the city and cache its result.

    All threads share the result: treat it, and the model instances in it, as read-only.
    """

    @wraps(function)
    def answer() -> Answer:
        current_version()
        with _lock:
            answers = _state.answers
            if function not in answers:
                answers[function] = function()
            return answers[function]

    return answer


def current_version() -> str:
    """Return the version of the city's configuration, "" if no city is loaded.

    The version is read at most every `VERSION_CHECK_SECONDS`. Without a city nothing is cached, so
    the first load is visible at once. Raise OperationalError if the database is down before the
    first read.
    """
    with _lock:
        if time.monotonic() - _state.checked_at > VERSION_CHECK_SECONDS:
            _refresh_version()
        return _state.version or ""


def _refresh_version() -> None:
    """Read the city's version; if it changed, drop all cached results.

    While the database is down, keep the last version; raise OperationalError if there is none.
    """
    city = apps.get_model("city", "City")
    try:
        version = city.objects.values_list("version", flat=True).first() or ""
    except OperationalError:
        if not _state.version:
            raise
        version = _state.version
    if version != _state.version or not version:
        _state.answers.clear()
    _state.version = version
    _state.checked_at = time.monotonic() if version else float("-inf")


def last_known_version() -> str | None:
    """Return the version that was read last, "" without a city, or None before the first look."""
    return _state.version


def use_store(store: MutableMapping) -> None:
    """Use the mapping `store`, from a function to its result, as the cache. For tests."""
    with _lock:
        _state.answers = store


def clear_process_cache() -> None:
    """Clear the cache of this process, and let the version be read again at the next use."""
    with _lock:
        _state.answers.clear()
        _state.version, _state.checked_at = None, float("-inf")


def invalidate_cache() -> None:
    """Store a new version of the city, which invalidates the cache of every process.

    Call it after bulk writes. The cache of this process is cleared now and after the commit.
    """
    apps.get_model("city", "City").objects.update(version=secrets.token_hex(8))
    clear_process_cache()
    transaction.on_commit(clear_process_cache)


@contextmanager
def defer_invalidation() -> Iterator[None]:
    """Context manager that invalidates the cache once at its end, instead of after each row.

    The cache is invalidated also after an exception.
    """
    try:
        with override_context_variable(_is_invalidation_deferred, True):
            yield
    finally:
        invalidate_cache()


def invalidate_on_change(sender, raw=False, **kwargs) -> None:
    """Signal receiver for a saved or deleted row of this app: invalidate the cache.

    A row of a fixture (`raw`), and a row inside `defer_invalidation`, changes nothing.
    """
    if not raw and not _is_invalidation_deferred.get():
        invalidate_cache()
