"""Reports of errors to whoever SENTRY_DSN names: any service that speaks Sentry's protocol.

A report is made anew from what may be told (see `scrubbing`): the kind of the error, its way
through the code, the page or task, and the number that the logs know it by. Whatever else the
library gathered, or a later version of it will gather, is not passed on.
"""

from typing import Any

from lib import request_id
from lib.scrubbing import kind_of, masked

_KEPT = ("event_id", "timestamp", "platform", "level", "logger", "release", "environment", "sdk")
_NAMED_BY_CODE = {"component", "task"}  # a view's or a task's name; the others are addresses
_KEPT_OF_A_FRAME = (
    "filename", "abs_path", "module", "function", "lineno", "in_app",
    "pre_context", "context_line", "post_context",
)  # fmt: skip


def start(dsn, environment) -> None:
    """Once per process; without a DSN nothing is reported and nothing is hooked."""
    if not dsn:
        return
    # Here and not above: they take a second to load, which only who uses them should pay.
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        integrations=[
            DjangoIntegration(transaction_style="function_name", middleware_spans=False),
            CeleryIntegration(),
            LoggingIntegration(level=None),
            AtexitIntegration(callback=lambda pending, timeout: None),  # it would print
        ],
        before_send=told,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        # Brotli is here for the pages' files, and not every service that takes reports knows it.
        _experiments={"transport_compression_algo": "gzip"},
    )


def told(event, hint) -> dict[str, Any]:
    """What is sent of an event."""
    report = {name: event[name] for name in _KEPT if name in event}
    if event.get("transaction_info", {}).get("source") in _NAMED_BY_CODE:
        report["transaction"] = event["transaction"]
    if number := request_id.current():
        report["tags"] = {"request_id": number}
    if values := event.get("exception", {}).get("values"):
        report["exception"] = {"values": [_error(value) for value in values]}
        if hint.get("exc_info"):  # the library's last value is the error that was caught
            report["exception"]["values"][-1]["value"] = kind_of(hint["exc_info"][1])
    elif message := event.get("logentry", {}).get("message"):
        report["logentry"] = {"message": masked(message)}  # as it stands in the code, unfilled
    return report


def _error(value) -> dict[str, Any]:
    told = {name: value[name] for name in ("type", "module", "mechanism") if name in value}
    frames = (value.get("stacktrace") or {}).get("frames", [])
    if "mechanism" in told:
        told["mechanism"] = {k: told["mechanism"].get(k) for k in ("type", "handled")}
    told["stacktrace"] = {"frames": [_frame(frame) for frame in frames]}
    return told


def _frame(frame) -> dict[str, Any]:
    return {name: frame[name] for name in _KEPT_OF_A_FRAME if name in frame}
