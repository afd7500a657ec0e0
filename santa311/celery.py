"""The worker's application: `celery -A santa311 worker`, and one `celery -A santa311 beat`."""

import os

from celery import Celery

from santa311.watch import worker  # noqa: F401 - listens to what the tasks do

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "santa311.settings")
# Named and not imported: it knows models, which are there once Django is set up.
app = Celery("santa311", task_cls="santa311.doorbell:Doorbell")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
