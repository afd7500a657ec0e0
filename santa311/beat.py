"""The scheduler of beat: it keeps the schedule in memory, and only one of several is active."""

import logging
import time
from datetime import UTC, datetime

from celery.beat import Scheduler
from django.conf import settings

from lib.postgresql.session_lock import SessionLock
from santa311.observability import periodic_tasks
from santa311.observability.heartbeat import touch_heartbeat_file

_logger = logging.getLogger(__name__)
LOCK_NUMBER = 311_0001
_WAITING_SECONDS = 5


class MemoryScheduler(Scheduler):
    """A scheduler that restores the time of each task's last run from the cache instead of a file.

    Workers record that time in the cache. A task without a record is due at once; every task is
    safe to repeat. Celery's own scheduler uses an SQLite file, whose lock may stop beat.

    With DATABASE_DIRECT_URL several may run: the one that holds a lock in PostgreSQL is active, and
    another takes over within seconds of its end. Without it there must be one beat only.
    """

    def __init__(self, *args, **kwargs) -> None:
        url = settings.DATABASE_DIRECT_URL
        self._lock = SessionLock(url, LOCK_NUMBER) if url else None
        self._is_active = self._lock is None
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        """Set up the schedule, and set the last run of our tasks from the cache."""
        super().setup_schedule()
        self._restore_last_runs()

    def tick(self, *args, **kwargs) -> float:
        """Send what is due, unless another beat is active; return the seconds until the next tick.

        The lock is asked for before each tick, and a beat that becomes active restores the last
        runs first.
        """
        if self._lock:
            was_active, self._is_active = self._is_active, self._lock.acquire()
            if self._is_active != was_active:
                _logger.info("This beat is %s.", "active" if self._is_active else "not active")
                self._restore_last_runs()
                self.populate_heap()
        if not self._is_active:
            if settings.PULSE_FILE:
                touch_heartbeat_file()
            return _WAITING_SECONDS
        return super().tick(*args, **kwargs)

    def close(self) -> None:
        """End the session that holds the lock, so that another beat takes over at once."""
        super().close()
        if self._lock:
            self._lock.release()

    def _restore_last_runs(self) -> None:
        """Set the last run of our tasks from the cache.

        A task without a record is due now; a time in the future counts as now.
        """
        recorded, now = periodic_tasks.load_completion_times(), time.time()
        for entry in (self.schedule or {}).values():
            if entry.task in periodic_tasks.PERIODS:
                due_now = now - periodic_tasks.PERIODS[entry.task]
                moment = min(now, recorded.get(entry.task, due_now))
                entry.last_run_at = datetime.fromtimestamp(moment, UTC)
