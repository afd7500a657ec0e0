"""The worker's application: `celery -A santa311 worker`, and one `celery -A santa311 beat`."""

import logging
import os

from celery import Celery, Task

from santa311.watch import worker  # noqa: F401 - listens to what the tasks do

log = logging.getLogger(__name__)


class Doorbell(Task):
    """While the city is read only nobody answers. What is owed lies in the database, and the
    sweepers ring again for it.
    """

    def __call__(self, *args, **kwargs):
        from city import maintenance  # models: after Django is set up

        if maintenance.is_on():
            log.info("read only: %s waits", self.name)
            return None
        return super().__call__(*args, **kwargs)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "santa311.settings")
app = Celery("santa311", task_cls=Doorbell)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
