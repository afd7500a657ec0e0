"""Tests for unseen messages of residents: marks, counts, order, news for the agent who asked."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city import maintenance
from requests_app import workflow
from requests_app.filing import questions
from requests_app.status import Status
from requests_app.workflow import outbox
from requests_app.workflow.filing import Report
from routing.desk.queue import contents, unseen_events
from routing.desk.queue.filters import Filters
from routing.models import Look
from tests import make
from tests.routing.desk.browser import HTMX, desk_url, omar, post_action
from tests.routing.desk.queue.shown import load_page

__all__ = ["omar"]

pytestmark = pytest.mark.django_db


def lena():
    return make.user("lena", is_agent=True)


def make_question(by=None):
    row = make.filed()
    make.act(workflow.ask, row, by or make.omar(), question="Which side of the street?")
    return row


def make_answer(by=None):
    row = make_question(by)
    make.act(workflow.answer, row, make.ana(), words="The north side.")
    return row


def make_comment():
    row = make.filed(by=make.bob())
    make.act(workflow.comment, row, make.bob(), words="It grows.")
    return row


def make_correction():
    row = make.filed()
    report = Report(
        category=row.category,
        latitude=row.latitude,
        longitude=row.longitude,
        location_text=row.location_phrase,
        description="Two holes, side by side.",
        answers=questions.validate_answers(row.category, make.least_answers(row.category)),
    )
    make.act(workflow.correct, row, make.ana(), report=report)
    return row


def find_marks(agent, query="tab=open"):
    """Return the verb of each row's mark by the request's id; the verb is empty without a mark."""
    return {line.service_request.pk: line.unseen_verb for line in load_page(query, agent).lines}


def find_residents_filter(client, query="tab=open"):
    page = client.get(f"/desk/?{query}").context["page"]
    return next(one for one in page.quick_filters if str(one.name) == "Residents")


def post_look(client, row):
    return client.post(desk_url(row, "looks"), {"seen": make.last_event_id(row)}, headers=HTMX)


def test_an_answer_a_comment_and_a_dispute_are_marked_until_the_desk_acts(omar):
    rows = make_answer(), make_comment(), make.service_request(Status.DISPUTED)
    make.filed(description="Nobody wrote on this one.")
    found = find_marks(make.omar())
    assert [found[row.pk] for row in rows] == ["answer", "comment", "dispute"]
    assert list(found.values()).count("") == 1
    make.act(workflow.comment, rows[1], lena(), words="Seen by a colleague.", is_public=False)
    assert find_marks(make.omar())[rows[1].pk] == ""


def test_what_residents_wrote_is_unseen_again_once_the_act_is_undone(omar):
    row = make_comment()
    routed = make.act(workflow.route, row, make.omar(), to=make.streets())
    assert (find_marks(make.omar())[row.pk], find_residents_filter(omar).request_count) == ("", 0)
    workflow.undo(row, event=routed, by=make.omar())
    assert (find_marks(make.omar())[row.pk], find_residents_filter(omar).request_count) == (
        "comment",
        1,
    )
    assert omar.get(desk_url(row)).context["panel"].has_unanswered_events


def test_the_most_pressing_of_several_is_the_mark():
    row = make_answer()
    make.act(workflow.comment, row, make.ana(), words="And hurry, please.")
    assert find_marks(make.omar())[row.pk] == "answer"


def test_a_filter_finds_them_and_says_how_many(omar):
    rows = make_answer(), make_comment(), make.service_request(Status.DISPUTED), make_correction()
    make.filed(description="Nobody wrote on this one.")
    assert find_residents_filter(omar).request_count == 4
    for row, verb in zip(rows, ["answer", "comment", "dispute", "correct"], strict=True):
        filters = Filters.from_query(f"tab=open&wrote={verb}", make.omar())
        assert contents.Queue(filters).list_ids() == [row.pk]
    tally = contents.Queue(Filters.from_query("tab=open", make.omar())).filter_counts
    assert {
        verb: tally.by_facet["wrote"][verb] for verb in unseen_events.RESIDENT_VERB_LABELS
    } == dict.fromkeys(unseen_events.RESIDENT_VERB_LABELS, 1)
    page = omar.get("/desk/?tab=open").text
    assert len(re.findall(r"mark--(?:news|disputed)", page)) == 4
    assert "since you looked" in page


def test_a_look_takes_the_mark_away_for_its_agent_alone(omar):
    row = make_answer()
    page = omar.get(desk_url(row)).text
    assert f"/desk/{row.reference}/looks/" in page
    assert (
        find_marks(make.omar())[row.pk] == "answer"
    )  # A GET must not record a look: a script may prefetch the page.
    answer = post_look(omar, row)
    assert 'hx-target="#q-wrote-' in answer.text
    assert find_marks(make.omar())[row.pk] == ""
    assert find_marks(lena())[row.pk] == "answer"
    assert find_residents_filter(omar).request_count == 0
    make.act(workflow.comment, row, make.ana(), words="One more thing.")
    assert find_marks(make.omar())[row.pk] == "comment"


def test_polls_and_a_request_that_opens_by_itself_are_no_look(omar):
    row = make_answer()
    outbox.deliver_all_pending_events()
    page = omar.get("/desk/?tab=new")
    assert page.context["panel"].service_request == row
    assert "/looks/" not in page.text
    omar.get(desk_url(row, "request_live", v="0", seen=0), headers=HTMX)
    omar.get(page.context["page"].poll_url + "&v=0", headers=HTMX)
    assert not Look.objects.exists()


def test_an_earlier_look_never_takes_a_later_one_back(omar):
    row = make_answer()
    post_look(omar, row)
    latest = Look.objects.get().event_id
    earlier = row.events.first().pk
    assert omar.post(desk_url(row, "looks"), {"seen": earlier}, headers=HTMX).status_code == 200
    assert Look.objects.get().event_id == latest
    strange = make_answer()
    omar.post(desk_url(row, "looks"), {"seen": make.last_event_id(strange)}, headers=HTMX)
    omar.post(desk_url(row, "looks"), {"seen": "x\0"}, headers=HTMX)
    assert Look.objects.get().event_id == latest


def test_while_the_city_is_read_only_it_can_be_read_and_no_look_is_noted(omar):
    row = make_answer()
    maintenance.start_read_only_mode()
    try:
        assert "The north side." in omar.get(desk_url(row)).text
        assert post_look(omar, row).status_code == 503
    finally:
        maintenance.end_read_only_mode()
    assert not Look.objects.exists()


def test_what_they_wrote_is_on_top_until_an_agent_acts(omar):
    row = make_answer()
    make.act(workflow.comment, row, make.ana(), words="Near the blue house.")
    post_look(omar, row)
    panel = omar.get(desk_url(row)).context["panel"]
    assert [line.quote for line in panel.resident_lines] == [
        "Near the blue house.",
        "The north side.",
    ]
    page = omar.get(desk_url(row)).text
    main = page[page.index('id="r-main"') :]
    assert main.index("The north side.") < main.index('class="media"')
    assert "Question: “Which side of the street?”" in main
    post_action(omar, row, "notes", words="Called them.")
    assert omar.get(desk_url(row)).context["panel"].resident_lines == []


def test_a_dispute_stays_on_top_as_long_as_it_stands(omar):
    row = make.service_request(Status.DISPUTED)
    post_action(omar, row, "notes", words="I look at it tomorrow.")
    page = omar.get(desk_url(row))
    assert [line.quote for line in page.context["panel"].resident_lines] == ["It is still there."]
    assert page.text.index("It is still there.") < page.text.index('class="media"')


def find_poll_url(client, query="tab=open"):
    return client.get(f"/desk/?{query}").context["page"].poll_url


def test_who_asked_is_told_of_the_answer_once(omar):
    row, other = make_question(), make_question(by=lena())
    address = find_poll_url(omar)
    for one in (row, other):
        make.act(workflow.answer, one, make.ana(), words="The north side.")
    outbox.deliver_all_pending_events()
    news = omar.get(address, headers=HTMX)
    assert f"answered your question on {row.reference}" in news.text
    assert f"/desk/{row.reference}/?tab=open" in news.text
    assert f"question on {other.reference}" not in news.text
    make.filed(by=make.bob())
    cache.clear()
    again = omar.get(news.context["page"].poll_url, headers=HTMX)
    assert again.status_code == 200
    assert "answered your question" not in again.text


def test_who_asked_is_told_of_an_answer_that_a_colleague_noted_but_not_of_silence(omar):
    row, silent = make_question(), make_question()
    address = find_poll_url(omar)
    make.act(workflow.answer, row, lena(), words="They called: the north side.")
    workflow.answer(silent, words="", by=workflow.SYSTEM)
    outbox.deliver_all_pending_events()
    news = omar.get(address, headers=HTMX).text
    assert f"question on {row.reference}" in news
    assert f"question on {silent.reference}" not in news


def test_a_poll_with_news_and_a_panel_cost_no_more_than_before(omar):
    rows = [make_answer() for _ in range(12)]
    address = find_poll_url(omar)
    make.act(workflow.comment, rows[0], make.ana(), words="One more thing.")
    outbox.deliver_all_pending_events()
    with CaptureQueriesContext(connection) as queries:
        assert omar.get(address, headers=HTMX).status_code == 200
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]
    with CaptureQueriesContext(connection) as queries:
        assert omar.get(desk_url(rows[0]), headers=HTMX).status_code == 200
    assert len(queries) <= 20, [query["sql"][:90] for query in queries]
