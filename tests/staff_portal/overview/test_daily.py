"""Tests for the stored daily figures, which must equal figures computed from the requests."""

from copy import copy
from datetime import date, datetime, time, timedelta
from statistics import median

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, User
from city.models import City
from lib import clock
from requests_app import mail, workflow
from requests_app.models import Event
from requests_app.privacy.retention import apply_retention
from requests_app.status import Outcome, Status, Verb
from staff_portal.models import (
    ChangedDay,
    ChangedRequest,
    DailyFacts,
    Grain,
)
from staff_portal.overview import daily_recount, scope
from staff_portal.overview.daily_sums import DailySums
from staff_portal.overview.share_and_median import Share
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """Return a client that does not update the figures itself."""
    return Client()


def sue() -> User:
    """Return a user who supervises two departments and is a lead of the desk."""
    person = make.sue()
    person.is_agent = person.is_lead = True
    person.save()
    Membership.objects.get_or_create(user=person, department=make.water(), role=Role.SUPERVISOR)
    return person


@pytest.fixture
def lead(client):
    client.force_login(sue())
    return client


@pytest.fixture
def some_weeks():
    """Create work of several departments in three of nine weeks; some of it is done twice."""
    for ago in (60, 20, 1):
        with clock.freeze_time(clock.now() - timedelta(days=ago)):
            make.service_request(Status.CLOSED, Outcome.CONFIRMED)
            make.service_request(Status.CLOSED, Outcome.DECLINED)
            make.service_request(Status.DISPUTED)
            make.moved_on(make.service_request(Status.ROUTED), make.water())
            make.handed_back(make.service_request(Status.ROUTED))
            make.filed(category=make.category(is_private=True))
            again = make.service_request(Status.DISPUTED)
        make.act(workflow.start, again, make.wes())
        make.complete(again)
        make.act(workflow.confirm, again, make.ana(), rating=4, words="Now it is level.")


def today() -> date:
    return clock.localtime(clock.now()).date()


def sums_of_days(first: date, last: date | None = None, **narrowed: str) -> DailySums:
    """Return the city's stored figures of the days from `first` to `last`."""
    query = {"from": str(first), "to": str(last or first)}
    return DailySums(scope.build_city_scope(query | narrowed))


def test_the_kept_figures_are_what_the_requests_say(some_weeks):
    assert daily_recount.recount_changed_days() > 3
    assert DailyFacts.objects.exists()
    assert daily_recount.find_differing_days() == []


def test_totals_of_the_city_are_the_sums_of_its_cells(some_weeks):
    daily_recount.recount_changed_days()
    city = DailySums(scope.build_city_scope({"period": "12w"}))
    for name, chosen in (("category", "categories"), ("zone", "zones")):
        for each in getattr(city.scope, chosen):
            narrowed = city.scope._replace(**{name: each})
            whole, row = DailySums(narrowed).total, city.group_by(name)[each.pk]
            assert [whole.filed, *whole[:15], whole.days] == [row.filed, *row[:15], row.days]
    departments = [
        DailySums(city.scope._replace(department=each)) for each in city.scope.departments
    ]
    for one in departments:
        row = city.group_by("department")[one.scope.department.pk]
        assert (one.total.routed, one.total.finished) == (row.routed, row.finished)
    assert sum(one.total.finished for one in departments) == city.total.finished > 0
    assert sum(row.filed for row in city.group_by("week").values()) == city.total.filed > 0


def test_parts_of_weeks_add_up_their_days():
    for ago in range(16, 27):
        with clock.freeze_time(clock.now() - timedelta(days=ago)):
            make.service_request(Status.COMPLETED if ago % 2 else Status.ROUTED)
    daily_recount.recount_changed_days()
    for first in range(18, 28):
        for last in range(15, first + 1):
            days = today() - timedelta(days=first), today() - timedelta(days=last)
            whole = sums_of_days(*days).total
            made = [ago for ago in range(16, 27) if last <= ago <= first]
            assert (whole.filed, whole.finished) == (len(made), sum(ago % 2 for ago in made))


