"""Tests for the filters of the desk: which requests each one finds, and the count beside it."""

from datetime import datetime, timedelta

import pytest

from city.models import Category, Zone
from lib import clock
from requests_app import workflow
from requests_app.models import Photo, Priority, ServiceRequest
from requests_app.status import Status
from tests import make
from tests.routing.desk.queue.shown import count_quick_filters, count_values, list_rows, load_page

pytestmark = pytest.mark.django_db

GAS = "There is a gas leak here."
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# An evening in the city on which the UTC date is already the next day.
EVENING = datetime.fromisoformat("2026-03-03T18:00-08:00")


def check_facet(facet, expected: dict, query="tab=open"):
    """Check that each value finds exactly the expected requests, and that its count agrees."""
    for value, rows in expected.items():
        listed = list_rows(f"{query}&{facet}={value}")
        assert {row.pk for row in listed} == {row.pk for row in rows}, value
        assert len(listed) == load_page(f"{query}&{facet}={value}").total_count == len(rows), value
    numbers = {value: len(rows) for value, rows in expected.items() if rows}
    assert count_values(facet, query) == numbers


def make_filed_at(moments: list) -> list[ServiceRequest]:
    rows = []
    for number, moment in enumerate(moments):
        rows.append(make.filed(by=make.device(f"d{number}")))
        ServiceRequest.objects.filter(pk=rows[-1].pk).update(filed_at=moment)
    return rows


def make_due_at(moments: list) -> list[ServiceRequest]:
    rows = []
    for number, moment in enumerate(moments):
        rows.append(make.filed(by=make.device(f"d{number}")))
        ServiceRequest.objects.filter(pk=rows[-1].pk).update(due_at=moment)
    return rows


def test_an_age_begins_a_second_after_the_full_day_week_and_month():
    ages = [1 * DAY, 1 * DAY + SECOND, 7 * DAY, 7 * DAY + SECOND, 30 * DAY, 30 * DAY + SECOND]
    rows = make_filed_at([EVENING - age for age in ages])
    with clock.freeze_time(EVENING):
        found = {"day": rows[:1], "week": rows[1:3], "month": rows[3:5], "older": rows[5:]}
        check_facet("age", found)
        assert count_quick_filters("tab=open")["1 day+"] == 5
        assert load_page("tab=open&age=week&age=month&age=older").total_count == 5


def find_due_values(now, moments):
    """Return, for each due date, the value of the filter "due" that finds it at `now`."""
    rows = make_due_at(moments)
    with clock.freeze_time(now):
        names = ["overdue", "today", "soon", "later", "paused", "-"]
        found = {value: list_rows(f"tab=open&due={value}") for value in names}
        numbers = {value: len(listed) for value, listed in found.items() if listed}
        assert count_values("due", "tab=open") == numbers
    value_of = {row.pk: value for value, listed in found.items() for row in listed}
    return [value_of[row.pk] for row in rows]


def test_a_due_date_is_today_until_the_citys_midnight_and_soon_for_three_days():
    midnight = EVENING.replace(hour=0) + DAY
    moments = {
        EVENING - SECOND: "overdue",
        EVENING: "today",
        midnight - SECOND: "today",
        midnight: "soon",
        EVENING + 3 * DAY - SECOND: "soon",
        EVENING + 3 * DAY: "later",
        None: "-",
    }
    assert find_due_values(EVENING, list(moments)) == list(moments.values())


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        # Daylight saving time ends at 2 am on November 2, 2025, and begins on March 8, 2026.
        ("2025-11-02T00:30-07:00", "2025-11-03T00:00-08:00"),
        ("2025-11-01T23:30-07:00", "2025-11-02T00:00-07:00"),
        ("2026-03-08T00:30-08:00", "2026-03-09T00:00-07:00"),
        ("2026-03-08T17:30-07:00", "2026-03-09T00:00-07:00"),
    ],
)
def test_today_ends_at_midnight_also_where_the_clocks_change(now, midnight):
    midnight = datetime.fromisoformat(midnight)
    moments = [midnight - SECOND, midnight]
    assert find_due_values(datetime.fromisoformat(now), moments) == ["today", "soon"]


def test_a_paused_request_is_paused_whatever_its_date_and_a_finished_one_has_none():
    held = make.service_request(Status.ON_HOLD)
    asked = make.service_request(Status.AWAITING_RESIDENT)
    done = make.service_request(Status.COMPLETED)
    make.act(workflow.comment, done, make.ana(), words=GAS)
    ServiceRequest.objects.update(due_at=clock.now() - DAY)
    check_facet("due", {"paused": [held, asked], "overdue": []})
    check_facet("due", {"-": [done], "overdue": []}, query="tab=new")


def test_a_photo_of_the_report_counts_as_far_as_it_can_be_read():
    shown, unread, worked, plain = (make.device(name) for name in "abcd")
    photos = {device: make.photo(device=device) for device in (shown, unread)}
    rows = {device: make.filed(by=device, photos=[photos[device]]) for device in photos}
    rows |= {device: make.filed(by=device) for device in (worked, plain)}
    Photo.objects.filter(pk=photos[unread].pk).update(state=Photo.State.UNREADABLE)
    make.route(rows[worked])
    make.complete(rows[worked])
    make.act(workflow.dispute, rows[worked], worked, words="It is still there.")
    with_one = rows.pop(shown)
    check_facet("photo", {"yes": [with_one], "no": list(rows.values())})


