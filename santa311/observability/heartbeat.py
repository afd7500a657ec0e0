"""The heartbeat of a worker or beat, for its container's health check (deploy/healthy.py).

It touches the file PULSE_FILE: a worker from the loop that takes tasks from the broker, beat after
each task it sends, and a beat that is not active after each attempt to become active. So the
heartbeat stops if a process hangs or loses the broker.
"""

from pathlib import Path

from celery import bootsteps
from celery.signals import after_task_publish, beat_init
from django.conf import settings

INTERVAL_SECONDS = 10


class HeartbeatStep(bootsteps.StartStopStep):
    """A worker's heartbeat, restarted with each connection to the broker, which ends its timers."""

    requires = ("celery.worker.consumer.tasks:Tasks",)  # type: ignore[assignment]  # Celery: ()

    def include_if(self, consumer) -> bool:
        """Return True if PULSE_FILE is set."""
        return bool(settings.PULSE_FILE)

    def start(self, consumer) -> None:
        """Touch the heartbeat file now, and every INTERVAL_SECONDS in the worker's loop."""
        touch_heartbeat_file()
        consumer.timer.call_repeatedly(INTERVAL_SECONDS, touch_heartbeat_file)


@beat_init.connect
def _listen_to_beat(**_) -> None:
    """Touch the heartbeat file after each task that beat sends, if PULSE_FILE is set."""
    if settings.PULSE_FILE:
        after_task_publish.connect(touch_heartbeat_file)


def touch_heartbeat_file(**_) -> None:
    """Touch PULSE_FILE, which must be set."""
    Path(settings.PULSE_FILE).touch()