@pytest.mark.parametrize(
    "values", [[3], [3, 4], [0, 0, 0, 9], [5, 1, 9, 9, 2], [7] * 6, [1, 1, 2, 2]]
)
def test_a_median_is_exact_however_the_values_are_spread(values):
    monday = today() - timedelta(days=21 + today().weekday())
    for n, value in enumerate(values):
        key = {"day": monday + timedelta(days=n % 3), "is_private": n % 2, "department": n % 4}
        place = {"grain": Grain.DAY, "category": 0, "zone": 0}
        DailyFacts.objects.create(**key, **place, days=[value])
    in_days = sums_of_days(monday, monday + timedelta(days=2))
    assert in_days.total.days == median(values)
    with connection.cursor() as cursor:
        daily_recount.replace_week_totals(cursor, [monday])
    in_weeks = sums_of_days(monday, today())
    assert in_weeks.total.days == median(values)
    assert in_weeks.by_week_and_department[monday, None].days == median(values)


@pytest.mark.parametrize("sunday", [date(2025, 11, 2), date(2026, 3, 8)], ids=str)
def test_a_day_is_the_citys_also_where_its_clocks_change(sunday):
    monday = sunday + timedelta(days=1)
    tz = clock.localtime(clock.now()).tzinfo
    for day, at in ((sunday, time(0, 5)), (sunday, time(23, 55)), (monday, time(0, 5))):
        with clock.freeze_time(datetime.combine(day, at, tz)):
            make.filed()
    with clock.freeze_time(datetime.combine(sunday + timedelta(days=9), time(12), tz)):
        daily_recount.recount_changed_days()
        around = [sunday - timedelta(days=1), sunday, monday, monday + timedelta(days=1)]
        assert [sums_of_days(day).total.filed for day in around] == [0, 2, 1, 0]
        assert [sums_of_days(day).desk_total.desk_filed for day in around] == [0, 2, 1, 0]
        assert daily_recount.find_differing_days() == []


def test_what_was_taken_back_yesterday_leaves_that_day():
    yesterday = today() - timedelta(days=1)
    with clock.freeze_time(clock.now() - timedelta(days=1)):
        row = make.service_request(Status.ROUTED)
        daily_recount.recount_changed_days()
        assert sums_of_days(yesterday).total.routed == 1
        workflow.undo(row, event=row.events.last(), by=make.omar())
    daily_recount.recount_changed_days()
    assert sums_of_days(yesterday).total.routed == 0
    assert daily_recount.find_differing_days() == []


def test_work_that_is_done_again_moves_to_the_later_day():
    with clock.freeze_time(clock.now() - timedelta(days=2)):
        row = make.service_request(Status.DISPUTED)
    daily_recount.recount_changed_days()
    made_on = [today() - timedelta(days=2), today()]
    assert [sums_of_days(day).total.finished for day in made_on] == [1, 0]
    make.act(workflow.start, row, make.wes())
    make.complete(row)
    daily_recount.recount_changed_days()
    assert [sums_of_days(day).total.finished for day in made_on] == [0, 1]


def test_records_of_an_older_system_are_counted_on_their_days():
    make.filed()
    with clock.freeze_time(clock.now() - timedelta(days=400)):
        make.imported(days=9)
    daily_recount.recount_changed_days()
    assert daily_recount.find_differing_days() == []


def test_an_address_that_is_forgotten_is_no_longer_counted():
    made = clock.now() - timedelta(days=3)
    with clock.freeze_time(made):
        row = make.filed(contact={"email": "ana@example.org"})
        make.act(workflow.withdraw, row, make.ana())
    daily_recount.recount_changed_days()
    day = clock.localtime(made).date()
    assert sums_of_days(day).desk_total.desk_mailed == 1
    with clock.freeze_time(clock.now() + timedelta(days=City.current().contact_kept_days)):
        apply_retention()
    daily_recount.recount_changed_days()
    assert sums_of_days(day).desk_total.desk_mailed == 0
    assert daily_recount.find_differing_days() == []


def test_a_change_shows_once_its_days_were_counted_again(lead):
    with clock.freeze_time(clock.now() - timedelta(days=20)):
        row = make.service_request(Status.COMPLETED)
    daily_recount.recount_changed_days()
    assert read_confirmed_share(lead) == "0 of 0"
    make.act(workflow.confirm, row, make.ana())
    assert read_confirmed_share(lead) == "0 of 0"
    daily_recount.recount_changed_days()
    assert read_confirmed_share(lead) == "1 of 1"


