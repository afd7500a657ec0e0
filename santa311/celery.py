"""The Celery application: `celery -A santa311 worker`, and one `celery -A santa311 beat`."""

import os

from celery import Celery
from celery.signals import task_postrun, task_prerun
from django.db import close_old_connections

from lib import unacknowledged_messages
from santa311.observability import periodic_tasks, photos, worker  # noqa: F401 - connect receivers
from santa311.observability.heartbeat import HeartbeatStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "santa311.settings")
unacknowledged_messages.install_releasing_qos()
# Named and not imported: its module imports models, which need django.setup() first.
app = Celery("santa311", task_cls="santa311.task:MaintenanceAwareTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(HeartbeatStep)


@task_prerun.connect
@task_postrun.connect
def _return_connection_to_pool(task, **_) -> None:
    """Return the connection to the pool, which checks it before it is used again.

    It runs before and after each task, except eager ones. Celery itself closes the whole pool after
    each task (its issue 10554), and connecting to the database takes longer than most tasks:
    CELERY_DB_REUSE_MAX prevents that.
    """
    if not task.request.is_eager:
        close_old_connections()
