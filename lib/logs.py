"""One line per event: JSON for machines, readable for people; nothing personal in either.

What a record may carry beside its message is in FIELDS; anything else that a library hangs on it
(Django's whole request, for one) is dropped. Paths are never written, since those of private links
hold their token: a line names the view and the pattern of its address.
"""

import logging
from datetime import UTC, datetime
from http.client import responses

from pythonjsonlogger.json import JsonFormatter

from lib import request_id
from lib.scrubbing import cause_of, masked, trace_of

FORMATS = ("lines", "json")
FIELDS = (
    "view", "route", "method", "status", "ms", "task", "task_id", "queue", "state",
    "kind", "actor", "target", "result", "source",
)  # fmt: skip

# At DEBUG these tell of pictures' insides, of credentials, of places that were searched for.
_TELL_TOO_MUCH = (
    "PIL",
    "boto3",
    "botocore",
    "geopy",
    "s3transfer",
    "urllib3",
    "django.db.backends",
)
# What our own line about each request and each task says already, and with less.
_OF_TASKS = "celery.app.trace"
_SAID_BY_US = (_OF_TASKS, "celery.worker.strategy")
# What would begin a line of its own, or steer a reader's terminal; written as JSON escapes it.
_CONTROLS = {n: f"\\u{n:04x}" for n in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}


def config(form, level, *, in_full=False) -> dict:
    """LOGGING for `form`, one of FORMATS. `in_full` shows errors' messages: for developers only."""
    if form not in FORMATS:
        raise ValueError(f"A log is written as one of {', '.join(FORMATS)}, not {form!r}.")
    line = {"()": JsonLine if form == "json" else ReadableLine, "in_full": in_full}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "NOTSET"},  # the root's handler is enough
            "django.server": {"handlers": [], "propagate": False},  # runserver's, with paths
            **{name: {"level": "INFO"} for name in _TELL_TOO_MUCH if not in_full},
            **{name: {"level": "WARNING"} for name in _SAID_BY_US},
            "security": {"level": "INFO"},  # an auditor's, whatever LOG_LEVEL is
        },
    }


def route_of(request) -> str:
    """The pattern of a request's address, without what stood in it."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no such page)"


def message_of(record) -> str:
    """The record's message, fit to be written down."""
    request = getattr(record, "request", None)
    if record.name.startswith("django.security."):
        return f"{record.name.rpartition('.')[2]}: {route_of(request)}"
    if request is not None and hasattr(record, "status_code"):
        return f"{responses.get(record.status_code, record.status_code)}: {route_of(request)}"
    if record.name == _OF_TASKS and hasattr(record, "data"):
        return f"{record.data['name']} {record.data.get('description', '')}".strip()
    return masked(_without_messages_of_errors(record))


def _without_messages_of_errors(record) -> str:
    """`log.warning("…: %s", error)` is what everybody writes, and the error may quote a person."""
    if not isinstance(record.args, tuple) or not record.args:
        return record.getMessage()
    args = (cause_of(a) if isinstance(a, BaseException) else a for a in record.args)
    return str(record.msg) % tuple(args)


def fields_of(record) -> dict:
    # Django writes its line about a 404 after the last middleware, so the request knows it too.
    number = request_id.current() or getattr(getattr(record, "request", None), "number", "")
    extra = {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
    return ({"request_id": number} if number else {}) | extra


def time_of(record: logging.LogRecord) -> str:
    """Return the time of a record in UTC, whatever the time zone of the process is."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class _Discreet:
    """Both kinds of line: an error is told by its way through the code."""

    in_full = False

    def formatException(self, exc_info) -> str:  # noqa: N802 - logging's own name
        return super().formatException(exc_info) if self.in_full else trace_of(exc_info[1])

    def formatStack(self, stack_info) -> str:  # noqa: N802
        return super().formatStack(stack_info) if self.in_full else ""


class JsonLine(_Discreet, JsonFormatter):
    def __init__(self, *, in_full=False) -> None:
        super().__init__(json_ensure_ascii=False)
        self.in_full = in_full

    def format(self, record) -> str:
        return super().format(record).translate(_CONTROLS)

    def add_fields(self, line, record, message) -> None:
        line["time"] = time_of(record)
        line |= {"level": record.levelname, "logger": record.name, "message": message_of(record)}
        line |= fields_of(record)
        if record.exc_info and record.exc_info[1]:
            line["error"] = self.formatException(record.exc_info)


class ReadableLine(_Discreet, logging.Formatter):
    def __init__(self, *, in_full=False) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message_text)s")
        self.in_full = in_full

    def formatTime(self, record, datefmt=None) -> str:  # noqa: N802
        return time_of(record)

    def format(self, record) -> str:
        more = " ".join(f"{name}={value}" for name, value in fields_of(record).items())
        said = f"{message_of(record)} [{more}]" if more else message_of(record)
        record.message_text = said.translate(_CONTROLS)
        record.exc_text = None  # another handler's, with what we leave out
        text = super().format(record)
        record.exc_text = None
        return text
