"""Weeks that were counted ahead say what a count of this moment says."""

from copy import copy
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from requests_app import mail, workflow
from requests_app.models import Event
from requests_app.status import Outcome, Status, Verb
from santa311.lib import clock
from staff_portal.models import CITY, PUBLIC, ChangedRequest, WeekFigures
from staff_portal.overview import counting, scope, weekly
from staff_portal.overview.figures import Share
from staff_portal.overview.finished import FINISHED
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
    asked = [{"period": "12w"}, {"period": "year"}, {}, days(30, 3), days(44, 0)]
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
    ]


def days(first, last):
    today = clock.local(clock.now()).date()
    first, last = (str(today - timedelta(days=ago)) for ago in (first, last))
    return {"period": "own", "from": first, "to": last}


def test_what_was_counted_ahead_is_what_is_counted_now(some_weeks):
    before = answers(sue())
    counting.count_changed()
    assert WeekFigures.objects.exists()
    assert answers(sue()) == before


def test_whole_weeks_are_read_and_not_counted(lead, some_weeks, monkeypatch):
    counting.count_changed()
    asked = []
    rows = weekly.Figures.rows

    def noted(figures, sets, parameters):
        asked.append(parameters["until"] - parameters["since"])
        return rows(figures, sets, parameters)

    monkeypatch.setattr(weekly.Figures, "rows", noted)
    for page in ("city_overview", "overview", "public_overview"):
        assert lead.get(reverse(page), {"period": "4w"}).status_code == 200
    # The time before, to compare with, has as many days and may begin within a week.
    assert len(asked) <= 3
    assert all(days < timedelta(days=7) for days in asked)


def test_a_change_shows_once_its_weeks_were_counted_again(lead):
    with clock.at(clock.now() - timedelta(days=20)):
        row = make.service_request(Status.COMPLETED)
    counting.count_changed()
    assert confirmed(lead) == "0 of 1"
    make.act(workflow.confirm, row, make.ana())
    assert confirmed(lead) == "0 of 1"
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


def test_weeks_that_say_something_else_are_named_and_counted_anew(some_weeks):
    counting.count_changed()
    before = answers(sue())
    assert counting.differing() == []
    WeekFigures.objects.filter(by="category").update(rows=[])
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
