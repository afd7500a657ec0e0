"""The request id, which links the log lines of proxy, web process and workers."""

import re
import uuid
from contextlib import AbstractContextManager
from contextvars import ContextVar

from lib.context_variables import override_context_variable

HEADER = "X-Request-ID"
_ID_PATTERN = re.compile(r"[0-9a-f]{32}")  # what nginx calls $request_id
_current = ContextVar("request id", default="")


def get_request_id() -> str:
    """Return the id of the current request or task, "" outside of them."""
    return _current.get()


def accept_or_create_id(given, *, is_trusted) -> str:
    """Return `given` if its sender `is_trusted` and it has 32 hex digits, else a new id.

    An id that a visitor chose could be a name, or the id of another request.
    """
    return given if is_trusted and _ID_PATTERN.fullmatch(given or "") else uuid.uuid4().hex


def bind_request_id(number) -> AbstractContextManager:
    """Return a context manager that makes `number` the current request id in its block."""
    return override_context_variable(_current, number)
