"""Tests for requests with words of danger: position in the queue, notice on each page, clearing."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city import danger
from requests_app import workflow
from requests_app.models import Priority, ServiceRequest
from requests_app.status import Status, Verb
from requests_app.workflow import outbox
from routing.desk.queue import contents
from routing.desk.queue.filters import Filters
from routing.desk.queue.tabs import Tab
from routing.models import Proposal, RoutingRule
from tests import make
from tests.routing.desk.browser import desk_url, omar, post_action, refreshed
from tests.visitors import source

__all__ = ["omar"]

pytestmark = pytest.mark.django_db
GAS = "There is a gas leak here."


def file_dangerous_request(**given):
    return make.filed(description=GAS, **given)


def read_order(page) -> list[str]:
    return re.findall(r'class="queue-item[^>]*data-reference="([^"]+)"', page)


def read_notice(page) -> list[str]:
    """Return the references of the requests in the notice."""
    return re.findall(r'data-danger="\d+" data-of="([^"]+)"', page)


# The queue


def test_words_of_danger_come_before_disputed_and_urgent_ones(omar):
    disputed = make.service_request(Status.DISPUTED)
    urgent = make.filed()
    make.act(workflow.prioritise, urgent, make.omar(), priority=Priority.URGENT)
    plain, row = make.filed(), file_dangerous_request()
    found = read_order(omar.get("/desk/?tab=open").content.decode())
    assert found == [each.reference for each in (row, disputed, urgent, plain)]


@pytest.mark.parametrize("status", [Status.ROUTED, Status.ON_HOLD])
def test_whoever_has_it_the_desk_sees_it_among_the_new_ones_until_it_is_cleared(omar, status):
    row = make.service_request(status, description=GAS)
    assert read_order(omar.get("/desk/").content.decode()) == [row.reference]
    post_action(omar, row, "clearance")
    assert read_order(omar.get("/desk/").content.decode()) == []


def test_words_on_a_closed_request_come_to_the_desk(omar):
    row = make.service_request(Status.CLOSED)
    make.act(workflow.comment, row, make.ana(), words=GAS)
    page = omar.get("/desk/").content.decode()
    assert read_order(page) == [row.reference]
    assert "Not an emergency" in page


def test_the_flag_can_be_filtered_and_is_counted():
    make.filed()
    row = file_dangerous_request()
    filters = Filters.from_query("flag=danger")
    assert contents.Queue(filters).list_ids() == [row.pk]
    assert contents.Queue(Filters()).filter_counts.by_facet["flag"]["danger"] == 1
    assert contents.Queue(Filters()).tab_counts[Tab.NEW] == 2


def test_a_rule_routes_it_all_the_same():
    kind = make.pothole()
    RoutingRule.objects.all().delete()
    RoutingRule.objects.create(name="Holes", mode="route", category=kind, department=make.streets())
    row = file_dangerous_request()
    outbox.deliver_all_pending_events()
    assert refreshed(row).department == make.streets()
    assert row.danger
    assert [e.verb for e in row.events.order_by("pk")] == [
        Verb.FILE,
        Verb.FLAG_DANGER,
        Verb.ROUTE,
    ]
    assert Proposal.objects.filter(service_request=row).exists()


# The panel


def test_the_panel_begins_with_the_danger_its_words_and_whom_to_call(omar):
    row = file_dangerous_request()
    page = omar.get(desk_url(row)).content.decode()
    band = page[page.index('danger-band"') : page.index("</header>", page.index("danger-band"))]
    assert "Possible emergency: Gas leak" in band
    assert "gas leak" in band
    assert 'href="tel:911"' in band
    assert 'data-key="0"' in band
    assert "danger-band" not in omar.get(desk_url(make.filed())).content.decode()


def test_the_panel_shows_the_words_of_the_comment_that_named_it(omar):
    row = make.filed()
    make.act(workflow.comment, row, make.ana(), words=f"Careful. {GAS}")
    assert f"“Careful. {GAS}”" in omar.get(desk_url(row)).content.decode()


def test_the_panel_names_each_danger_with_what_to_do_in_it(omar):
    row = file_dangerous_request()
    make.act(workflow.comment, row, make.ana(), words="My house is on fire.")
    page = omar.get(desk_url(row)).content.decode()
    assert "Possible emergency: Fire or smoke, Gas leak" in page
    assert "“My house is on fire.”" in page
    for kind in ["fire", "gas"]:
        assert danger.advice_for_kind(kind).text in unescape(page)


def test_what_an_agent_cleared_is_not_named_again(omar):
    row = file_dangerous_request()
    post_action(omar, row, "clearance")
    make.act(workflow.comment, row, make.ana(), words="My house is on fire.")
    assert "Possible emergency: Fire or smoke<" in source(omar.get(desk_url(row)))


def test_an_agent_clears_it_and_can_take_that_back(omar):
    row = file_dangerous_request()
    answer = post_action(omar, row, "clearance")
    assert answer.status_code == 302
    assert refreshed(row).danger == ""
    page = omar.get(answer["Location"]).content.decode()
    assert "not an emergency" in page
    assert "danger-band" not in page
    event = row.events.last()
    omar.post(desk_url(row, "undo"), {"event": event.pk})
    assert refreshed(row).danger


def test_an_older_page_does_not_clear_new_words(omar):
    row = file_dangerous_request()
    seen = make.last_event_id(row)
    make.act(workflow.clear_danger, row, make.user("olga", is_agent=True))
    make.act(workflow.comment, row, make.ana(), words=GAS)
    answer = post_action(omar, row, "clearance", seen=seen)
    assert answer.status_code == 409
    assert refreshed(row).danger


def test_several_are_cleared_at_once(omar):
    rows = [file_dangerous_request(by=make.device(name)) for name in "abc"]
    page = omar.get("/desk/?flag=danger").content.decode()
    assert 'value="clear_danger"' in page
    assert 'value="clear_danger"' not in omar.get("/desk/").content.decode()
    given = {
        "key": uuid4(),
        "verb": "clear_danger",
        "row": [f"{row.pk}:{make.last_event_id(row)}" for row in rows],
    }
    answer = omar.post(reverse("desk_batches"), given, follow=True)
    assert "3 of 3 aren't an emergency" in unescape(answer.content.decode())
    assert not ServiceRequest.objects.exclude(danger="").exists()


# The notice


@pytest.mark.parametrize(
    "address", ["/desk/", "/desk/?tab=disputed", "/desk/?q=nothing", "request"]
)
def test_every_page_of_the_desk_has_the_notice(omar, address):
    other, row = make.filed(), file_dangerous_request()
    page = omar.get(desk_url(other) if address == "request" else address).content.decode()
    assert read_notice(page) == [row.reference]


def test_the_poll_of_any_filter_brings_the_notice_and_no_news_cost_no_sql(omar):
    make.filed()
    outbox.deliver_all_pending_events()
    page = omar.get("/desk/?tab=waiting").content.decode()
    assert read_notice(page) == []
    poll = re.search(r'id="q-poll"[^>]*hx-get="([^"]+)"', page)[1].replace("&amp;", "&")
    omar.get(poll)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = omar.get(poll)
    own = [q for q in asked if "requests_app" in q["sql"]]
    assert (answer.status_code, own) == (204, [])
    row = file_dangerous_request()
    cache.clear()
    news = omar.get(poll).content.decode()
    assert read_notice(news) == [row.reference]


def test_of_many_the_notice_has_the_latest_and_says_how_many_more_there_are(omar):
    rows = [file_dangerous_request(by=make.device(name)) for name in "abcdef"]
    page = omar.get("/desk/?tab=waiting").content.decode()
    assert read_notice(page) == [row.reference for row in reversed(rows[1:])]
    more = re.search(r'data-danger-more>\s*<a href="([^"]+)">([^<]+)<', page)
    assert more[2].strip() == "and one more"
    assert len(read_order(omar.get(unescape(more[1])).content.decode())) == len(rows)
    post_action(omar, rows[-1], "clearance")
    page = omar.get("/desk/?tab=waiting").content.decode()
    assert read_notice(page) == [row.reference for row in reversed(rows[:-1])]
    assert "data-danger-more" not in page


def test_words_that_come_later_are_the_latest_however_old_the_request_is(omar):
    old = make.filed(by=make.ana())
    for name in "abcdef":
        file_dangerous_request(by=make.device(name))
    make.act(workflow.comment, old, make.ana(), words=GAS)
    assert read_notice(omar.get("/desk/").content.decode())[0] == old.reference


def test_new_words_are_new_to_who_looked_at_the_old_ones(omar):
    row = file_dangerous_request()
    first = re.search(r'data-danger="(\d+)"', omar.get("/desk/").content.decode())[1]
    post_action(omar, row, "clearance")
    make.act(workflow.comment, row, make.ana(), words=GAS)
    assert re.search(r'data-danger="(\d+)"', omar.get("/desk/").content.decode())[1] != first


def test_the_desk_with_words_of_danger_stays_within_its_queries(omar):
    for name in "abcdef":
        row = file_dangerous_request(by=make.device(name))
    outbox.deliver_all_pending_events()
    for address in ["/desk/", desk_url(row)]:
        omar.get(address)  # load the cached lists of the city
    with CaptureQueriesContext(connection) as asked:
        omar.get("/desk/")
    assert len(asked) <= 20, [q["sql"][:120] for q in asked]
    with CaptureQueriesContext(connection) as asked:
        omar.get(desk_url(row), headers={"HX-Request": "true", "HX-Target": "div#panel"})
    assert len(asked) <= 15, [q["sql"][:120] for q in asked]
