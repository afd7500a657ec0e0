"""What the workers write down: a line per task, under the number of the request that enqueued it.

The number travels in the message's headers, with the time at which it was sent; a task that
enqueues another hands it on. What beat or a retrying task asks for gets a number of its own.
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

from lib import request_id

log = logging.getLogger("santa311.tasks")


@before_task_publish.connect
def _send_along(headers=None, **_) -> None:
    headers["rung_at"] = time.time()
    if number := request_id.get_request_id():
        headers["request_id"] = number


@setup_logging.connect
def _write_as_the_web_does(loglevel=None, **_) -> None:
    """Log as the web does; `--loglevel` may ask for more than LOG_LEVEL, never less."""
    logging.config.dictConfig(settings.LOGGING)
    root = logging.getLogger()
    root.setLevel(min(root.level, loglevel or root.level))


@task_prerun.connect
def _begin(task, **_) -> None:
    request = task.request
    given = getattr(request, "request_id", None)
    request.begun_at = time.perf_counter()
    request.its_number = request_id.bind_request_id(
        request_id.accept_or_create_id(given, is_trusted=True)
    )
    request.its_number.__enter__()


@task_postrun.connect
def _end(task_id, task, state=None, **_) -> None:
    request = task.request
    extra = {
        "task": task.name,
        "task_id": task_id,
        "state": (state or "unknown").lower(),
        "ms": round((time.perf_counter() - request.begun_at) * 1000, 1),
        "queue": (request.delivery_info or {}).get("routing_key"),
    }
    log.info("done", extra=extra)
    request.its_number.__exit__(None, None, None)
