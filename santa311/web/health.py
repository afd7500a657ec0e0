"""For machines: is the process up, and can it work?

Whatever hangs, the answer is there within `PATIENCE` seconds: each look has a thread of its own,
and one that is still looking since the last time has not found anything.
"""

import contextlib
import logging
import shutil
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from city import maintenance
from lib import breaker, clock_offsets
from lib.postgresql.timeouts import limit_query_time
from lib.s3 import ClockSkewed
from lib.version import VERSION
from santa311.celery import app
from santa311.observability import sweeps

log = logging.getLogger(__name__)
PATIENCE = 2  # seconds
_LEAST_FREE = 256 * 1024 * 1024  # bytes; of a small disk, a twentieth
_COMMITS = """
SELECT extract(epoch FROM clock_timestamp())::float8,
       pg_logical_emit_message(true, 'santa311', 'ready')
"""
# A sort that needs some 300 kB of the disk for some 10 ms, and leaves nothing there
_SPILLS = "SELECT count(*) FROM (SELECT n FROM generate_series(1, 20000) n ORDER BY -n OFFSET 0) s"
_under_way: dict[str, Future] = {}


@require_safe
@never_cache
def live(request) -> JsonResponse:
    return JsonResponse({"status": "up", "version": VERSION})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 503 where something is down that the city needs, periodic tasks included.

    `down` names what does not answer or is wrong; breakers spare those in `left_alone`.
    """
    return _answer(_NOT_NEEDED)


@require_safe
@never_cache
def serving(request: HttpRequest) -> JsonResponse:
    """Answer as `ready`, but 503 only where this process cannot take reports.

    For a load balancer: without periodic tasks no process is better than another, and a load
    balancer that took all of them away would have nowhere to send visitors.
    """
    return _answer(_NOT_NEEDED | {"periodic_tasks"})


def _answer(not_needed: frozenset[str]) -> JsonResponse:
    looks = {name: _look(name) for name in _CHECKS}
    wait(looks.values(), timeout=PATIENCE)
    down = [name for name, look in looks.items() if not _is_up(name, look)]
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


def _look(name) -> Future:
    before = _under_way.get(name)
    if before is None or before.done():
        _under_way[name] = _pool.submit(_CHECKS[name])
    return _under_way[name]


def _is_up(name, look) -> bool:
    if not look.done():
        log.warning("%s says nothing for %s s", name, PATIENCE)
        return False
    if error := look.exception():
        log.warning("%s does not answer: %s", name, error)
    return error is None


def _database() -> None:
    """Commit and sort on disk: a standby takes no commit, and a full disk no sort.

    A small commit may fit into what was set aside for it.
    """
    try:
        with limit_query_time(PATIENCE), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COMMITS)
            clock_offsets.record_server_time("database", cursor.fetchone()[0])
            cursor.execute("SET LOCAL work_mem = '64kB'")
            cursor.execute(_SPILLS)
    finally:
        connection.close()  # this thread's own


def _broker() -> None:
    limits = {"socket_timeout": 1, "socket_connect_timeout": 1}
    with app.connection_for_write(transport_options=limits) as broker:
        broker.ensure_connection(max_retries=1, timeout=1)
        broker.default_channel.client.ping()


def _photos() -> None:
    """Read a file that is not there: only who reads tells a missing bucket from a missing file."""
    with contextlib.suppress(FileNotFoundError, ClockSkewed):  # which is named by itself
        default_storage.open("ready").close()


def _disk() -> None:
    for folder in (settings.DATA_DIR, tempfile.gettempdir()):
        space = shutil.disk_usage(folder)
        if space.free < min(_LEAST_FREE, space.total / 20):
            raise OSError("too little space is left")


class PeriodicTasksStoppedError(Exception):
    """No periodic task was done for longer than beat and the workers need."""


def _periodic_tasks() -> None:
    """Raise PeriodicTasksStoppedError when the latest periodic task is too old.

    A process counts from its own start at the earliest: what it finds in the cache may be older
    than a pause of the whole city, whose beat starts beside it.
    """
    idle = sweeps.idle_seconds()
    if idle is None:  # the cache is away, which the broker's look tells
        return
    if min(idle, time.monotonic() - _STARTED_AT) > sweeps.MAX_IDLE_SECONDS:
        raise PeriodicTasksStoppedError(f"none was done for {idle:.0f} s: look at beat and workers")


def _is_read_only() -> bool | None:
    try:
        return maintenance.is_on()
    except DatabaseError:  # it has no tables yet
        return None


_NOT_NEEDED = frozenset({"photos", "clock"})
_STARTED_AT = time.monotonic()
_CHECKS = {
    "database": _database,
    "broker": _broker,
    "photos": _photos,
    "disk": _disk,
    "periodic_tasks": _periodic_tasks,
}
_pool = ThreadPoolExecutor(max_workers=len(_CHECKS), thread_name_prefix="ready")