def test_who_has_it_is_the_department_or_the_desk_until_it_comes_back():
    filed, back, routed = (make.filed(by=make.device(name)) for name in "abc")
    moved = make.filed(by=make.device("d"))
    for row in (back, routed, moved):
        make.route(row)
    make.handed_back(back)
    make.moved_on(moved, make.water())
    expected = {"-": [filed, back], "street-services": [routed], "water-resources": [moved]}
    check_facet("department", expected)


def test_an_area_and_its_absence_are_told_apart():
    here, there, nowhere = (make.filed(by=make.device(name)) for name in "abc")
    other = Zone.objects.exclude(pk=here.zone_id).first()
    ServiceRequest.objects.filter(pk=there.pk).update(zone=other)
    ServiceRequest.objects.filter(pk=nowhere.pk).update(zone=None)
    check_facet("zone", {here.zone.slug: [here], other.slug: [there], "-": [nowhere]})
    both = load_page(f"tab=open&zone=-&zone={other.slug}")
    assert both.total_count == 2
    assert {line.service_request.pk for line in both.lines} == {there.pk, nowhere.pk}


def test_a_category_and_its_group_follow_a_change_of_category():
    row, other = make.filed(), make.filed(by=make.bob())
    new = Category.objects.active().exclude(group=row.category.group).filter(is_private=False)
    new = new.exclude(questions__is_required=True).order_by("pk").first()
    make.act(workflow.recategorise, row, make.omar(), category=new)
    check_facet("category", {new.service_code: [row], "pothole": [other]})
    check_facet("group", {new.group.slug: [row], other.category.group.slug: [other]})


def test_how_it_came_and_how_urgent_it_is():
    web, called = make.filed(), make.filed(by=make.omar(), channel="phone")
    make.act(workflow.prioritise, called, make.omar(), priority=Priority.URGENT)
    check_facet("channel", {"web": [web], "phone": [called]})
    check_facet("priority", {"normal": [web], "urgent": [called]})
    assert count_quick_filters("tab=open")["Urgent"] == 1


def test_values_of_one_filter_are_any_of_them_and_filters_are_all_of_them():
    filed, routed = make.filed(), make.service_request(Status.ROUTED)
    urgent = make.service_request(Status.ROUTED)
    make.act(workflow.prioritise, urgent, make.omar(), priority=Priority.URGENT)
    waiting = make.service_request(Status.AWAITING_RESIDENT)
    query = "tab=open&status=filed&status=routed&priority=normal"
    page = load_page(query)
    assert {line.service_request for line in page.lines} == {filed, routed}
    assert page.total_count == 2
    # A filter's own selection does not affect its own counts, only those of other filters.
    assert count_values("status", query) == {"filed": 1, "routed": 1, "awaiting_resident": 1}
    assert count_values("priority", query) == {"normal": 2, "urgent": 1}
    assert count_values("department", query) == {"-": 1, "street-services": 1}
    assert count_quick_filters(query) == {
        "All": 4,
        "Urgent": 1,
        "1 day+": 0,
        "Mine": 1,
        "Residents": 0,
    }
    assert list_rows("tab=open&status=filed&priority=urgent") == []
    assert waiting in list_rows("tab=open&status=awaiting_resident&status=filed")


def test_words_narrow_every_number():
    make.filed(description="A narwhal.")
    make.filed(by=make.bob(), description="A unicorn.")
    make.service_request(Status.ROUTED, description="A narwhal, too.")
    assert count_values("status", "tab=open&q=narwhal") == {"filed": 1, "routed": 1}
    assert count_values("status", "tab=new&q=narwhal") == {"filed": 1}
    assert count_quick_filters("tab=open&q=narwhal&status=filed")["All"] == 2


def test_a_callers_numbers_are_of_all_that_they_ever_reported():
    contact = {"name": "Ana", "phone": "310 555 0142", "email": ""}
    make.filed(by=make.omar(), contact=contact, channel="phone")
    make.service_request(Status.CLOSED, contact=contact)
    make.filed(by=make.bob())
    page = load_page("tab=waiting&q=310+555+0142")
    assert (page.total_count, len(page.lines)) == (2, 2)
    assert count_values("channel", "tab=waiting&q=310+555+0142") == {"phone": 1, "web": 1}
    assert load_page("q=310+555+0142&status=filed").total_count == 1


def test_flags_count_each_on_its_own():
    same = "The same long words about the same deep hole."
    many = [make.filed(by=make.device(name), description=same) for name in "abc"]
    danger = make.filed(by=make.device("d"), description=GAS)
    disputed = make.service_request(Status.DISPUTED)
    ServiceRequest.objects.filter(pk=disputed.pk).update(due_at=clock.now() - DAY)
    expected = {
        "repeated": many, "danger": [danger], "disputed": [disputed], "overdue": [disputed],
        "rerouted": [], "bounced": [], "reported": [],
    }  # fmt: skip
    check_facet("flag", expected)
    assert load_page("tab=open&flag=disputed&flag=overdue").total_count == 1
