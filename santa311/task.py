"""The base class of all tasks."""

import logging
from typing import Any

from celery import Task

from city import maintenance

log = logging.getLogger(__name__)


class MaintenanceAwareTask(Task):
    """A task that does nothing while the city is read only; its work is enqueued again."""

    def __call__(self, *args, **kwargs) -> Any:
        """Run the task and return its result; log a line and return None while read only."""
        if maintenance.is_read_only():
            log.info("read only: %s waits", self.name)
            return None
        return super().__call__(*args, **kwargs)
