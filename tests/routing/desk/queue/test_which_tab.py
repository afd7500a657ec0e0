"""Tests for the tabs of a request in each status and condition, and for the counts of the tabs."""

from datetime import timedelta

import pytest

from lib import clock
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.status import OPEN_STATUSES, Status
from tests import make
from tests.routing.desk.queue.shown import count_tabs, list_rows, list_tabs_of, load_page

pytestmark = pytest.mark.django_db

GAS = "There is a gas leak here."


def report_content(row, by="bob"):
    workflow.report_content(row, by=make.device(by), reason="personal")
    return row


def make_rerouted(times, **given):
    """Return a request that was routed again `times` times after its first routing."""
    row = make.service_request(Status.ROUTED, **given)
    for number in range(times):
        make.moved_on(row, make.streets() if number % 2 else make.water())
    return row


def find_tabs(**named):
    """Return the set of tabs of each named request."""
    found = list_tabs_of(named)
    return {name: {tab for tab, held in found.items() if name in held} for name in named}


def test_each_status_has_its_tabs():
    rows = {status.value: make.service_request(status) for status in Status}
    assert list_tabs_of(rows) == {
        "new": {"filed"},
        "disputed": {"disputed"},
        "late": set(),
        "rerouted": set(),
        "waiting": {"awaiting_resident"},
        "held": set(),
        "reported": set(),
        "open": set(OPEN_STATUSES),
    }
    assert set(OPEN_STATUSES) == set(rows) - {"completed", "closed"}


def test_what_is_held_is_not_new_until_it_is_released():
    held = make.filed(held_for="words")
    assert find_tabs(held=held) == {"held": {"held", "open"}}
    make.act(workflow.release, held, make.omar())
    assert find_tabs(held=held) == {"held": {"new", "open"}}


def test_what_is_closed_while_it_is_held_leaves_every_tab():
    held = make.filed(held_for="words")
    make.act(workflow.withdraw, held, make.ana())
    assert find_tabs(held=held) == {"held": set()}


def test_the_fourth_routing_brings_it_among_the_rerouted_while_it_is_open():
    twice, thrice, closed = make_rerouted(2), make_rerouted(3), make_rerouted(3)
    make.act(workflow.withdraw, closed, make.ana())
    assert closed.times_routed == thrice.times_routed == 4
    assert find_tabs(twice=twice, thrice=thrice, closed=closed) == {
        "twice": {"open"},
        "thrice": {"rerouted", "open"},
        "closed": set(),
    }
    assert [row.pk for row in list_rows("tab=open&flag=rerouted")] == [thrice.pk]


def test_words_of_danger_are_new_whoever_has_them_and_open_only_while_it_is():
    statuses = (Status.ROUTED, Status.AWAITING_RESIDENT, Status.COMPLETED, Status.CLOSED)
    rows = {status.value: make.service_request(status) for status in statuses}
    for row in rows.values():
        make.act(workflow.comment, row, make.ana(), words=GAS)
    rows["held"] = make.filed(description=GAS, held_for="words")
    assert find_tabs(**rows) == {
        "routed": {"new", "open"},
        "awaiting_resident": {"new", "waiting", "open"},
        "completed": {"new"},
        "closed": {"new"},
        "held": {"new", "held", "open"},
    }
    for row in rows.values():
        make.act(workflow.clear_danger, row, make.omar())
    assert list_tabs_of(rows)["new"] == set()


def test_what_readers_reported_is_new_and_reported_until_it_is_dismissed():
    rows = {
        status.value: report_content(make.service_request(status))
        for status in (Status.FILED, Status.DISPUTED, Status.COMPLETED, Status.CLOSED)
    }
    assert find_tabs(**rows) == {
        "filed": {"new", "reported", "open"},
        "disputed": {"new", "disputed", "reported", "open"},
        "completed": {"new", "reported"},
        "closed": {"new", "reported"},
    }
    for row in rows.values():
        last = row.content_reports.last().pk
        make.act(workflow.dismiss_reports, row, make.omar(), report=last)
    assert list_tabs_of(rows)["reported"] == set()


def test_one_that_two_readers_reported_and_that_names_a_danger_counts_once():
    row = report_content(report_content(make.filed(description=GAS)), by="cleo")
    found = list_tabs_of({"row": row})
    assert [tab for tab, held in found.items() if held] == ["new", "reported", "open"]


def test_a_request_is_late_from_the_moment_after_its_date_while_its_clock_runs():
    statuses = [status for status in Status if status != Status.CLOSED]
    rows = {status.value: make.service_request(status) for status in statuses}
    due = clock.now() + timedelta(days=2)
    ServiceRequest.objects.update(due_at=due)
    with clock.freeze_time(due):
        assert list_tabs_of(rows)["late"] == set()
    with clock.freeze_time(due + timedelta(minutes=1)):
        late = {"filed", "routed", "scheduled", "in_progress", "disputed"}
        assert list_tabs_of(rows)["late"] == late
        assert load_page("tab=open&flag=overdue").total_count == len(late)
        assert load_page("tab=open&due=overdue").total_count == len(late)


def test_a_held_one_can_be_late_and_one_without_a_date_never_is():
    held, dateless = make.filed(held_for="words"), make.filed()
    ServiceRequest.objects.filter(pk=dateless.pk).update(due_at=None)
    with clock.freeze_time(clock.now() + timedelta(days=400)):
        assert find_tabs(held=held, dateless=dateless) == {
            "held": {"late", "held", "open"},
            "dateless": {"new", "open"},
        }


def test_a_date_that_the_city_keeps_by_its_calendar_decides_when_it_is_late():
    """City Hall is closed on Friday, and the clocks change on Sunday."""
    thursday = make.A_QUIET_MONDAY + timedelta(days=3)
    with clock.freeze_time(thursday):
        make.filed(category=make.category(target_days=3))
    close = make.A_QUIET_MONDAY.replace(day=11, hour=17) - timedelta(hours=1)
    for minutes, is_late in ((-1, False), (0, False), (1, True)):
        with clock.freeze_time(close + timedelta(minutes=minutes)):
            assert bool(list_rows("tab=late")) == is_late


def test_tabs_of_what_is_rare_show_while_they_hold_something_or_are_open():
    row = make.filed()
    assert list(count_tabs()) == ["new", "disputed", "late", "rerouted", "waiting", "open"]
    assert count_tabs(load_page("tab=held"))["held"] == 0
    report_content(row)
    with clock.freeze_time(clock.now() + timedelta(seconds=11)):
        assert count_tabs()["reported"] == 1
        assert "held" not in count_tabs()


def test_a_tab_is_alarming_while_something_is_in_it():
    def alarming():
        return {str(tab.name) for tab in load_page("tab=held").tabs if tab.is_alarming}

    rows = [make.filed(), make.service_request(Status.AWAITING_RESIDENT)]
    assert alarming() == set()
    report_content(rows[0])
    make.service_request(Status.DISPUTED)
    make.filed(held_for="words")
    with clock.freeze_time(clock.now() + timedelta(days=400)):
        assert alarming() == {"Disputed", "Late", "Held", "Reported"}


def test_filters_change_no_number_of_a_tab():
    make.filed()
    make.service_request(Status.DISPUTED)
    assert count_tabs(load_page("tab=open&priority=urgent&q=nowhere")) == count_tabs()
