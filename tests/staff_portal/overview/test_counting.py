"""Weeks and days that were counted ahead say what a count of this moment says."""

from copy import copy
from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from city.models import City
from lib import clock
from requests_app import mail, workflow
from requests_app.models import Event
from requests_app.privacy.retention import apply_retention
from requests_app.status import Outcome, Status, Verb
from staff_portal.models import CITY, COUNTED, PUBLIC, ChangedRequest, WeekFigures
from staff_portal.overview import counting, scope, weekly
from staff_portal.overview.desk import DESK
from staff_portal.overview.figures import Share
from staff_portal.overview.finished import FINISHED
from staff_portal.overview.flows import FLOWS
from staff_portal.overview.weekly import WeeklyFigures
from tests import make

pytestmark = pytest.mark.django_db


def sue():
    """Of two departments, and oversees the city."""
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
    """Work of three weeks out of nine, some of it done twice, for several departments and kinds."""
    for ago in (60, 20, 1):
        with clock.at(clock.now() - timedelta(days=ago)):
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


def answers(person):
    """Everything that figures of every scope can be asked, for several periods."""
    asked = [{"period": "12w"}, {"period": "year"}, {}, days(20, 1), days(30, 3), days(44, 0)]
    streets = {"period": "12w", "department": make.streets().slug}
    scopes = [
        *(scope.of_city(query) for query in [*asked, streets, {"category": "pothole"}]),
        *(scope.of_supervisor(person, query) for query in [*asked, streets]),
        *(scope.of_public(query) for query in asked),
    ]
    return [
        [figures.name, names, WeeklyFigures(figures, one).by(*names)]
        for one in scopes
        for figures in counting.ALL
        for by in figures.told_apart(PUBLIC if one.is_public else CITY if one.is_city else "")
        for names in ([by] if by else [], [by, "week"] if by else ["week"])
        if by in weekly.BY_WEEK or "week" not in names
    ]


def days(first, last):
    today = clock.local(clock.now()).date()
    first, last = (str(today - timedelta(days=ago)) for ago in (first, last))
    return {"period": "own", "from": first, "to": last}


def of_day(figures, day):
    """The city's figures of one day."""
    one = scope.of_city({"from": str(day), "to": str(day)})
    return WeeklyFigures(figures, one, [""]).whole()


def test_what_was_counted_ahead_is_what_is_counted_now(some_weeks):
    before = answers(sue())
    counting.count_changed()
    assert WeekFigures.objects.exists()
    assert answers(sue()) == before


def test_parts_of_weeks_add_up_their_days():
    for ago in range(16, 27):
        with clock.at(clock.now() - timedelta(days=ago)):
            make.service_request(Status.COMPLETED if ago % 2 else Status.ROUTED)
    spans = [(first, last) for first in range(18, 28) for last in range(15, first + 1)]
    periods = [scope.of_city(days(*span)) for span in spans]
    before = [WeeklyFigures(each, one).whole() for one in periods for each in counting.ALL]
    assert {row.filed for row in before[1::3]} == set(range(12))
    counting.count_changed()
    after = [WeeklyFigures(each, one).whole() for one in periods for each in counting.ALL]
    assert after == before


def test_what_was_counted_is_read_and_not_counted_again(lead, some_weeks, monkeypatch):
    counting.count_changed()
    asked = []
    monkeypatch.setattr(weekly.Figures, "rows", lambda *given: asked.append(given) or [])
    for page in ("city_overview", "overview", "public_overview"):
        for query in ({"period": "4w"}, days(30, 4)):
            assert lead.get(reverse(page), query).status_code == 200
    assert asked == []


@pytest.mark.parametrize("sunday", [date(2025, 11, 2), date(2026, 3, 8)], ids=str)
def test_a_day_is_the_citys_also_where_its_clocks_change(sunday):
    monday = sunday + timedelta(days=1)
    tz = clock.local(clock.now()).tzinfo
    for day, at in ((sunday, time(0, 5)), (sunday, time(23, 55)), (monday, time(0, 5))):
        with clock.at(datetime.combine(day, at, tz)):
            make.filed()
    with clock.at(datetime.combine(sunday + timedelta(days=9), time(12), tz)):
        counting.count_changed()
        around = [sunday - timedelta(days=1), sunday, monday, monday + timedelta(days=1)]
        assert [of_day(FLOWS, day).filed for day in around] == [0, 2, 1, 0]
        assert [of_day(DESK, day).filed for day in around] == [0, 2, 1, 0]
        assert counting.differing() == []


def test_what_was_taken_back_yesterday_leaves_that_day():
    today = clock.local(clock.now()).date()
    with clock.at(clock.now() - timedelta(days=1)):
        row = make.service_request(Status.ROUTED)
        counting.count_changed()
        assert of_day(FLOWS, today - timedelta(days=1)).routed == 1
        workflow.undo(row, event=row.events.last(), by=make.omar())
    counting.count_changed()
    assert of_day(FLOWS, today - timedelta(days=1)).routed == 0
    assert counting.differing() == []


