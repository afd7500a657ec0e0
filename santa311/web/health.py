"""Health checks for load balancers and container runtimes.

A response takes at most MAX_SECONDS: each check runs in a thread, and one that still runs has
failed.
"""

import contextlib
import logging
import shutil
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from city import maintenance
from lib import breaker, clock_offsets
from lib.postgresql.timeouts import limit_query_time
from lib.s3 import ClockSkewed
from lib.storage import default_storage
from lib.version import VERSION
from santa311.celery import app
from santa311.observability import periodic_tasks

log = logging.getLogger(__name__)
MAX_SECONDS = 2  # seconds
_MIN_FREE_BYTES = 256 * 1024 * 1024  # bytes; of a small disk, a twentieth
_COMMIT_SQL = """
SELECT extract(epoch FROM clock_timestamp())::float8,
       pg_logical_emit_message(true, 'santa311', 'ready')
"""
# A sort that needs some 300 kB of the disk for some 10 ms, and leaves nothing there
_SORT_ON_DISK_SQL = (
    "SELECT count(*) FROM (SELECT n FROM generate_series(1, 20000) n ORDER BY -n OFFSET 0) s"
)
_running_checks: dict[str, Future] = {}


@require_safe
@never_cache
def live(request) -> JsonResponse:
    """Return the status "up" and the version as JSON, without any check."""
    return JsonResponse({"status": "up", "version": VERSION})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Return the state of all checks as JSON; 503 if a required service is down.

    Periodic tasks are required, photos and the clock are not. `status` is up, degraded or down;
    `down` names failed checks, `left_alone` services with an open circuit breaker.
    """
    return _build_response(_OPTIONAL_CHECKS)


@require_safe
@never_cache
def serving(request: HttpRequest) -> JsonResponse:
    """Return the state of all checks as JSON, for a load balancer; 503 as ready().

    Unlike ready(), periodic tasks are not required: without them no process is better than
    another, so none should be taken out.
    """
    return _build_response(_OPTIONAL_CHECKS | {"periodic_tasks"})


def _build_response(not_needed: frozenset[str]) -> JsonResponse:
    """Run all checks for at most MAX_SECONDS and return their result as JSON.

    The status is 503 if a check fails that is not in `not_needed`, else 200. `read_only` is None if
    the database is down.
    """
    looks = {name: _start_check(name) for name in _CHECKS}
    wait(looks.values(), timeout=MAX_SECONDS)
    down = [name for name, look in looks.items() if not _has_passed(name, look)]
    if clock_offsets.has_large_offset():
        down.append("clock")
    cannot_work = not not_needed.issuperset(down)
    answer = {
        "status": "down" if cannot_work else "degraded" if down else "up",
        "down": down,
        "left_alone": [name for name, each in breaker.breakers_by_name.items() if each.is_open],
        "read_only": None if "database" in down else _is_read_only(),
    }
    return JsonResponse(answer, status=503 if cannot_work else 200)


def _start_check(name) -> Future:
    """Start the check in a thread and return its Future; the running one if it has not ended."""
    before = _running_checks.get(name)
    if before is None or before.done():
        _running_checks[name] = _pool.submit(_CHECKS[name])
    return _running_checks[name]


def _has_passed(name, look) -> bool:
    """Return True if the check ended without an exception; log a warning otherwise."""
    if not look.done():
        log.warning("%s says nothing for %s s", name, MAX_SECONDS)
        return False
    if error := look.exception():
        log.warning("%s does not answer: %s", name, error)
    return error is None


def _check_database() -> None:
    """Commit a transaction and sort on disk. Raise DatabaseError if one of them fails.

    A standby refuses commits, a full disk refuses sorts: a small commit may fit into preallocated
    WAL even if the disk is full.
    """
    try:
        with limit_query_time(MAX_SECONDS), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COMMIT_SQL)
            clock_offsets.record_server_time("database", cursor.fetchone()[0])
            cursor.execute("SET LOCAL work_mem = '64kB'")
            cursor.execute(_SORT_ON_DISK_SQL)
    finally:
        connection.close()  # this thread's own


def _check_broker() -> None:
    """Ping the broker. Raise its error if it does not answer within a second."""
    limits = {"socket_timeout": 1, "socket_connect_timeout": 1}
    with app.connection_for_write(transport_options=limits) as broker:
        broker.ensure_connection(max_retries=1, timeout=1)
        broker.default_channel.client.ping()


def _check_photo_storage() -> None:
    """Read a missing file. Raise OSError if the storage does not answer.

    Only reading distinguishes a missing bucket from a missing file.
    """
    with contextlib.suppress(FileNotFoundError, ClockSkewed):  # the clock has a check of its own
        default_storage.open("ready").close()


def _check_disks() -> None:
    """Raise OSError if the disk of DATA_DIR or of temporary files is nearly full."""
    for folder in (settings.DATA_DIR, tempfile.gettempdir()):
        space = shutil.disk_usage(folder)
        if space.free < min(_MIN_FREE_BYTES, space.total / 20):
            raise OSError("too little space is left")


class PeriodicTasksStoppedError(Exception):
    """No periodic task has run for too long."""


def _check_periodic_tasks() -> None:
    """Raise PeriodicTasksStoppedError if the latest periodic task is too old.

    The age counts from the start of this process at the earliest, because the cache may be older
    than an interruption of the whole city. Without the cache nothing is raised.
    """
    idle = periodic_tasks.idle_seconds()
    if idle is None:  # the cache is unavailable, which the broker's check reports
        return
    if min(idle, time.monotonic() - _STARTED_AT) > periodic_tasks.MAX_IDLE_SECONDS:
        raise PeriodicTasksStoppedError(f"none was done for {idle:.0f} s: look at beat and workers")


def _is_read_only() -> bool | None:
    """Return True if the city is read only, None if the database cannot tell."""
    try:
        return maintenance.is_read_only()
    except DatabaseError:  # it has no tables yet
        return None


_OPTIONAL_CHECKS = frozenset({"photos", "clock"})
_STARTED_AT = time.monotonic()
_CHECKS = {
    "database": _check_database,
    "broker": _check_broker,
    "photos": _check_photo_storage,
    "disk": _check_disks,
    "periodic_tasks": _check_periodic_tasks,
}
_pool = ThreadPoolExecutor(max_workers=len(_CHECKS), thread_name_prefix="ready")
