"""The scheduler of beat, which keeps no file."""

import time

import pytest
from django.conf import settings
from django.core.cache import cache

from santa311.beat import MemoryScheduler
from santa311.celery import app
from santa311.observability import periodic_tasks

SWEEP = "requests_app.apply_retention"


@pytest.fixture
def scheduler():
    """Return a scheduler as beat creates it."""
    return lambda: MemoryScheduler(app, lazy=False)


def seconds_left(scheduler, task):
    is_due, seconds = scheduler.schedule[task].is_due()
    return 0 if is_due else seconds


def test_beat_uses_it_for_everything_that_is_asked_for():
    assert app.conf.beat_scheduler == "santa311.beat:MemoryScheduler"
    assert set(MemoryScheduler(app).schedule) >= set(settings.CELERY_BEAT_SCHEDULE)


def test_a_restart_of_beat_neither_loses_nor_repeats_a_task(scheduler):
    done_at = time.time() - 5 * 3600
    cache.set(f"done:{SWEEP}", done_at, timeout=None)
    assert seconds_left(scheduler(), SWEEP) == pytest.approx(3600, abs=30)
    cache.set(f"done:{SWEEP}", done_at - 2 * 3600, timeout=None)
    assert seconds_left(scheduler(), SWEEP) == 0


def test_a_task_that_nobody_recorded_is_due_when_beat_starts(scheduler):
    assert {seconds_left(scheduler(), task) for task in periodic_tasks.PERIODS} == {0}


def test_a_record_of_a_clock_that_is_ahead_delays_a_task_by_one_period_at_most(scheduler):
    cache.set(f"done:{SWEEP}", time.time() + 90_000, timeout=None)
    assert seconds_left(scheduler(), SWEEP) <= periodic_tasks.PERIODS[SWEEP]