def test_work_that_is_done_again_moves_to_the_later_day():
    today = clock.local(clock.now()).date()
    with clock.at(clock.now() - timedelta(days=2)):
        row = make.service_request(Status.DISPUTED)
    counting.count_changed()
    made_on = [today - timedelta(days=2), today]
    assert [of_day(FINISHED, day).finished for day in made_on] == [1, 0]
    make.act(workflow.start, row, make.wes())
    make.complete(row)
    counting.count_changed()
    assert [of_day(FINISHED, day).finished for day in made_on] == [0, 1]


def test_weeks_of_long_ago_are_counted_when_records_of_an_older_system_are_brought_in():
    make.filed()
    counting.count_changed()
    before = WeekFigures.objects.filter(scope=COUNTED).count()
    with clock.at(clock.now() - timedelta(days=400)):
        make.imported(days=9)
    counting.count_changed()
    assert WeekFigures.objects.filter(scope=COUNTED).count() > 50 * len(counting.ALL) > before
    assert counting.differing() == counting.missing() == []


def test_an_address_that_is_forgotten_is_no_longer_counted():
    made = clock.now() - timedelta(days=3)
    with clock.at(made):
        row = make.filed(contact={"email": "ana@example.org"})
        make.act(workflow.withdraw, row, make.ana())
    counting.count_changed()
    day = clock.local(made).date()
    assert of_day(DESK, day).mailed == 1
    with clock.at(clock.now() + timedelta(days=City.current().contact_kept_days)):
        apply_retention()
    counting.count_changed()
    assert of_day(DESK, day).mailed == 0
    assert counting.differing() == []


def test_a_change_shows_once_its_weeks_were_counted_again(lead):
    with clock.at(clock.now() - timedelta(days=20)):
        row = make.service_request(Status.COMPLETED)
    counting.count_changed()
    assert confirmed(lead) == "0 of 0"
    make.act(workflow.confirm, row, make.ana())
    assert confirmed(lead) == "0 of 0"
    counting.count_changed()
    assert confirmed(lead) == "1 of 1"


def confirmed(client):
    return client.get(reverse("public_overview")).context["in_period"]["said_confirmed"]


def test_a_refused_mail_is_a_change_too(lead):
    row = make.filed(contact={"email": "ana@example.org"})
    counting.count_changed()
    mail.note_bounce(row, "ana@example.org")
    counting.count_changed()
    shares = lead.get(reverse("city_overview")).context["at_the_desk"]["shares"]
    assert ("Email addresses that bounced", Share(1, 1)) in [(str(a), c) for a, _b, c in shares]


def test_nothing_is_counted_twice_and_only_weeks_that_changed(some_weeks):
    counting.count_changed()
    assert not ChangedRequest.objects.exists()
    before = set(WeekFigures.objects.values_list("pk", flat=True))
    counting.count_changed()
    assert set(WeekFigures.objects.values_list("pk", flat=True)) == before
    make.filed()
    counting.count_changed()
    again = WeekFigures.objects.exclude(pk__in=before)
    assert {row.week for row in again} == {counting.monday(clock.local(clock.now()).date())}


def test_weeks_that_a_run_does_not_come_to_are_left_to_the_next(some_weeks, monkeypatch):
    before = answers(sue())
    monkeypatch.setattr(counting, "LONGEST", -1)
    counting.count_changed()
    assert not WeekFigures.objects.exists()
    assert answers(sue()) == before
    monkeypatch.undo()
    counting.count_changed()
    assert not counting.missing()


def test_what_was_counted_in_another_way_is_not_read(some_weeks, monkeypatch):
    counting.count_changed()
    other = FINISHED._replace(measures=FINISHED.measures | {"finished": "count(*) * 2"})
    assert other.kind != FINISHED.kind
    monkeypatch.setattr(counting, "ALL", (other,))
    assert counting.missing()


@pytest.mark.parametrize("column", ["rows", "days"])
def test_weeks_that_say_something_else_are_named_and_counted_anew(some_weeks, column):
    counting.count_changed()
    before = answers(sue())
    assert counting.differing() == []
    damaged = WeekFigures.objects.filter(by="category")
    rows = [copy(row) for row in damaged]
    damaged.delete()
    for row in rows:
        row.pk = None
        setattr(row, column, [])
    WeekFigures.objects.bulk_create(rows)
    assert answers(sue()) != before
    assert counting.differing()
    weeks = counting.count_all()
    assert counting.differing() == []
    assert answers(sue()) == before
    assert weeks == len(set(WeekFigures.objects.values_list("week", flat=True))) > 2
    assert counting.count_missing() == 0


def test_many_events_note_their_request_once_a_statement():
    row = make.filed()
    ChangedRequest.objects.all().delete()
    said = Event(service_request=row, verb=Verb.COMMENT, at=clock.now())
    Event.objects.bulk_create([copy(said), copy(said)])
    assert ChangedRequest.objects.count() == 1
