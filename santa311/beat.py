"""The scheduler of beat, which keeps the schedule in memory."""

import time
from datetime import UTC, datetime

from celery.beat import Scheduler

from santa311.observability import periodic_tasks


class MemoryScheduler(Scheduler):
    """A scheduler that restores the time of each task's last run from the cache instead of a file.

    Workers record that time in the cache. A task without a record is due at once; every task is
    safe to repeat. Celery's own scheduler uses an SQLite file, whose lock may stop beat.
    """

    def setup_schedule(self) -> None:
        """Set up the schedule, and set the last run of our tasks from the cache.

        A task without a record is due now; a time in the future counts as now.
        """
        super().setup_schedule()
        recorded, now = periodic_tasks.load_completion_times(), time.time()
        for entry in (self.schedule or {}).values():
            if entry.task in periodic_tasks.PERIODS:
                due_now = now - periodic_tasks.PERIODS[entry.task]
                moment = min(now, recorded.get(entry.task, due_now))
                entry.last_run_at = datetime.fromtimestamp(moment, UTC)
