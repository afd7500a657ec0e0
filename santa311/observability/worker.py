"""The log of the workers: a line per task, with the id of the request that enqueued it.

The id is sent in the message's headers, with the time of sending, and passed on to tasks that a
task enqueues. Tasks of beat get a new id.
"""

import logging
import logging.config
import time

from celery.signals import (
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
)
from django.conf import settings

from lib import request_id, tracing

log = logging.getLogger("santa311.tasks")


@before_task_publish.connect
def _add_request_id_header(headers=None, **_) -> None:
    """Add the time of sending, and the current request id and trace, if any, to a message."""
    headers["rung_at"] = time.time()
    headers |= tracing.build_trace_headers()
    if number := request_id.get_request_id():
        headers["request_id"] = number


@setup_logging.connect
def _configure_logging(loglevel=None, **_) -> None:
    """Configure logging as for the web; `--loglevel` may only add detail to LOG_LEVEL."""
    logging.config.dictConfig(settings.LOGGING)
    root = logging.getLogger()
    root.setLevel(min(root.level, loglevel or root.level))


@task_prerun.connect
def _start_task(task, **_) -> None:
    """Set the task's request id and trace from its message, or new ones, and note its start."""
    request = task.request
    given = getattr(request, "request_id", None)
    request.begun_at = time.perf_counter()
    request.its_number = request_id.bind_request_id(
        request_id.accept_or_create_id(given, is_trusted=True)
    )
    request.its_number.__enter__()
    request.its_trace = tracing.trace_task(getattr(request, "traceparent", None))
    request.its_description = request.its_trace.__enter__()


@task_postrun.connect
def _log_task(task_id, task, state=None, retval=None, **_) -> None:
    """Log a line about the finished task, and end its trace and its request id."""
    request = task.request
    extra = {
        "task": task.name,
        "task_id": task_id,
        "state": (state or "unknown").lower(),
        "ms": round((time.perf_counter() - request.begun_at) * 1000, 1),
        "queue": (request.delivery_info or {}).get("routing_key"),
    }
    log.info("done", extra=extra)
    error = retval if isinstance(retval, Exception) else None
    attributes: tracing.Attributes = {"request.id": request_id.get_request_id()}
    request.its_description(f"task {task.name}", attributes, error)
    request.its_trace.__exit__(None, None, None)
    request.its_number.__exit__(None, None, None)
