"""Tests for a search in all tabs: rows of the open tab, hits in other tabs, the limit of hits."""

from datetime import timedelta

import pytest

from lib import clock
from requests_app import workflow
from requests_app.models import Priority
from requests_app.status import Status
from tests import make
from tests.routing.desk.queue.shown import list_rows, load_page

pytestmark = pytest.mark.django_db

# A reference finds requests of every status. Words find a closed request only while it is in the
# tab "New", for example because of these words of danger.
GAS = "There is a gas leak here."


def make_narwhal_report(status=Status.FILED, days=0, **given):
    with clock.freeze_time(clock.now() - timedelta(days=days)):
        return make.service_request(status, description="A narwhal on the beach.", **given)


def list_hits_elsewhere(query):
    return [(each.service_request.pk, each.tab_name) for each in load_page(query).hits_elsewhere]


def test_what_is_elsewhere_is_named_by_the_first_tab_that_has_it():
    statuses = [Status.DISPUTED, Status.AWAITING_RESIDENT, Status.ROUTED, Status.COMPLETED]
    rows = {status: make_narwhal_report(status) for status in statuses}
    rows["held"] = make_narwhal_report(held_for="words")
    names = dict(list_hits_elsewhere("q=narwhal"))
    assert {status: names[row.pk] for status, row in rows.items()} == {
        Status.DISPUTED: "Disputed",
        Status.AWAITING_RESIDENT: "Waiting",
        Status.ROUTED: "All open",
        Status.COMPLETED: "Finished",
        "held": "Held",
    }
    make.act(workflow.comment, rows[Status.AWAITING_RESIDENT], make.ana(), words=GAS)
    assert (
        dict(list_hits_elsewhere("tab=held&q=narwhal"))[rows[Status.AWAITING_RESIDENT].pk] == "New"
    )


def test_a_late_one_is_late_before_it_is_waiting_or_merely_open():
    row = make_narwhal_report(Status.ROUTED)
    with clock.freeze_time(clock.now() + timedelta(days=400)):
        assert list_hits_elsewhere("q=narwhal") == [(row.pk, "Late")]


def test_elsewhere_open_ones_come_first_and_of_these_the_newest():
    done = make_narwhal_report(Status.COMPLETED, days=1)
    old, new = (
        make_narwhal_report(Status.ROUTED, days=9),
        make_narwhal_report(Status.ROUTED, days=2),
    )
    assert [pk for pk, _tab in list_hits_elsewhere("q=narwhal")] == [new.pk, old.pk, done.pk]


def test_so_many_are_shown_elsewhere_and_the_rest_is_counted(monkeypatch):
    monkeypatch.setattr("routing.desk.queue.page.MAX_HITS_ELSEWHERE", 2)
    for days in (1, 2, 3):
        make_narwhal_report(Status.ROUTED, days=days)
    page = load_page("q=narwhal")
    assert (len(page.hits_elsewhere), page.more_elsewhere_count) == (2, 1)


def test_what_is_listed_is_not_elsewhere_and_what_filters_leave_out_is():
    here, urgent, away = (
        make_narwhal_report(),
        make_narwhal_report(),
        make_narwhal_report(Status.ROUTED),
    )
    make.act(workflow.prioritise, urgent, make.omar(), priority=Priority.URGENT)
    assert list_rows("q=narwhal") == [urgent, here]
    assert list_hits_elsewhere("q=narwhal") == [(away.pk, "All open")]
    assert list_rows("q=narwhal&priority=urgent") == [urgent]
    assert dict(list_hits_elsewhere("q=narwhal&priority=urgent")) == {
        here.pk: "New",
        away.pk: "All open",
    }
    assert list_hits_elsewhere("priority=urgent") == []


def test_an_address_elsewhere_opens_the_tab_with_the_same_words():
    row = make_narwhal_report(Status.AWAITING_RESIDENT)
    [found] = load_page("q=narwhal&priority=urgent").hits_elsewhere
    assert found.url == f"/desk/{row.reference}/?tab=waiting&q=narwhal"


def test_all_words_must_be_said_and_a_closed_one_is_found_by_words_only_while_it_is_new():
    closed = make_narwhal_report(Status.CLOSED)
    assert (list_rows("q=narwhal"), list_hits_elsewhere("q=narwhal")) == ([], [])
    assert list_hits_elsewhere(f"q={closed.reference[3:8]}") == [(closed.pk, "Closed")]
    make.act(workflow.comment, closed, make.ana(), words=GAS)
    assert list_rows("q=narwhal+beach") == [closed]
    assert list_rows("q=narwhal+mountain") == []
