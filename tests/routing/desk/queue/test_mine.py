"""Tests for the filter "mine", and for marks of residents' messages that an agent has not seen."""

from datetime import timedelta

import pytest

from lib import clock
from requests_app import workflow
from requests_app.status import Status
from routing.desk.queue.filters import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.queue.tabs import Tab
from tests import make
from tests.routing.desk.browser import HTMX, desk_url
from tests.routing.desk.queue.shown import (
    count_quick_filters,
    count_values,
    list_rows,
    load_page,
    load_poll,
    open_poll,
)

pytestmark = pytest.mark.django_db


def olga():
    return make.user("olga", is_agent=True)


def prioritise(row, by, priority="urgent"):
    return make.act(workflow.prioritise, row, by, priority=priority)


def add_note(row, by, words="I call them on Monday."):
    return make.act(workflow.comment, row, by, words=words, is_public=False)


def is_mine(row, agent, query="tab=open"):
    """Return True if the filter "mine" finds the request for `agent`, and check its counts."""
    found = [each.pk for each in list_rows(f"{query}&mine=yes", agent)]
    assert count_values("mine", query, agent).get("yes", 0) == len(found)
    assert count_quick_filters(query, agent)["Mine"] == len(found)
    return row.pk in found


def test_a_request_is_its_last_agents_also_when_a_colleague_only_comments():
    row = make.filed()
    assert not is_mine(row, make.omar())
    prioritise(row, make.omar())
    add_note(row, olga())
    assert is_mine(row, make.omar())
    assert is_mine(row, olga())
    prioritise(row, olga(), "normal")
    assert not is_mine(row, make.omar())


def test_what_residents_crews_and_the_city_do_leaves_it_its_agents():
    row = make.filed()
    make.route(row)
    make.act(workflow.start, row, make.wes())
    make.act(workflow.comment, row, make.ana(), words="Thank you.")
    make.act(workflow.follow, row, make.bob())
    assert is_mine(row, make.omar())


def test_who_only_deleted_the_reporters_details_has_not_taken_it_on():
    row = make.filed()
    workflow.forget(row, by=make.omar(), reason="caller")
    assert not is_mine(row, make.omar())
    prioritise(row, olga())
    workflow.forget(row, by=make.omar(), reason="asked")
    assert is_mine(row, olga())


def test_a_closed_request_is_nobodys_also_while_it_is_in_the_first_tab():
    row = make.service_request(Status.CLOSED)
    add_note(row, make.omar())
    make.act(workflow.comment, row, make.ana(), words="There is a gas leak here.")
    assert list_rows("tab=new") == [row]
    assert not is_mine(row, make.omar(), "tab=new")


def test_an_undone_act_and_its_undoing_are_as_if_they_were_never_done():
    row = make.filed()
    prioritise(row, olga())
    done = prioritise(row, make.omar(), "normal")
    assert is_mine(row, make.omar())
    workflow.undo(row, event=done, by=make.omar())
    assert not is_mine(row, make.omar())
    assert is_mine(row, olga())


# Messages of residents


def make_question():
    row = make.filed()
    make.act(workflow.ask, row, make.omar(), question="Which side of the street?")
    return row


def find_mark(row, agent):
    """Return the label of the request's mark for `agent`; check that filters and counts agree."""
    page = load_page("tab=open", agent)
    line = next(line for line in page.lines if line.service_request.pk == row.pk)
    numbers = count_values("wrote", "tab=open", agent)
    for verb in ("dispute", "answer", "correct", "comment"):
        found = [each.pk for each in list_rows(f"tab=open&wrote={verb}", agent)]
        assert len(found) == numbers.get(verb, 0), verb
        assert (row.pk in found) == (line.unseen_verb == verb), verb
    assert count_quick_filters("tab=open", agent)["Residents"] == sum(numbers.values())
    return str(line.unseen_label)


def post_look(client, row, event=None):
    seen = event or make.last_event_id(row)
    assert client.post(desk_url(row, "looks"), {"seen": seen}, headers=HTMX).status_code == 200


