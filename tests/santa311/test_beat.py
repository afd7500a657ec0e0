"""Tests for the scheduler of beat, which stores its schedule without a file."""

import time

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from psycopg.conninfo import make_conninfo

from santa311.beat import LOCK_NUMBER, MemoryScheduler
from santa311.celery import app
from santa311.observability import periodic_tasks

SWEEP = "requests_app.apply_retention"
# Only of this database: other tests hold advisory locks in their databases.
END_HOLDER = """SELECT pg_terminate_backend(pid, 60000) FROM pg_locks
WHERE locktype = 'advisory' AND objid = %s
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@pytest.fixture
def scheduler():
    """Return a function that creates a scheduler as beat does."""
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


@pytest.fixture
def beats(db, settings, monkeypatch):
    """Yield two schedulers, of which only one may be active, and the list of tasks they sent."""
    known = connection.settings_dict
    settings.DATABASE_DIRECT_URL = make_conninfo(
        host=known["HOST"], port=known["PORT"] or None, user=known["USER"], dbname=known["NAME"],
        password=known["PASSWORD"] or None,
    )  # fmt: skip
    settings.PULSE_FILE = ""
    sent = []
    monkeypatch.setattr(
        MemoryScheduler, "apply_async", lambda self, entry, **_: sent.append((self, entry.task))
    )
    two = MemoryScheduler(app), MemoryScheduler(app)
    yield *two, sent
    for scheduler in two:
        scheduler.close()


def test_of_two_beats_one_sends_until_it_ends(beats):
    first, second, sent = beats
    assert first.tick() == 0  # it sent one task, and the next is due
    assert second.tick() > 0
    assert {scheduler for scheduler, _task in sent} == {first}
    first.close()
    assert second.tick() == 0
    assert sent[-1][0] is second
    assert first.tick() > 0


def test_a_beat_whose_session_was_ended_sends_nothing_until_it_has_the_lock_again(beats):
    first, second, sent = beats
    first.tick()
    with psycopg.connect(settings.DATABASE_DIRECT_URL, autocommit=True) as other:
        other.execute(END_HOLDER, [LOCK_NUMBER])
    assert second.tick() == 0
    before = len(sent)
    assert first.tick() > 0
    assert len(sent) == before


def test_a_beat_that_takes_over_repeats_nothing_that_was_just_done(beats):
    first, second, _sent = beats
    first.tick()
    second.tick()
    now = time.time()
    for task in periodic_tasks.PERIODS:
        cache.set(f"done:{task}", now, timeout=None)
    first.close()
    assert second.tick() > 0


def test_a_beat_that_waits_shows_that_it_is_alive(beats, settings, tmp_path):
    first, second, _sent = beats
    settings.PULSE_FILE = str(tmp_path / "pulse")
    first.tick()
    second.tick()
    assert (tmp_path / "pulse").exists()
