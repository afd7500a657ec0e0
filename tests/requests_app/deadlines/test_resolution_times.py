"""Tests for resolution times computed from the history of the city, by category."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from city import cache
from city.models import City
from lib import clock
from requests_app import workflow
from requests_app.deadlines import resolution_times
from requests_app.models import Pace, Priority
from requests_app.permissions import SYSTEM
from requests_app.workflow import ClosedRecord
from tests import make

pytestmark = pytest.mark.django_db
LA = ZoneInfo("America/Los_Angeles")
A_MONDAY = datetime(2016, 5, 2, 12, tzinfo=LA)


def history(category, days, times=1):
    """Import `times` requests filed on A_MONDAY and closed `days` calendar days later."""
    ended = A_MONDAY + timedelta(days=days)
    record = ClosedRecord(category=category, filed_at=A_MONDAY, closed_at=ended)
    workflow.import_closed_records([record] * times, by=SYSTEM)


@pytest.fixture
def a_slow_kind():
    """Return a category whose requests took 2 working days (50 %), 7 (40 %) or weeks (10 %)."""
    category = make.category(target_days=3, urgent_target_days=1)
    history(category, 2, times=15)
    history(category, 9, times=12)
    history(category, 44, times=3)
    resolution_times.measure_resolution_times()
    return category


def test_half_and_nine_of_ten_are_counted_in_working_days(a_slow_kind):
    found = resolution_times.get_category_pace(a_slow_kind)
    assert (found.median_days, found.p90_days, found.measured) == (2, 7, 30)
    assert str(found.since) == "2016-05-02"


def test_a_new_request_is_expected_by_when_nine_of_ten_were_done(a_slow_kind):
    with clock.freeze_time(make.A_QUIET_MONDAY):
        row = make.filed(category=a_slow_kind)
    calendar = City.current().calendar()
    filed_on = make.A_QUIET_MONDAY.astimezone(calendar.tz).date()
    assert clock.localtime(row.due_at).date() == calendar.add_working_days(filed_on, 7)


def test_an_urgent_one_keeps_the_urgent_target(a_slow_kind):
    with clock.freeze_time(make.A_QUIET_MONDAY):
        row = make.filed(category=a_slow_kind)
        make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT)
    calendar = City.current().calendar()
    filed_on = make.A_QUIET_MONDAY.astimezone(calendar.tz).date()
    assert clock.localtime(row.due_at).date() == calendar.add_working_days(filed_on, 1)


def test_too_little_history_leaves_the_target():
    category = make.category(target_days=3)
    history(category, 9, times=29)
    resolution_times.measure_resolution_times()
    assert resolution_times.get_category_pace(category) is None
    with clock.freeze_time(make.A_QUIET_MONDAY):
        row = make.filed(category=category)
    calendar = City.current().calendar()
    filed_on = make.A_QUIET_MONDAY.astimezone(calendar.tz).date()
    assert clock.localtime(row.due_at).date() == calendar.add_working_days(filed_on, 3)


def test_a_city_may_keep_to_its_targets(a_slow_kind):
    City.objects.update(history_needed=0)
    cache.invalidate_cache()
    resolution_times.measure_resolution_times()
    assert not Pace.objects.exists()


def test_the_newest_work_displaces_the_oldest(monkeypatch):
    monkeypatch.setattr(resolution_times, "MAX_REQUESTS_PER_CATEGORY", 30)
    category = make.category()
    history(category, 44, times=30)
    ended = A_MONDAY + timedelta(days=400)
    quick = ClosedRecord(category=category, filed_at=ended - timedelta(days=1), closed_at=ended)
    workflow.import_closed_records([quick] * 30, by=SYSTEM)
    resolution_times.measure_resolution_times()
    assert resolution_times.get_category_pace(category).p90_days == 1


def test_the_resident_reads_what_the_date_rests_on(a_slow_kind, client):
    row = make.filed(category=a_slow_kind)
    page = client.get(f"/requests/{row.reference}/").content.decode()
    assert "Half are finished within 2 business days, 9 out of 10 within 7 (based on" in page
    assert "(based on 30 requests since 2016)." in page


@pytest.mark.parametrize(
    ("values", "share", "rank"),
    [([4], 0.5, 4), ([1, 9], 0.5, 1), ([1, 5, 9], 0.5, 5), ([1, 5, 9], 0.9, 9), ([3, 7], 0, 3)],
)
def test_a_rank_is_a_value_that_was_measured(values, share, rank):
    assert resolution_times.nearest_rank(values, share) == rank
