"""Logging configuration and formatters: one line per event, as JSON or text, without personal data.

Besides its message, a line has only the attributes of a record that FIELDS lists; others that
libraries add, such as Django's request, are dropped. Paths are never logged, because those of
private links contain their token: a line has the name and URL pattern of the view.
"""

import logging
from datetime import UTC, datetime
from http.client import responses

from pythonjsonlogger.json import JsonFormatter

from lib import request_id
from lib.scrubbing import format_error_chain, format_traceback, mask_personal_data

FORMATS = ("lines", "json")
FIELDS = (
    "view", "route", "method", "status", "ms", "task", "task_id", "queue", "state",
    "kind", "actor", "target", "result", "source",
)  # fmt: skip

# At DEBUG these log details of pictures, credentials, and searched places.
_LOGGERS_WITH_SENSITIVE_DEBUG = (
    "PIL",
    "boto3",
    "botocore",
    "geopy",
    "s3transfer",
    "urllib3",
    "django.db.backends",
)
# Loggers that repeat our own line about each task, with more details.
_TASK_LOGGER = "celery.app.trace"
_REDUNDANT_LOGGERS = (_TASK_LOGGER, "celery.worker.strategy")
# Characters that begin a new line or control a terminal, and their JSON escapes.
_ESCAPED_CONTROLS = {n: f"\\u{n:04x}" for n in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}


def build_logging_config(line_format, level, *, in_full=False) -> dict:
    """Return LOGGING for `line_format`, one of FORMATS. Raise ValueError for another one.

    `in_full` includes messages of errors: for development only.
    """
    if line_format not in FORMATS:
        raise ValueError(f"A log is written as one of {', '.join(FORMATS)}, not {line_format!r}.")
    line = {
        "()": JsonLineFormatter if line_format == "json" else ReadableLineFormatter,
        "in_full": in_full,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "NOTSET"},  # the root's handler is enough
            "django.server": {"handlers": [], "propagate": False},  # its lines have paths
            **{name: {"level": "INFO"} for name in _LOGGERS_WITH_SENSITIVE_DEBUG if not in_full},
            **{name: {"level": "WARNING"} for name in _REDUNDANT_LOGGERS},
            "security": {"level": "INFO"},  # for auditors, whatever LOG_LEVEL is
        },
    }


def route_pattern(request) -> str:
    """Return the URL pattern of the request with a slash, without values of its parameters.

    Return "(no such page)" if no pattern matched.
    """
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no such page)"


def scrub_message(record) -> str:
    """Return the message of a record without personal data.

    For records about a request it is the status or the kind of error with the URL pattern, for
    those of tasks the name of the task; in others personal data is masked.
    """
    request = getattr(record, "request", None)
    if record.name.startswith("django.security."):
        return f"{record.name.rpartition('.')[2]}: {route_pattern(request)}"
    if request is not None and hasattr(record, "status_code"):
        return f"{responses.get(record.status_code, record.status_code)}: {route_pattern(request)}"
    if record.name == _TASK_LOGGER and hasattr(record, "data"):
        return f"{record.data['name']} {record.data.get('description', '')}".strip()
    return mask_personal_data(_format_without_error_text(record))


def _format_without_error_text(record) -> str:
    """Format the message with errors among its arguments reduced to their kinds.

    An error's own text may quote a person's words.
    """
    if not isinstance(record.args, tuple) or not record.args:
        return record.getMessage()
    args = (format_error_chain(a) if isinstance(a, BaseException) else a for a in record.args)
    return str(record.msg) % tuple(args)


def extra_fields(record) -> dict:
    """Return the request id and the attributes in FIELDS that the record has, by name.

    `request_id` is missing if there is none.
    """
    # Django logs a 404 after the last middleware; then only the request still has its id.
    number = request_id.get_request_id() or getattr(getattr(record, "request", None), "number", "")
    extra = {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
    return ({"request_id": number} if number else {}) | extra


def format_record_time(record: logging.LogRecord) -> str:
    """Return the record's time in UTC, such as 2026-11-30T17:00:00.000+00:00."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class _ScrubbingFormatter(logging.Formatter):
    """A mixin for both formatters, which replaces errors by a traceback without their messages."""

    in_full = False

    def formatException(self, exc_info) -> str:  # noqa: N802 - logging's own name
        """Return the traceback without the messages of errors; with them if `in_full`."""
        return super().formatException(exc_info) if self.in_full else format_traceback(exc_info[1])

    def formatStack(self, stack_info) -> str:  # noqa: N802
        """Return "", or the stack if `in_full`."""
        return super().formatStack(stack_info) if self.in_full else ""


class JsonLineFormatter(_ScrubbingFormatter, JsonFormatter):
    def __init__(self, *, in_full=False) -> None:
        super().__init__(json_ensure_ascii=False)
        self.in_full = in_full

    def format(self, record) -> str:
        """Return the record as one line of JSON, with control characters escaped."""
        return super().format(record).translate(_ESCAPED_CONTROLS)

    def add_fields(self, line, record, message) -> None:
        """Add time, level, logger, message, extra fields and a scrubbed `error` to `line`."""
        line["time"] = format_record_time(record)
        line |= {"level": record.levelname, "logger": record.name, "message": scrub_message(record)}
        line |= extra_fields(record)
        if record.exc_info and record.exc_info[1]:
            line["error"] = self.formatException(record.exc_info)


class ReadableLineFormatter(_ScrubbingFormatter, logging.Formatter):
    def __init__(self, *, in_full=False) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message_text)s")
        self.in_full = in_full

    def formatTime(self, record, datefmt=None) -> str:  # noqa: N802
        """Return the record's time as format_record_time() does; `datefmt` is ignored."""
        return format_record_time(record)

    def format(self, record) -> str:
        """Return one line, and below it the scrubbed traceback; control characters are escaped.

        The line ends with the extra fields in brackets. The record's `exc_text` is cleared.
        """
        more = " ".join(f"{name}={value}" for name, value in extra_fields(record).items())
        said = f"{scrub_message(record)} [{more}]" if more else scrub_message(record)
        record.message_text = said.translate(_ESCAPED_CONTROLS)
        record.exc_text = None  # set by another handler, and not scrubbed
        text = super().format(record)
        record.exc_text = None
        return text
