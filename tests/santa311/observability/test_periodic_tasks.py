"""Tests for the ages of periodic tasks, which show that beat stopped or that a task fails."""

from types import SimpleNamespace

import pytest
import redis
from django.conf import settings
from django.core.cache import cache

from city import maintenance
from lib import breaker
from lib.cache import cache_breaker
from santa311.celery import app
from santa311.observability import periodic_tasks

pytestmark = pytest.mark.django_db
SWEEP = "requests_app.delete_expired"


def task(name):
    app.loader.import_default_modules()
    return app.tasks[name]


@pytest.fixture
def later(monkeypatch):
    """Return a function that sets the clock for the ages of tasks, in seconds since 1970."""

    def set_to(moment):
        monkeypatch.setattr(periodic_tasks, "time", SimpleNamespace(time=lambda: moment))

    return set_to


def test_a_sweep_counts_from_when_it_was_last_done(later):
    later(1_000)
    task(SWEEP).apply()
    later(1_090)
    assert periodic_tasks.load_completion_ages()[SWEEP] == 90
    task(SWEEP).apply()
    assert periodic_tasks.load_completion_ages()[SWEEP] == 0


def test_one_that_fails_is_not_done(later, monkeypatch):
    later(1_000)
    task(SWEEP).apply()
    later(5_000)
    monkeypatch.setattr(task(SWEEP), "run", lambda: 1 / 0)
    assert task(SWEEP).apply().state == "FAILURE"
    assert periodic_tasks.load_completion_ages()[SWEEP] == 4_000


def test_one_that_waits_for_the_end_of_maintenance_was_asked_for_all_the_same(later):
    later(1_000)
    maintenance.start_read_only_mode()
    task(SWEEP).apply()
    maintenance.end_read_only_mode()
    later(1_060)
    assert periodic_tasks.load_completion_ages()[SWEEP] == 60


def test_a_cache_that_was_emptied_counts_from_then_on(later):
    later(1_000)
    assert set(periodic_tasks.load_completion_ages().values()) == {0}
    cache.clear()
    later(2_000)
    assert periodic_tasks.load_completion_ages()[SWEEP] == 0
    later(2_130)
    assert (
        min(periodic_tasks.load_completion_ages().values()) == 130
    )  # no task has run since the cache was emptied: beat is dead


def test_without_a_cache_nobody_knows():
    for _ in range(2):  # after two failures the circuit breaker opens
        with pytest.raises(breaker.Unavailable), cache_breaker.guard():
            raise redis.ConnectionError
    assert set(periodic_tasks.load_completion_ages().values()) == {None}


def test_everything_that_beat_asks_for_is_watched():
    assert set(periodic_tasks.PERIODS) == {
        each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()
    }
    assert min(periodic_tasks.PERIODS.values()) <= 15
