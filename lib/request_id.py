"""One number that ties together what a proxy, a web process and the workers say of one request."""

import re
import uuid
from contextlib import AbstractContextManager
from contextvars import ContextVar

from lib.context_variables import assigned

HEADER = "X-Request-ID"
_OURS = re.compile(r"[0-9a-f]{32}")  # what nginx calls $request_id
_current = ContextVar("request id", default="")


def current() -> str:
    """The number of what is being worked on here, empty outside of any request or task."""
    return _current.get()


def accepted(given, *, believed) -> str:
    """`given` if whoever sent it may be believed and it looks like one of ours, else a new one.

    A visitor's own number could be somebody's name, or the number of another's request.
    """
    return given if believed and _OURS.fullmatch(given or "") else uuid.uuid4().hex


def working_on(number) -> AbstractContextManager:
    return assigned(_current, number)
