"""Every task is a signal that may be lost: what is owed lies in the database."""

import logging
from typing import Any

from celery import Task

from city import maintenance

log = logging.getLogger(__name__)


class MaintenanceAwareTask(Task):
    """While the city is read only no task runs; the periodic tasks enqueue again what is owed."""

    def __call__(self, *args, **kwargs) -> Any:
        if maintenance.is_read_only():
            log.info("read only: %s waits", self.name)
            return None
        return super().__call__(*args, **kwargs)
