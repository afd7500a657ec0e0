"""What this process remembers about the city, so that pages and searches ask no database.

Every row of this app changes rarely and is read all the time. `remembered` keeps what a function
made of the rows until the city's `version` changes; another process's change is noticed within
`FRESH_FOR` seconds, one's own at once. While the database is away, what is known goes on.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.apps import apps
from django.db import OperationalError, transaction

from lib.context_variables import override_context_variable

FRESH_FOR = 5.0  # seconds between two looks at the version
_lock = threading.RLock()
_is_one_change = ContextVar("many rows are one change", default=False)
_state = {"version": None, "checked_at": float("-inf"), "answers": {}}  # by function


def remembered[Answer](function: Callable[[], Answer]) -> Callable[[], Answer]:
    """Call `function` (no arguments) once per version of the city and keep its answer.

    The answer is shared by all threads: treat it, and the model instances in it, as read-only.
    """

    @wraps(function)
    def answer() -> Answer:
        current_version()
        with _lock:
            answers = _state["answers"]
            if function not in answers:
                answers[function] = function()
            return answers[function]

    return answer


def current_version() -> str:
    """The version of the city's configuration, read at most every `FRESH_FOR` seconds.

    Empty when no city is loaded; then nothing is kept, so that the first load shows at once.
    """
    with _lock:
        if time.monotonic() - _state["checked_at"] > FRESH_FOR:
            _look()
        return _state["version"]


def _look() -> None:
    city = apps.get_model("city", "City")
    try:
        version = city.objects.values_list("version", flat=True).first() or ""
    except OperationalError:
        if not _state["version"]:
            raise
        version = _state["version"]
    if version != _state["version"] or not version:
        _state["answers"].clear()
    _state.update(version=version, checked_at=time.monotonic() if version else float("-inf"))


def known_version() -> str | None:
    """Return the version that was read last, or None before the first look."""
    return _state["version"]


def keep_in(store: MutableMapping) -> None:
    """Keep what is remembered in `store`, by the function that made it. For tests."""
    with _lock:
        _state["answers"] = store


def forget() -> None:
    """Drop everything this process remembers."""
    with _lock:
        _state["answers"].clear()
        _state.update(version=None, checked_at=float("-inf"))


def outdate() -> None:
    """Tell every process that the configuration changed. Call it after bulk writes."""
    apps.get_model("city", "City").objects.update(version=secrets.token_hex(8))
    forget()
    transaction.on_commit(forget)


@contextmanager
def one_change() -> Iterator[None]:
    """Many rows are written inside: what is remembered stays until the end, then goes once."""
    try:
        with override_context_variable(_is_one_change, True):
            yield
    finally:
        outdate()


def outdate_for(sender, raw=False, **kwargs) -> None:
    """Signal receiver: a row of this app was saved or deleted."""
    if not raw and not _is_one_change.get():
        outdate()
