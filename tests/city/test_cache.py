"""Tests for the process cache of the city's configuration, which must never be outdated."""

import time

import pytest

from city import cache
from city.models import Category, City, Department, Holiday

pytestmark = pytest.mark.django_db


def test_the_city_is_read_once(django_assert_num_queries):
    City.current().calendar()
    with django_assert_num_queries(0):
        assert City.current() is City.current()
        assert City.current().calendar() is City.current().calendar()


def test_a_saved_row_shows_at_once():
    calendar = City.current().calendar()
    day = calendar.next_working_day(Holiday.objects.last().date)
    holiday = Holiday.objects.create(date=day, name="A feast")
    assert not City.current().calendar().is_working_day(day)
    holiday.delete()
    assert City.current().calendar().is_working_day(day)


def test_another_process_notices_within_seconds(monkeypatch):
    assert City.current().phone == "3-1-1"
    # Simulates a change by another process: update() sends no signal.
    City.objects.update(phone="4-1-1", version="another")
    assert City.current().phone == "3-1-1"
    later = time.monotonic() + cache.VERSION_CHECK_SECONDS + 1
    monkeypatch.setattr(cache.time, "monotonic", lambda: later)
    assert City.current().phone == "4-1-1"


def test_an_unchanged_version_keeps_what_is_known(monkeypatch):
    city = City.current()
    later = time.monotonic() + cache.VERSION_CHECK_SECONDS + 1
    monkeypatch.setattr(cache.time, "monotonic", lambda: later)
    assert City.current() is city


def test_each_change_gives_a_new_version():
    before = cache.current_version()
    Department.objects.first().save()
    assert cache.current_version() not in {before, ""}


def test_fixtures_do_not_invalidate_the_cache_per_row():
    before = cache.current_version()
    cache.invalidate_on_change(Category, raw=True)
    assert cache.current_version() == before


def test_the_error_without_a_city_names_the_command_to_run():
    City.objects.all().delete()
    with pytest.raises(City.DoesNotExist, match="load_city"):
        City.current()
    with pytest.raises(City.DoesNotExist):
        City.current()
    assert cache.current_version() == ""
