"""Tests for the notice of possible emergencies, and for the flag for repeated reports."""

from datetime import timedelta

import pytest

from lib import clock
from requests_app import workflow
from requests_app.models import Contact, Event, ServiceRequest
from requests_app.status import Status, Verb
from tests import make
from tests.routing.desk.queue.shown import count_values, list_rows, load_page

pytestmark = pytest.mark.django_db

GAS, SAME = "There is a gas leak here.", "The same long words about the same deep hole."


def file_dangerous_request(hours, **given):
    with clock.freeze_time(clock.now() - timedelta(hours=hours)):
        return make.filed(by=make.device(f"d{hours}"), description=GAS, **given)


def list_notice(query="tab=waiting"):
    return [each.service_request for each in load_page(query).danger_notice.latest]


def test_the_latest_flagged_is_on_top_whenever_it_was_filed():
    rows = {hours: file_dangerous_request(hours) for hours in (1, 5, 3)}
    assert list_notice() == [rows[1], rows[3], rows[5]]
    with clock.freeze_time(clock.now() + timedelta(minutes=1)):
        make.act(workflow.clear_danger, rows[5], make.omar())
        make.act(workflow.comment, rows[5], make.device("d5"), words=GAS)
    assert list_notice() == [rows[5], rows[1], rows[3]]


def test_of_two_flagged_at_one_moment_the_last_number_is_on_top():
    moment = clock.now()
    with clock.freeze_time(moment):
        rows = [make.filed(by=make.device(name), description=GAS) for name in "ab"]
    assert len(set(Event.objects.filter(verb=Verb.FLAG_DANGER).values_list("at"))) == 1
    assert list_notice() == rows[::-1]


@pytest.mark.parametrize(("n", "more"), [(5, 0), (6, 1), (7, 2)])
def test_five_are_named_and_the_rest_is_counted(n, more):
    for hours in range(n):
        file_dangerous_request(hours + 1)
    found = load_page("tab=waiting").danger_notice
    assert (len(found.latest), found.more_count) == (5, more)


def test_what_was_flagged_twice_or_is_closed_stands_once():
    row = make.service_request(Status.CLOSED)
    for words in (GAS, "My house is on fire."):
        make.act(workflow.comment, row, make.ana(), words=words)
    assert list_notice() == [row]
    make.act(workflow.clear_danger, row, make.omar())
    assert list_notice() == []


def find_repeated(query="tab=open"):
    """Return the keys of the requests flagged as repeated.

    Check that the filter's count and the flags of the rows agree.
    """
    found = {row.pk for row in list_rows(f"{query}&flag=repeated")}
    marked = {
        line.service_request.pk
        for line in load_page(query).lines
        if "repeated" in {flag.code for flag in line.flags}
    }
    assert marked == found
    assert count_values("flag", query).get("repeated", 0) == len(found)
    return found


def file_same_words(*contacts) -> list[ServiceRequest]:
    """Return a request for each (email, phone), all filed by an agent with the same description."""
    rows = [make.filed(by=make.omar(), description=SAME) for _contact in contacts]
    for row, (email, phone) in zip(rows, contacts, strict=True):
        Contact.objects.update_or_create(
            service_request=row, defaults={"email": email, "phone": phone}
        )
    return rows


@pytest.mark.parametrize(
    ("contacts", "is_many"),
    [
        ([("a@b.org", ""), ("A@B.org", ""), ("c@b.org", "")], False),
        ([("a@b.org", ""), ("b@b.org", ""), ("c@b.org", "")], True),
        ([("", "310 555 0142")] * 3, False),
        ([("a@b.org", "310 555 0142"), ("a@b.org", "310 555 0143"), ("a@b.org", "")], False),
        ([("a@b.org", "310 555 0142"), ("b@b.org", "310 555 0142"), ("", "310 555 0142")], True),
    ],
)
def test_people_are_told_apart_by_their_address_and_then_by_their_number(contacts, is_many):
    rows = file_same_words(*contacts)
    assert find_repeated() == ({row.pk for row in rows} if is_many else set())


def test_what_was_said_more_than_a_week_ago_does_not_count():
    first = make.filed(by=make.device("a"), description=SAME)
    others = [make.filed(by=make.device(name), description=SAME) for name in "bc"]
    old = ServiceRequest.objects.get(pk=first.pk).filed_at
    every = {row.pk for row in [first, *others]}
    with clock.freeze_time(old + timedelta(days=7)):
        assert find_repeated() == every
    with clock.freeze_time(old + timedelta(days=7, seconds=11)):
        assert find_repeated() == set()


def test_a_flag_of_many_stays_on_an_open_one_after_the_others_are_closed():
    rows = [make.filed(by=make.device(name), description=SAME) for name in "abc"]
    make.act(workflow.withdraw, rows[0], make.device("a"))
    assert find_repeated() == {rows[1].pk, rows[2].pk}


def test_a_closed_one_that_was_rerouted_often_has_no_flag_while_it_is_new_again():
    row = make.service_request(Status.ROUTED)
    for to in (make.water(), make.streets(), make.water()):
        make.moved_on(row, to)
    make.act(workflow.withdraw, row, make.ana())
    make.act(workflow.comment, row, make.ana(), words=GAS)
    [line] = load_page("tab=new").lines
    assert [flag.code for flag in line.flags] == ["danger"]
    assert count_values("flag", "tab=new") == {"danger": 1}
    assert list_rows("tab=new&flag=rerouted") == []
