"""Tests for polls of the queue after a change: rows that left and why, new requests, counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Signal

import pytest
from django.db import connection, transaction

from city.models import DeclineReason
from lib import clock
from requests_app import workflow
from requests_app.models import Priority, ServiceRequest
from requests_app.status import Status
from routing.desk.queue.tabs import STATUSES_BY_TAB, Tab
from tests import make
from tests.routing.desk.browser import omar
from tests.routing.desk.queue.shown import (
    count_tabs,
    count_values,
    list_rows,
    load_page,
    load_poll,
    open_poll,
    read_facet_counts,
)

__all__ = ["omar"]

pytestmark = pytest.mark.django_db

GAS = "There is a gas leak here."


def olga():
    return make.user("olga", is_agent=True)


def list_outcomes(page) -> list[str]:
    return [str(line.outcome) for line in page.lines]


def decline(row, by):
    listed = make.reason(DeclineReason)
    return make.act(workflow.decline, row, by, reason=listed, words=listed.words)


# Rows that left the queue


def test_a_line_that_left_says_what_it_became_and_who_did_it(omar):
    acts = {
        "Routed · Olga": lambda row: make.act(workflow.route, row, olga(), to=make.streets()),
        "Declined · Olga": lambda row: decline(row, olga()),
        "Canceled by the reporter": lambda row: make.act(workflow.withdraw, row, make.ana()),
        "Waiting for an answer · Olga": lambda row: make.act(
            workflow.ask, row, olga(), question="Which side?"
        ),
        "": lambda row: make.act(workflow.comment, row, olga(), words="Hm.", is_public=False),
    }
    rows = [make.filed() for _act in acts]
    poll = open_poll()
    for row, do in zip(rows, acts.values(), strict=True):
        do(row)
    news = load_poll(omar, poll)
    assert [line.service_request for line in news.lines] == rows
    assert list_outcomes(news) == list(acts)
    assert news.new_count == 0


def test_a_line_that_left_names_the_last_act_whatever_was_only_said_since(omar):
    row = make.filed()
    poll = open_poll()
    make.act(workflow.route, row, make.omar(), to=make.streets())
    make.act(workflow.start, row, make.wes())
    make.act(workflow.comment, row, olga(), words="Thank you.", is_public=False)
    make.act(workflow.comment, row, make.ana(), words="Thank you.")
    assert list_outcomes(load_poll(omar, poll)) == ["Underway · Wes"]


def test_a_line_whose_act_is_undone_is_in_the_queue_again(omar):
    row = make.filed()
    poll = open_poll()
    routed = make.act(workflow.route, row, olga(), to=make.streets())
    assert list_outcomes(load_poll(omar, poll)) == ["Routed · Olga"]
    workflow.undo(row, event=routed, by=olga())
    assert list_outcomes(load_poll(omar, poll)) == [""]


def test_a_line_that_left_every_tab_is_marked_when_its_resident_writes(omar):
    row, other = make.filed(), make.filed(by=make.bob())
    poll = open_poll()
    decline(row, olga())
    make.act(workflow.comment, row, make.ana(), words="Please look again.")
    news = load_poll(omar, poll)
    assert [line.service_request for line in news.lines] == [row, other]
    assert [line.unseen_verb for line in news.lines] == ["comment", ""]


def test_an_undoing_that_takes_a_line_away_says_so(omar):
    row = make.filed()
    routed = make.act(workflow.route, row, olga(), to=make.streets())
    row = ServiceRequest.objects.get(pk=row.pk)
    poll = open_poll("tab=open&department=street-services")
    workflow.undo(row, event=routed, by=olga())
    assert list_outcomes(load_poll(omar, poll)) == ["Undo · Olga"]


def test_what_leaves_the_filters_has_left_and_what_leaves_another_tab_has_not(omar):
    row = make.filed()
    polls = {query: open_poll(query) for query in ("priority=normal", "tab=open", "tab=new")}
    make.act(workflow.prioritise, row, olga(), priority=Priority.URGENT)
    found = {query: list_outcomes(load_poll(omar, poll)) for query, poll in polls.items()}
    assert found == {"priority=normal": ["New · Olga"], "tab=open": [""], "tab=new": [""]}


@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_line_of_a_cut_list_has_left_only_if_it_left_the_queue(omar, monkeypatch, most):
    monkeypatch.setattr("routing.desk.queue.filters.LINES_PER_PAGE", most)
    rows = [make.filed(by=make.device(name)) for name in "abc"]
    assert list_rows(f"most={most}") == rows[:most]
    poll = open_poll(f"most={most}")
    make.act(workflow.prioritise, rows[2], olga(), priority=Priority.URGENT)
    news = load_poll(omar, poll)
    assert (list_outcomes(news), news.new_count) == ([""] * most, 0)
    make.route(rows[0])
    assert list_outcomes(load_poll(omar, poll)) == ["Routed · Omar"] + [""] * (most - 1)


# New requests


def dispute(row):
    make.route(row)
    make.complete(row)
    make.act(workflow.dispute, row, make.ana(), words="It is still there.")


ARRIVALS = {
    "new": lambda row: None,
    "disputed": dispute,
    "waiting": lambda row: make.act(workflow.ask, row, make.omar(), question="Which side?"),
    "reported": lambda row: workflow.report_content(row, by=make.bob(), reason="personal"),
    "open": make.route,
}


@pytest.mark.parametrize("is_cut", [False, True])
@pytest.mark.parametrize("tab", ARRIVALS)
def test_what_came_into_a_tab_since_is_counted_once(omar, monkeypatch, tab, is_cut):
    """New requests are counted in a cut list too; requests that were in the tab before are not."""
    monkeypatch.setattr("routing.desk.queue.filters.LINES_PER_PAGE", 1 if is_cut else 60)
    with clock.freeze_time(clock.now() - timedelta(days=1)):
        old = [make.filed(), make.filed()]
        for row in old:
            ARRIVALS[tab](row)
    poll = open_poll(f"tab={tab}&most={1 if is_cut else 60}")
    make.act(workflow.comment, old[1], make.omar(), words="Hm.", is_public=False)
    assert load_poll(omar, poll).new_count == 0
    ARRIVALS[tab](row := make.filed())
    make.act(workflow.comment, row, olga(), words="Hm.", is_public=False)
    assert load_poll(omar, poll).new_count == 1


def test_a_cut_tab_whose_statuses_nobody_named_counts_what_came_too(omar, monkeypatch):
    monkeypatch.delitem(STATUSES_BY_TAB, Tab.DISPUTED)
    monkeypatch.setattr("routing.desk.queue.filters.LINES_PER_PAGE", 1)
    with clock.freeze_time(clock.now() - timedelta(days=1)):
        for _n in range(2):
            dispute(make.filed())
    poll = open_poll("tab=disputed&most=1")
    assert load_poll(omar, poll).new_count == 0
    dispute(make.filed())
    assert load_poll(omar, poll).new_count == 1


def test_words_of_danger_on_what_a_department_has_are_news_of_the_first_tab(omar):
    row = make.service_request(Status.ROUTED)
    poll = open_poll()
    make.act(workflow.comment, row, make.ana(), words=GAS)
    news = load_poll(omar, poll)
    assert news.new_count == 1
    assert [each.service_request for each in news.danger_notice.latest] == [row]


def test_danger_and_reports_on_what_a_department_has_are_news_of_a_cut_first_tab(omar, monkeypatch):
    monkeypatch.setattr("routing.desk.queue.filters.LINES_PER_PAGE", 1)
    for _n in range(2):
        make.filed()
    named, reported = (make.service_request(Status.ROUTED) for _n in range(2))
    poll = open_poll("most=1")
    make.act(workflow.comment, named, make.ana(), words=GAS)
    assert load_poll(omar, poll).new_count == 1
    workflow.report_content(reported, by=make.bob(), reason="personal")
    assert load_poll(omar, poll).new_count == 2


def test_what_becomes_late_while_the_page_is_open_is_news_of_the_late_tab(omar):
    make.filed()
    row = make.filed(by=make.bob())
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=clock.now() + timedelta(minutes=5))
    poll = open_poll("tab=late")
    with clock.freeze_time(clock.now() + timedelta(minutes=6)):
        news = load_poll(omar, poll)
        assert (news.new_count, count_tabs(news)["late"]) == (1, 1)


# Counts


def test_numbers_follow_the_own_acts_and_those_of_others_at_once(omar):
    row, other = make.filed(), make.filed(by=make.bob())
    poll = open_poll("tab=open")

    def numbers():
        news = load_poll(omar, poll)
        tabs = {tab: n for tab, n in count_tabs(news).items() if n}
        assert tabs == {tab: n for tab, n in count_tabs().items() if n}
        facets = {
            name: read_facet_counts(news, name) for name in ("status", "priority", "mine", "wrote")
        }
        assert facets == {name: count_values(name, "tab=open") for name in facets}
        return tabs, {name: values for name, values in facets.items() if values}

    normal = {"priority": {"normal": 2}}
    assert numbers() == ({"new": 2, "open": 2}, {"status": {"filed": 2}} | normal)
    make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT)
    assert numbers()[1]["priority"] == {"normal": 1, "urgent": 1}
    assert numbers()[1]["mine"] == {"yes": 1}
    make.act(workflow.prioritise, row, olga(), priority=Priority.NORMAL)
    assert numbers()[1] == {"status": {"filed": 2}} | normal
    make.act(workflow.comment, other, make.bob(), words="It grows.")
    assert numbers()[1]["wrote"] == {"comment": 1}
    make.act(workflow.ask, other, olga(), question="Which side?")
    assert numbers()[0] == {"new": 1, "waiting": 1, "open": 2}
    assert "wrote" not in numbers()[1]
    make.act(workflow.answer, other, make.bob(), words="The north side.")
    assert numbers()[1]["wrote"] == {"answer": 1}
    make.act(workflow.withdraw, row, make.ana())
    assert numbers()[0]["open"] == 1


def test_a_closed_request_leaves_every_number_and_counts_again_when_reopened(omar):
    row = make.filed()
    assert count_tabs()["open"] == 1
    decline(row, make.omar())
    assert (count_tabs()["new"], count_tabs()["open"]) == (0, 0)
    assert count_values("status", "tab=open") == {}
    make.act(workflow.reopen, row, make.omar(), words="It is ours.")
    assert count_tabs()["open"] == 1
    assert list_rows("tab=open") == [row]


def test_numbers_that_are_read_anew_are_the_same(omar):
    make.service_request(Status.DISPUTED)
    row = make.filed(by=make.bob())
    make.act(workflow.comment, row, make.bob(), words="It grows.")
    make.act(workflow.prioritise, row, olga(), priority=Priority.URGENT)
    make.act(workflow.comment, row, make.bob(), words="It grows more.")

    def everything():
        page = load_page("tab=open", olga())
        names = ("status", "mine", "wrote", "photo", "due", "flag")
        return count_tabs(page), {name: read_facet_counts(page, name) for name in names}

    before = everything()
    assert before[1]["mine"] == {"yes": 1}
    assert before[1]["wrote"] == {"comment": 1, "dispute": 1}
    with clock.freeze_time(clock.now() + timedelta(minutes=1)):
        assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_committed_after_a_later_one_counts_all_the_same():
    early, late = make.filed(), make.filed(by=make.bob())
    make.omar(), make.streets(), olga()
    assert count_tabs()["new"] == 2
    is_done, may_end = Signal(), Signal()

    def route_slowly():
        try:
            with transaction.atomic():
                make.act(workflow.prioritise, early, olga(), priority=Priority.URGENT)
                is_done.set()
                may_end.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(route_slowly)
        assert is_done.wait(20)
        make.act(workflow.comment, late, make.omar(), words="Hm.", is_public=False)
        assert count_values("priority") == {"normal": 2}
        may_end.set()
        slow.result()
    make.act(workflow.comment, late, make.omar(), words="Hm again.", is_public=False)
    assert count_values("priority") == {"normal": 1, "urgent": 1}