def read_confirmed_share(client: Client) -> str:
    return client.get(reverse("public_overview")).context["in_period"]["said_confirmed"]


def test_a_refused_mail_is_a_change_too(lead):
    row = make.filed(contact={"email": "ana@example.org"})
    daily_recount.recount_changed_days()
    mail.record_bounce(row, "ana@example.org")
    daily_recount.recount_changed_days()
    shares = lead.get(reverse("city_overview")).context["at_the_desk"]["shares"]
    assert ("Email addresses that bounced", Share(1, 1)) in [(str(a), c) for a, _b, c in shares]


def test_a_median_that_is_not_counted_yet_breaks_no_chart(lead):
    make.service_request(Status.COMPLETED)
    daily_recount.recount_changed_days()
    DailyFacts.objects.update(days=None, days_n=None)  # as between two queries of one page
    page = lead.get(reverse("city_overview"))
    assert page.context["pace"].bars[0].note == "0 jobs, too few"


def test_only_days_of_changed_requests_are_counted_again(some_weeks):
    daily_recount.recount_changed_days()
    assert not ChangedRequest.objects.exists()
    assert daily_recount.recount_changed_days() == 0
    make.filed()
    days = DailyFacts.objects.filter(grain=Grain.DAY)
    days.update(filed=7)
    assert daily_recount.recount_changed_days() == 1
    assert not days.filter(day=today(), filed=7).exists()
    assert not days.exclude(day=today()).exclude(filed=7).exists()


def test_what_changes_no_figure_counts_no_day_again():
    with clock.freeze_time(clock.now() - timedelta(days=20)):
        row = make.service_request(Status.ROUTED)
        daily_recount.recount_changed_days()
    make.act(workflow.assign, row, make.sue(), to=make.wes())
    make.act(workflow.comment, row, make.wes(), words="On my way.", is_public=True)
    make.act(workflow.start, row, make.wes())
    assert daily_recount.recount_changed_days() == 0
    assert daily_recount.find_differing_days() == []


def test_an_answer_counts_the_days_of_the_work_again_and_not_its_own():
    with clock.freeze_time(clock.now() - timedelta(days=20)):
        row = make.service_request(Status.COMPLETED)
    daily_recount.recount_changed_days()
    make.act(workflow.confirm, row, make.ana())
    assert daily_recount.recount_changed_days() == 1
    assert daily_recount.find_differing_days() == []


def test_totals_of_a_week_that_are_wrong_are_named(some_weeks):
    daily_recount.recount_changed_days()
    weeks = DailyFacts.objects.exclude(grain=Grain.DAY)
    week = weeks.earliest("day").day
    weeks.filter(day=week).update(finished=311)
    assert daily_recount.find_differing_days() == [week]


def test_days_that_a_run_does_not_come_to_are_left_to_the_next(some_weeks):
    assert daily_recount.recount_changed_days(max_seconds=-1) == 0
    assert not DailyFacts.objects.exists()
    days = ChangedDay.objects.count()
    assert daily_recount.recount_changed_days() == days > 3
    assert not ChangedDay.objects.exists()


@pytest.mark.parametrize("damage", [{"filed": 311}, {"days": [311]}], ids=["counts", "spread"])
def test_days_that_say_something_else_are_named_and_counted_anew(some_weeks, damage):
    daily_recount.recount_changed_days()
    past = DailyFacts.objects.filter(day__lt=today())
    days = sorted(set(past.values_list("day", flat=True)))
    past.update(**damage)
    assert daily_recount.find_differing_days() == days != []
    assert daily_recount.recount_all_days() > 60
    assert daily_recount.find_differing_days() == []


def test_a_day_of_a_changed_request_does_not_differ_yet(some_weeks):
    daily_recount.recount_changed_days()
    make.filed()
    assert daily_recount.find_differing_days() == []


def test_many_events_note_their_request_once_a_statement():
    row = make.filed()
    ChangedRequest.objects.all().delete()
    said = Event(service_request=row, verb=Verb.UPHOLD, at=clock.now())
    Event.objects.bulk_create([copy(said), copy(said)])
    assert ChangedRequest.objects.count() == 1
