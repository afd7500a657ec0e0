"""What every task of a worker is."""

import logging

from celery import Task

from city import maintenance

log = logging.getLogger(__name__)


class Doorbell(Task):
    """While the city is read only nobody answers. What is owed lies in the database, and the
    sweepers ring again for it.
    """

    def __call__(self, *args, **kwargs):
        if maintenance.is_on():
            log.info("read only: %s waits", self.name)
            return None
        return super().__call__(*args, **kwargs)
