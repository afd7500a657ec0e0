"""The scheduler of beat, which keeps the schedule in memory."""

import time
from datetime import UTC, datetime

from celery.beat import Scheduler

from santa311.observability import sweeps


class MemoryScheduler(Scheduler):
    """A scheduler without a file, which goes on from when each task was last done.

    Workers record that moment in the cache. A task without a record is due at once: each may be
    done again. Celery's own scheduler keeps a file of SQLite, whose lock may end beat.
    """

    def setup_schedule(self) -> None:
        super().setup_schedule()
        recorded, now = sweeps.load_completion_times(), time.time()
        for entry in self.schedule.values():
            if entry.task in sweeps.PERIODS:
                due_now = now - sweeps.PERIODS[entry.task]
                moment = min(now, recorded.get(entry.task, due_now))
                entry.last_run_at = datetime.fromtimestamp(moment, UTC)
