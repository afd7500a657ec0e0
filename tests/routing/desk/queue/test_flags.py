"""Tests for the flags of a request at the desk."""

from datetime import timedelta

import pytest

from lib import clock
from requests_app.models import Contact, Photo, ServiceRequest
from requests_app.status import Status
from routing.desk.queue.loading import clear_table_cache, load_table
from routing.desk.service_request.panel import Panel
from tests import make
from tests.routing.desk.queue.shown import load_page

pytestmark = pytest.mark.django_db


def list_flag_codes(row):
    clear_table_cache()  # otherwise repeated reports are flagged after 10 seconds only
    return [flag.code for flag in Panel(row, make.omar()).flags]


def file_same_words(*devices, words="The same long words about the same deep hole."):
    return [make.filed(by=make.device(name), description=words) for name in devices]


def test_a_plain_request_carries_no_flag():
    assert list_flag_codes(make.filed()) == []


def test_disputed_overdue_and_often_moved_ones_are_flagged_the_gravest_first():
    row = make.service_request(Status.DISPUTED)
    yesterday = clock.now() - timedelta(days=1)
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=yesterday, times_routed=4)
    assert list_flag_codes(row) == ["disputed", "overdue", "rerouted"]
    on_hold = make.service_request(Status.ON_HOLD)
    ServiceRequest.objects.filter(pk=on_hold.pk).update(due_at=yesterday)
    assert list_flag_codes(on_hold) == []


def test_mail_that_comes_back_is_flagged():
    row = make.filed()
    Contact.objects.create(service_request=row, email="ana@example.org", bounced_at=clock.now())
    assert list_flag_codes(row) == ["bounced"]


def test_the_same_words_from_three_people_within_a_week_are_flagged():
    first, second = file_same_words("one", "two")
    assert list_flag_codes(first) == []
    third = file_same_words("three")[0]
    assert [list_flag_codes(row) for row in (first, second, third)] == [["repeated"]] * 3
    with clock.freeze_time(clock.now() + timedelta(days=8)):
        assert list_flag_codes(first) == []


def test_one_person_who_says_it_three_times_is_no_crowd():
    rows = file_same_words("one", "one", "one")
    assert list_flag_codes(rows[0]) == []
    calls = [
        make.filed(by=make.omar(), description="The bin has not come again.") for _ in range(3)
    ]
    for call in calls:
        Contact.objects.create(service_request=call, phone="310 555 0142")
    assert list_flag_codes(calls[0]) == []


def test_three_calls_of_whom_nothing_is_known_are_three_people():
    calls = [
        make.filed(by=make.omar(), description="The bin has not come again.") for _ in range(3)
    ]
    assert list_flag_codes(calls[2]) == ["repeated"]


def test_the_same_photo_from_three_people_is_flagged():
    rows = []
    for number, name in enumerate(["one", "two", "three"]):
        device = make.device(name)
        photo = make.photo(device=device)
        rows.append(make.filed(by=device, description=f"Words number {number}.", photos=[photo]))
    assert Photo.objects.values("digest").distinct().count() == 1
    assert [list_flag_codes(row) for row in rows] == [["repeated"]] * 3


def test_the_flags_of_many_lines_cost_no_query(django_assert_num_queries):
    file_same_words("one", "two", "three", "four", "five")
    page = load_page()
    assert len(page.lines) == 5
    with django_assert_num_queries(0):
        found = [[flag.code for flag in line.flags] for line in page.lines]
    assert found == [["repeated"]] * 5


def test_what_many_sent_is_flagged_on_each_of_them_after_ten_seconds_at_most():
    rows = file_same_words("one", "two", "three")
    load_table()
    rows += file_same_words("four")
    assert {flag.code for line in load_page().lines for flag in line.flags} == {"repeated"}
    with clock.freeze_time(clock.now() + timedelta(seconds=11)):
        assert [[flag.code for flag in line.flags] for line in load_page().lines] == [
            ["repeated"] for _row in rows
        ]


def test_a_closed_request_that_is_in_no_tab_carries_its_flags():
    row = make.service_request(Status.CLOSED)
    Contact.objects.update_or_create(
        service_request=row, defaults={"email": "ana@example.org", "bounced_at": clock.now()}
    )
    assert list_flag_codes(row) == ["bounced"]
