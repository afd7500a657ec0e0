"""Tests for the order of the queue, and for the next request that the desk offers."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lib import clock
from requests_app import workflow
from requests_app.models import Priority, ServiceRequest
from requests_app.status import Status
from tests import make
from tests.routing.desk.browser import desk_url, omar, post_action
from tests.routing.desk.queue.shown import list_rows, load_page

__all__ = ["omar"]

pytestmark = pytest.mark.django_db

GAS = "There is a gas leak here."


def make_filed_ago(hours, **given):
    with clock.freeze_time(clock.now() - timedelta(hours=hours)):
        return make.filed(by=make.device(f"d{hours}"), **given)


def make_urgent(row):
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT)
    return row


@pytest.fixture
def ranked():
    """Return two new requests of each rank in the desk's order, created in another order."""
    rows = {hours: make_filed_ago(hours) for hours in (1, 9, 4, 7)}
    rows |= {hours: make_filed_ago(hours, description=GAS) for hours in (2, 3)}
    for hours in (1, 4):
        make_urgent(rows[hours])
    return [rows[hours] for hours in (3, 2, 4, 1, 9, 7)]


@pytest.mark.parametrize("query", ["tab=new", "tab=open", "tab=new&status=filed", "tab=new&q=hall"])
def test_the_oldest_come_first_within_danger_urgent_and_the_rest(ranked, query):
    assert list_rows(query) == ranked


def test_disputed_ones_come_between_danger_and_urgent_ones():
    plain, hurried = make_filed_ago(9), make_urgent(make_filed_ago(8))
    disputed = make.service_request(Status.DISPUTED)
    danger = make.service_request(Status.DISPUTED)
    make.act(workflow.comment, danger, make.ana(), words=GAS)
    assert list_rows("tab=open") == [danger, disputed, hurried, plain]
    make_urgent(disputed)
    assert list_rows("tab=open") == [danger, disputed, hurried, plain]


@pytest.mark.parametrize("query", ["tab=new", "tab=open", "tab=new&q=hall"])
def test_of_those_filed_at_one_moment_the_first_number_comes_first(query):
    rows = [make.filed(by=make.device(name)) for name in "abc"]
    ServiceRequest.objects.update(filed_at=clock.now())
    make.act(workflow.comment, rows[0], make.omar(), words="Touched.", is_public=False)
    assert list_rows(query) == rows


@pytest.mark.parametrize("query", ["tab=new", "tab=open", "tab=new&age=day"])
def test_a_cut_list_has_the_first_of_all(ranked, query, monkeypatch):
    monkeypatch.setattr("routing.desk.queue.filters.LINES_PER_PAGE", 3)
    assert list_rows(f"{query}&most=3") == ranked[:3]
    assert load_page(f"{query}&most=3").is_truncated
    assert list_rows(f"{query}&most=5") == ranked[:5]
    assert not load_page(f"{query}&most=6").is_truncated


def test_a_cut_list_of_new_ones_begins_with_danger_that_a_department_has(monkeypatch):
    monkeypatch.setattr("routing.desk.queue.filters.LINES_PER_PAGE", 3)
    plain = [make_filed_ago(hours) for hours in (9, 8, 7)]
    danger = make.service_request(Status.ROUTED, description=GAS)
    assert list_rows("tab=new&most=3") == [danger, *plain[:2]]
    assert list_rows("tab=new&priority=urgent&priority=normal&most=3") == [danger, *plain[:2]]


def find_position(client, row, query):
    """Return the position that the panel shows: (place, total, reference of the next request)."""
    found = client.get(f"{desk_url(row)}{query}").context["queue_position"]
    return found.place, found.total, found.next_url.partition("?")[0].strip("/").rpartition("/")[2]


def test_a_request_knows_its_place_and_the_next_one_and_the_last_leads_to_the_first(omar):
    first, second, third = (make_filed_ago(hours) for hours in (9, 8, 7))
    gone = make.service_request(Status.ROUTED)
    assert find_position(omar, first, "tab=new") == (1, 3, second.reference)
    assert find_position(omar, second, "tab=new") == (2, 3, third.reference)
    assert find_position(omar, third, "tab=new") == (3, 3, first.reference)
    assert find_position(omar, gone, "tab=new") == (0, 3, first.reference)


def test_the_only_one_has_no_next(omar):
    row = make_filed_ago(3)
    assert find_position(omar, row, "tab=new") == (1, 1, "")


def route_at_desk(client, row, query="tab=new"):
    """Route the request at the desk.

    Return the reference of the request that the desk redirects to, or "" if it redirects to the
    queue.
    """
    address = f"{reverse('desk_routing', args=[row.reference])}?{query}"
    given = {"seen": make.last_event_id(row), "department": "street-services"}
    answer = client.post(address, given)
    assert answer.status_code == 302, answer.text[:300]
    return answer.url.partition("?")[0].removeprefix("/desk/").strip("/")


def test_after_a_routing_the_next_one_follows_and_after_the_last_the_first_that_still_waits(omar):
    first, second, third, fourth = (make_filed_ago(hours) for hours in (9, 8, 7, 6))
    assert route_at_desk(omar, third) == fourth.reference
    assert route_at_desk(omar, fourth) == first.reference
    assert route_at_desk(omar, first) == second.reference
    assert route_at_desk(omar, second) == ""


def test_a_request_that_is_not_in_the_queue_leads_to_its_first(omar):
    first, _second, away = (make_filed_ago(hours) for hours in (9, 8, 7))
    make_urgent(away)
    assert route_at_desk(omar, away, "tab=new&priority=normal") == first.reference


def test_what_keeps_it_in_the_queue_keeps_it_open(omar):
    row, _other = make_filed_ago(9), make_filed_ago(8)
    answer = post_action(omar, row, "notes", words="I call them on Monday.")
    assert answer.url.startswith(f"/desk/{row.reference}/")
