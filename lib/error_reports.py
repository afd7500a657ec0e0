"""Error reports to the service of SENTRY_DSN, which must use Sentry's protocol.

Each report is built from allowed fields only (see `scrubbing`): the kind of the error, its
traceback, the page or task, and the request id that the logs have too. Whatever else the library
collects, now or in a later version, is not sent.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from lib import request_id
from lib.scrubbing import format_error_kind, mask_personal_data

if TYPE_CHECKING:
    from sentry_sdk.types import Event

_KEPT_FIELDS = (
    "event_id",
    "timestamp",
    "platform",
    "level",
    "logger",
    "release",
    "environment",
    "sdk",
)
_SAFE_TRANSACTION_SOURCES = {
    "component",
    "task",
}  # the transaction is the name of a view or task; from other sources it is a URL
_KEPT_FRAME_FIELDS = (
    "filename", "abs_path", "module", "function", "lineno", "in_app",
    "pre_context", "context_line", "post_context",
)  # fmt: skip


def start_error_reports(dsn: str, environment: str) -> None:
    """Start the reporting of errors by sentry_sdk; do nothing without a DSN.

    Call it once per process: nothing prevents a second start.
    """
    if not dsn:
        return
    # Imported here, because they take a second to load and most installations do not use them.
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
        before_send=scrub_event,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        # The SDK would use Brotli if it is installed, which not every service can decompress.
        # The option is typed as an enumeration, but the library compares it with strings.
        _experiments={"transport_compression_algo": "gzip"},  # type: ignore[typeddict-item]
    )


def scrub_event(event: Mapping[str, Any], hint: Mapping[str, Any]) -> "Event":
    """Return a new event with allowed fields only (`before_send` of the SDK).

    It has the request id as a tag, the name of the view or task, and the kind of the error or the
    message unfilled. Personal data in the message is masked.
    """
    report = {name: event[name] for name in _KEPT_FIELDS if name in event}
    if event.get("transaction_info", {}).get("source") in _SAFE_TRANSACTION_SOURCES:
        report["transaction"] = event["transaction"]
    if number := request_id.get_request_id():
        report["tags"] = {"request_id": number}
    if values := event.get("exception", {}).get("values"):
        report["exception"] = {"values": [_scrub_exception(value) for value in values]}
        if hint.get("exc_info"):  # the library's last value is the error that was caught
            report["exception"]["values"][-1]["value"] = format_error_kind(hint["exc_info"][1])
    elif message := event.get("logentry", {}).get("message"):
        report["logentry"] = {
            "message": mask_personal_data(message)
        }  # the text in the code, without values
    return cast("Event", report)


def _scrub_exception(value) -> dict[str, Any]:
    """Return the type, module, mechanism and frames of an exception, without its message."""
    told = {name: value[name] for name in ("type", "module", "mechanism") if name in value}
    frames = (value.get("stacktrace") or {}).get("frames", [])
    if "mechanism" in told:
        told["mechanism"] = {k: told["mechanism"].get(k) for k in ("type", "handled")}
    told["stacktrace"] = {"frames": [_scrub_frame(frame) for frame in frames]}
    return told


def _scrub_frame(frame) -> dict[str, Any]:
    """Return the fields of a frame that are in _KEPT_FRAME_FIELDS, without variables."""
    return {name: frame[name] for name in _KEPT_FRAME_FIELDS if name in frame}