def test_the_gravest_of_several_is_counted_and_marked_whichever_came_last():
    row = make_question()
    make.act(workflow.answer, row, make.ana(), words="The north side.")
    make.act(workflow.comment, row, make.ana(), words="And hurry.")
    assert find_mark(row, make.omar()) == "Answered"
    disputed = make.service_request(Status.DISPUTED)
    make.act(workflow.comment, disputed, make.ana(), words="Look again.")
    assert find_mark(disputed, make.omar()) == "Disputed since you looked"


def test_an_agents_act_takes_the_mark_away_and_a_crews_does_not():
    row = make.service_request(Status.ROUTED)
    make.act(workflow.comment, row, make.ana(), words="It grows.")
    make.act(workflow.start, row, make.wes())
    assert find_mark(row, make.omar()) == "Commented"
    add_note(row, olga())
    assert find_mark(row, make.omar()) == ""


def test_a_look_counts_for_its_agent_and_up_to_what_they_saw(client):
    row = make.filed()
    make.act(workflow.comment, row, make.ana(), words="It grows.")
    first = make.last_event_id(row)
    client.force_login(make.omar())
    post_look(client, row)
    assert (find_mark(row, make.omar()), find_mark(row, olga())) == ("", "Commented")
    make.act(workflow.comment, row, make.ana(), words="It grows more.")
    post_look(client, row, first)
    assert find_mark(row, make.omar()) == "Commented"
    client.force_login(olga())
    post_look(client, row)
    assert (find_mark(row, make.omar()), find_mark(row, olga())) == ("Commented", "")


def test_of_a_look_before_a_graver_word_only_what_is_new_is_marked(client):
    row = make_question()
    make.act(workflow.answer, row, make.ana(), words="The north side.")
    client.force_login(make.omar())
    post_look(client, row)
    make.act(workflow.comment, row, make.ana(), words="And hurry.")
    assert find_mark(row, make.omar()) == "Commented"
    assert find_mark(row, olga()) == "Answered"


def test_what_staff_write_is_no_word_of_a_resident():
    row = make.service_request(Status.ROUTED)
    make.act(workflow.comment, row, make.wes(), words="The crew was there.")
    assert find_mark(row, make.omar()) == ""


def test_a_line_without_an_agent_shows_what_nobody_looked_at():
    row = make.filed()
    make.act(workflow.comment, row, make.ana(), words="It grows.")
    [line] = QueuePage(Filters(tab=Tab.OPEN)).lines
    assert line.unseen_verb == "comment"


# Answers to an agent's question


def load_answered(client, address):
    """Return the keys of the requests that the poll lists as answered, and the next poll's URL."""
    page = load_poll(client, address)
    return [row.pk for row in page.answered_requests], page.poll_url


def add_answer(row, by=None):
    make.act(workflow.answer, row, by or make.ana(), words="The north side.")


def test_an_answer_is_told_once_to_who_asked_last(client):
    row = make_question()
    add_answer(row)
    make.act(workflow.ask, row, olga(), question="And how deep?")
    polls = {agent: open_poll(agent=agent) for agent in (make.omar(), olga())}
    add_answer(row)
    for agent, expected in ((make.omar(), []), (olga(), [row.pk])):
        client.force_login(agent)
        found, after = load_answered(client, polls[agent])
        assert found == expected
        assert load_answered(client, after)[0] == []


def test_an_answer_that_the_asker_noted_is_no_news_to_them(client):
    own, other = make_question(), make_question()
    client.force_login(make.omar())
    poll = open_poll()
    add_answer(own, make.omar())
    add_answer(other, olga())
    assert load_answered(client, poll)[0] == [other.pk]


def test_an_answer_of_more_than_a_week_ago_is_no_news(client):
    row = make_question()
    client.force_login(make.omar())
    poll = open_poll()
    add_answer(row)
    now = clock.now()
    with clock.freeze_time(now + timedelta(days=6)):
        assert load_answered(client, poll)[0] == [row.pk]
    with clock.freeze_time(now + timedelta(days=8)):
        assert load_answered(client, poll)[0] == []
