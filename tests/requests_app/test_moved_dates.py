"""Tests for expected dates that move after a change of holidays or working days."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse, reverse_lazy

from city.models import Category, City, Holiday
from city.pack import load_pack, preview_pack
from lib import clock
from open311.models import EventKind
from open311.webhooks.kinds import find_event_kind
from requests_app import workflow
from requests_app.city_changes import find_moved_dates, move_dates
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import Status, Verb
from requests_app.workflow.moving_dates import compute_moved_due_date
from tests import make
from tests.city.pack.test_load_city import pack, rewrite, say
from tests.requests_app.test_city_changes import TOWN_HALL, swap_ids

pytestmark = pytest.mark.django_db

__all__ = ["pack"]
DATES = reverse_lazy("admin:requests_app_servicerequest_dates")


def next_workday(row):
    calendar = City.current().calendar()
    return calendar.next_working_day(row.clock_started_at.astimezone(calendar.tz).date())


def due_day(row):
    calendar = City.current().calendar()
    return ServiceRequest.objects.get(pk=row.pk).due_at.astimezone(calendar.tz).date()


def add_holiday(client, day, **buttons):
    """Add a holiday in the admin; return the response of the page after it."""
    added = {"date": day.isoformat(), "name": "Parade", **buttons}
    return client.post(reverse("admin:city_holiday_add"), added, follow=True)


def confirm(client, count):
    """Send the form of the page of dates; return the response of the page after it."""
    return client.post(DATES, {"count": count}, follow=True).text


def test_a_new_holiday_leads_to_the_dates_that_it_moves(ada):
    row = make.service_request(Status.ROUTED)
    was = due_day(row)
    answer = add_holiday(ada, next_workday(row))
    page = answer.text
    assert answer.redirect_chain[-1][0] == DATES
    assert "1 open request has an expected date that was counted before" in page
    assert 'value="Move 1 date"' in page
    assert row.reference in page
    assert due_day(row) == was, "nothing moves before somebody agreed"


def test_a_confirmed_date_moves_once_and_is_an_event(ada):
    row = make.service_request(Status.ROUTED)
    was = due_day(row)
    add_holiday(ada, next_workday(row))
    page = confirm(ada, "1")
    assert "1 expected date moved." in page
    assert "No expected date has to move." in page
    assert due_day(row) == City.current().calendar().next_working_day(was)
    assert "0 expected dates moved." in confirm(ada, "1")
    (event,) = row.events.filter(verb=Verb.MOVE_DATE)
    assert event.actor is None
    row.refresh_from_db()
    assert event.due_at == row.due_at
    [entry] = LogEntry.objects.filter(change_message__contains="expected date")
    assert entry.get_change_message() == "Changed expected date for open requests “1”."


def test_residents_read_the_moved_date_and_why(ada, client):
    row = make.service_request(Status.ROUTED)
    was = due_day(row)
    add_holiday(ada, next_workday(row))
    move_dates()
    client.logout()
    page = unescape(client.get(reverse("service_request", args=[row.reference])).text)
    said = {"now": clock.format_relative_date(due_day(row)), "was": clock.format_relative_date(was)}
    assert "The city's holidays or working days changed." in page
    assert "It's now expected by {now} instead of {was}.".format(**said) in page
    assert f"Was {said['was']}: the city's holidays or working days changed" in page


def test_no_more_dates_move_than_were_confirmed(ada):
    rows = [make.service_request(Status.ROUTED) for _ in range(3)]
    add_holiday(ada, next_workday(rows[0]))
    for count in ("", "-1", "x", "99999"):
        assert "0 expected dates moved." in confirm(ada, count)
    assert 'value="Move 1 date"' in confirm(ada, "2")
    assert Event.objects.filter(verb=Verb.MOVE_DATE).count() == 2


def test_a_date_keeps_its_days_when_the_target_of_its_kind_changed_since(ada):
    row = make.service_request(Status.ROUTED)
    was = due_day(row)
    Category.objects.filter(pk=row.category_id).update(target_days=60)
    assert not list(find_moved_dates())
    add_holiday(ada, next_workday(row))
    assert move_dates() == 1
    assert due_day(row) == City.current().calendar().next_working_day(was)


def test_a_date_without_stored_days_is_counted_with_the_target_of_today(ada):
    row = make.service_request(Status.ROUTED)
    was = due_day(row)
    ServiceRequest.objects.filter(pk=row.pk).update(counted_days=None)
    assert not list(find_moved_dates())
    add_holiday(ada, next_workday(row))
    assert move_dates() == 1
    assert due_day(row) == City.current().calendar().next_working_day(was)


def test_a_date_on_pause_moves_when_the_pause_ends(ada):
    row = make.service_request(Status.ON_HOLD)
    add_holiday(ada, next_workday(row))
    assert not list(find_moved_dates())
    was = due_day(row)
    make.act(workflow.start, row, make.wes())
    assert due_day(row) == City.current().calendar().next_working_day(was)
    assert not list(find_moved_dates())


def test_the_days_of_a_past_pause_stay_given_back(ada):
    row = make.service_request(Status.ROUTED)
    make.act(workflow.hold, row, make.wes(), reason=make.reason(make.HoldReason))
    with clock.freeze_time(clock.now() + timedelta(days=7)):
        make.act(workflow.start, row, make.wes())
    was = due_day(row)
    assert not list(find_moved_dates())
    add_holiday(ada, was)
    assert move_dates() == 1
    assert due_day(row) == City.current().calendar().next_working_day(was)


def test_closed_requests_keep_their_date(ada):
    row = make.service_request(Status.COMPLETED)
    was = due_day(row)
    add_holiday(ada, next_workday(row))
    assert move_dates() == 0
    assert due_day(row) == was


def test_a_deleted_holiday_moves_dates_back(ada):
    row = make.service_request(Status.ROUTED)
    was = due_day(row)
    add_holiday(ada, next_workday(row))
    move_dates()
    holiday = Holiday.objects.get(name="Parade")
    url = reverse("admin:city_holiday_delete", args=[holiday.pk])
    assert ada.post(url, {"post": "yes"}, follow=True).redirect_chain[-1][0] == DATES
    assert move_dates() == 1
    assert due_day(row) == was


def test_changed_working_days_lead_to_the_dates_that_they_move(ada):
    row = make.service_request(Status.ROUTED)
    city = City.objects.get()
    form = ada.get(reverse("admin:city_city_change", args=[city.pk])).context["adminform"].form
    given = {name: "" if value is None else value for name, value in form.initial.items()}
    given |= {
        "languages": city.languages,
        "neighbors": "",
        "alternate_weekday": "",
        "alternate_anchor": "",
    }
    weekday = next_workday(row).weekday()
    given["working_weekdays"] = [day for day in city.working_weekdays if day != weekday]
    answer = ada.post(reverse("admin:city_city_change", args=[city.pk]), given, follow=True)
    assert answer.redirect_chain[-1][0] == DATES
    assert move_dates() == 1
    given["name"] = "Elsewhere"
    answer = ada.post(reverse("admin:city_city_change", args=[city.pk]), given, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:city_city_changelist")


def test_who_saves_to_add_another_holiday_reads_of_the_dates(ada):
    row = make.service_request(Status.ROUTED)
    answer = add_holiday(ada, next_workday(row), _addanother="yes")
    assert answer.redirect_chain[-1][0] == reverse("admin:city_holiday_add")
    assert "Expected dates of open requests would move." in answer.text


def test_who_may_not_change_the_city_moves_no_date(client):
    client.force_login(make.user("clerk", is_staff=True))
    assert client.get(DATES).status_code == 403
    assert client.post(DATES, {"count": "1"}).status_code == 403


@pytest.mark.parametrize("days_away", [-90, 400])
def test_a_holiday_that_moves_no_date_leads_to_the_holidays(ada, days_away):
    make.service_request(Status.ROUTED)
    day = City.current().calendar().next_working_day(clock.today() + timedelta(days=days_away))
    answer = add_holiday(ada, day)
    assert answer.redirect_chain[-1][0] == reverse("admin:city_holiday_changelist")
    assert Holiday.objects.filter(date=day).exists()


def test_the_dates_are_counted_in_as_many_queries_for_many_requests_as_for_few(
    ada, django_assert_num_queries
):
    rows = [make.service_request(Status.ROUTED) for _ in range(4)]
    add_holiday(ada, next_workday(rows[0]))
    City.current().calendar()
    with django_assert_num_queries(2):
        assert len(list(find_moved_dates())) == 4


def test_a_load_says_which_open_dates_a_new_holiday_moves_and_asks(pack):
    load_pack(pack)
    row = make.filed(at=TOWN_HALL)
    was = due_day(row)
    with (pack / "holidays.csv").open("a", encoding="utf-8") as file:
        file.write(f"{next_workday(row)},Parade\n")
    assert row.reference in say(pack, dry_run=True)[-1]
    told = say(pack)
    assert told[-2].startswith(f"expected dates that the new calendar moves: 1 ({row.reference}: ")
    assert told[-1].startswith("These dates stay as they are. Move them with --move-dates")
    assert due_day(row) == was
    assert say(pack, move_dates=True)[-1] == "expected dates moved: 1"
    assert due_day(row) == City.current().calendar().next_working_day(was)
    assert say(pack, move_dates=True)[-1] == "expected dates moved: 0"


@pytest.mark.parametrize(("answer", "moved"), [("y", 1), ("", 0)])
def test_who_loads_a_pack_is_asked_whether_dates_move(pack, monkeypatch, answer, moved):
    load_pack(pack)
    row = make.filed(at=TOWN_HALL)
    with (pack / "holidays.csv").open("a", encoding="utf-8") as file:
        file.write(f"{next_workday(row)},Parade\n")
    questions = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: questions.append(question) or answer)
    say(pack)
    assert questions == ["Move 1 expected date? Residents see the new one. [y/N] "]
    assert row.events.filter(verb=Verb.MOVE_DATE).count() == moved


def test_webhooks_are_told_of_a_moved_date(ada):
    row = make.service_request(Status.ROUTED)
    add_holiday(ada, next_workday(row))
    move_dates()
    assert find_event_kind(row.events.get(verb=Verb.MOVE_DATE)) == EventKind.UPDATED


def test_moving_dates_counts_as_no_change_of_the_city_by_hand(ada, pack):
    load_pack(pack)
    row = make.filed(at=TOWN_HALL)
    add_holiday(ada, next_workday(row))
    confirm(ada, "1")
    swap_ids(pack, "old-town", "mill-hill")
    rewrite(
        pack, "city.toml", 'service_name = "Alderhaven Direct"', 'service_name = "Alderhaven 1"'
    )
    told = [str(each) for each in preview_pack(pack).manual_changes]
    assert [each for each in told if each.startswith("city ")] == []
    assert any("Parade" in each for each in told)


def test_a_date_that_the_calendar_gives_again_makes_no_event():
    row = make.service_request(Status.ROUTED)
    events = row.events.count()
    calendar = City.current().calendar()
    assert workflow.move_date(row, by=SYSTEM, calendar=calendar) is None
    assert row.events.count() == events


def test_a_request_without_a_date_gets_none():
    row = make.service_request(Status.ROUTED)
    row.due_at = None
    assert compute_moved_due_date(row, [], City.current().calendar()) is None
