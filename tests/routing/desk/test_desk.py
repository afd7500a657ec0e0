"""Tests for the desk over HTTP, without JavaScript, and for the fragments that htmx requests."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.models import Category
from lib import clock
from requests_app import workflow
from requests_app.models import Contact, Priority, ServiceRequest
from requests_app.status import Outcome, Status
from requests_app.workflow import outbox
from routing.models import RoutingRule
from tests import make

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "div#panel"}


def desk_url(row, noun="request", **query):
    address = reverse(f"desk_{noun}", args=[row.reference])
    return f"{address}?" + "&".join(f"{name}={value}" for name, value in query.items())


def post_action(client, row, noun, headers=None, **given):
    given.setdefault("seen", make.last_event_id(row))
    return client.post(desk_url(row, noun), given, headers=headers)


# Access


def test_a_poll_whose_session_ended_gets_no_sign_in_page(client):
    row = make.filed()
    for address in [reverse("desk_live"), desk_url(row, "request_live"), desk_url(row)]:
        answer = client.get(address, headers=HTMX)
        assert (answer.status_code, answer.content) == (401, b"")


def test_an_unknown_request_is_not_there(omar):
    assert omar.get("/desk/SM-7K3Q-X9F4/").status_code == 404
    assert omar.get("/desk/no-such/").status_code == 404
    assert omar.post("/desk/SM-7K3Q-X9F4/routing/", {"seen": 1}).status_code == 404


# The queue


def test_each_tab_holds_its_requests(omar):
    rows = {
        "new": make.filed(),
        "disputed": make.service_request(Status.DISPUTED),
        "waiting": make.service_request(Status.AWAITING_RESIDENT),
    }
    rows["rerouted"] = make.filed()
    for number in range(4):
        make.route(rows["rerouted"], [make.streets(), make.water()][number % 2])
    rows["late"] = make.service_request(Status.ROUTED)
    ServiceRequest.objects.filter(pk=rows["late"].pk).update(due_at=clock.now() - timedelta(1))
    for tab, row in rows.items():
        page = omar.get(f"/desk/?tab={tab}").context["page"]
        assert [line.service_request for line in page.lines] == [row], tab
        assert page.queue.tab_counts[tab] == 1
    assert omar.get("/desk/?tab=open").context["page"].queue.tab_counts["open"] == len(rows)


def test_urgent_ones_come_first_then_the_oldest(omar):
    with clock.freeze_time(clock.now() - timedelta(hours=3)):
        old = make.filed()
    new, urgent = make.filed(), make.filed()
    ServiceRequest.objects.filter(pk=urgent.pk).update(priority=Priority.URGENT)
    page = omar.get("/desk/").context["page"]
    assert [line.service_request for line in page.lines] == [urgent, old, new]
    assert [chip.request_count for chip in page.quick_filters] == [3, 1, 0, 0, 0]
    assert omar.get("/desk/?priority=urgent").context["service_request"] == urgent
    assert omar.get("/desk/?age=week&age=month&age=older").context["page"].lines == []


def test_words_area_and_kind_narrow_the_queue(omar):
    hole = make.filed(location_text="Pier & Main", description="As deep as a well")
    other = Category.objects.active().exclude(group=make.pothole().group).first()
    make.filed(category=other, description="Something else", location_text="Elsewhere")

    def found(query):
        return [line.service_request for line in omar.get(f"/desk/?{query}").context["page"].lines]

    assert found("q=pier+well") == [hole]
    assert found(f"group={hole.category.group.slug}") == [hole]
    assert len(found(f"zone={hole.zone.slug}")) == 2
    assert found("q=nowhere") == []
    assert "match these filters" in omar.get("/desk/?q=nowhere").text


def test_each_word_is_looked_for_in_the_texts_and_in_the_names_of_the_city(omar):
    hole = make.filed(location_text="Árbol St & Main", description="As deep as a well")
    other = make.filed(
        category=make.category(service_code="street-sign"), location_text="Main Street"
    )
    told = {"description": "The main leaks", "location_text": "Pier"}
    danger = make.service_request(Status.CLOSED, Outcome.DECLINED, **told)
    ServiceRequest.objects.filter(pk=danger.pk).update(danger="gas")
    for typed, rows in {
        "pothole": {hole, danger},
        "arbol": {hole},
        "ÁRBOL pothole deep": {hole},
        "bache": {hole, danger},
        "sign pothole": set(),
        "sign main": {other},
        "street": {hole, other},
        "main": {hole, other, danger},
        hole.reference[3:8].lower(): {hole},
        " ".join(f"word{n}" for n in range(30)): set(),
        "\u00b4": set(),
    }.items():
        page = omar.get("/desk/", {"q": typed}).context["page"]
        assert {line.service_request for line in page.lines} == rows, typed
        assert page.total_count == len(rows), typed
    assert len(omar.get("/desk/?tab=open&q=main").context["page"].lines) == 2


def test_where_a_tab_has_nothing_that_says_the_words_others_are_offered(omar):
    row = make.service_request(Status.ROUTED, description="A narwhal.")
    page = omar.get("/desk/?tab=new&q=narwhal&priority=urgent")
    assert f'href="/desk/{row.reference}/?tab=open&amp;q=narwhal"' in page.text
    assert 'href="/requests/?show=all&amp;q=narwhal"' in page.text
    assert "In other tabs" not in omar.get("/desk/?tab=new&q=unicorn").text
    assert "Search closed requests" not in omar.get("/desk/?priority=urgent").text


def test_what_makes_no_sense_in_the_address_counts_as_not_asked(omar):
    make.filed()
    odd = "tab=x&zone=%00&group=%F0&q=%00&most=99999999999999999999&did=" + "9" * 40
    assert len(omar.get(f"/desk/?{odd}").context["page"].lines) == 1
    assert omar.get("/desk/live/?shown=x,9e9," + "9" * 30 + "&since=-1&at=" + "9" * 18)


def test_a_reference_leads_to_its_request(omar):
    row = make.service_request(Status.CLOSED)
    answer = omar.get("/desk/", {"q": row.reference.lower().replace("-", " ")})
    assert answer.url.startswith(f"/desk/{row.reference}/")


def test_a_rule_that_cannot_run_is_loud(omar):
    make.filed()
    assert "can't run" not in omar.get("/desk/").text
    rule = RoutingRule.objects.active().first()
    rule.department.is_active = False
    rule.department.save()
    page = omar.get("/desk/").text
    assert "can't run" in page
    assert rule.department.name in page


def test_a_full_desk_costs_at_most_20_queries(omar):
    rows = [make.filed(by=make.device(f"d{number}")) for number in range(55)]
    make.photo(device=make.ana())
    Contact.objects.create(service_request=rows[0], name="Ana", phone="310 555 0142")
    outbox.deliver_all_pending_events()
    omar.get("/desk/")  # load the cached lists of the city
    for address in ["/desk/", desk_url(rows[3]), "/desk/?tab=open&q=hall"]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert omar.get(address).status_code == 200
        # a search also looks for names and for hits in other tabs
        most = 22 if "q=" in address else 20
        assert len(queries) <= most, [query["sql"][:90] for query in queries]
    with CaptureQueriesContext(connection) as queries:
        assert omar.get(desk_url(rows[3]), headers=HTMX).status_code == 200
    assert len(queries) <= 20


# The page of a request


def test_the_panel_shows_what_an_agent_needs(omar):
    row = make.filed(
        location_text="Wilshire Blvd & 14th St",
        description="Bikes swerve around it.",
        contact={"name": "Ana Lopez", "phone": "310 555 0142", "email": ""},
    )
    outbox.deliver_all_pending_events()
    page = omar.get(desk_url(row)).text
    proposed = row.proposal.department.name
    for words in ["Wilshire Blvd &amp; 14th St", "Bikes swerve", "Ana Lopez", proposed]:
        assert words in page
    assert '<svg class="basemap"' in page


def test_a_request_the_worker_has_not_come_to_has_advice_all_the_same(omar):
    row = make.filed()
    assert omar.get(desk_url(row)).context["panel"].advice.department == row.category.department


def test_htmx_gets_the_panel_alone_and_its_address(omar):
    row = make.filed()
    answer = omar.get(desk_url(row, tab="new", did=5), headers=HTMX)
    assert "<html" not in answer.text
    assert answer["HX-Push-Url"] == f"/desk/{row.reference}/?tab=new"
    queue = omar.get("/desk/", headers=HTMX | {"HX-Target": "section#queue"})
    assert 'id="queue"' in queue.text
    assert 'id="request"' not in queue.text


# The polls


def poll_url(page):
    return page.context["page"].poll_url


def test_a_quiet_queue_costs_no_look_at_the_requests(omar, django_capture_on_commit_callbacks):
    make.filed()
    address = poll_url(omar.get("/desk/"))
    cache.clear()
    # the cache is empty, so this poll is not free
    assert omar.get(address, headers=HTMX).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert omar.get(address, headers=HTMX).status_code == 204
    assert [q for q in queries if "requests_app" in q["sql"]] == []


def test_a_readers_report_comes_with_the_next_poll_of_every_open_desk(
    omar, django_capture_on_commit_callbacks
):
    shown, routed = make.filed(), make.service_request(Status.ROUTED)
    address = poll_url(omar.get("/desk/"))
    cache.clear()
    assert omar.get(address, headers=HTMX).status_code == 200
    assert omar.get(address, headers=HTMX).status_code == 204
    with django_capture_on_commit_callbacks(execute=True):
        for row in (shown, routed):
            workflow.report_content(row, by=make.bob(), reason="personal")
    for _desk in range(2):
        answer = omar.get(address, headers=HTMX)
        assert "Reported by readers" in answer.text
        assert "1 new request. Show it" in answer.text
    address = answer.context["page"].poll_url
    with CaptureQueriesContext(connection) as queries:
        assert omar.get(address, headers=HTMX).status_code == 204
    assert [q for q in queries if "requests_app" in q["sql"]] == []


def test_new_requests_are_counted_and_not_added_to_the_list(omar):
    row = make.filed()
    address = poll_url(omar.get("/desk/"))
    make.filed()
    answer = omar.get(address, headers=HTMX)
    assert [line.service_request for line in answer.context["page"].lines] == [row]
    assert "1 new request. Show it" in answer.text
    make.filed()
    assert "2 new requests. Show them" in omar.get(address, headers=HTMX).text


def test_the_filters_count_what_waits_now(omar):
    row = make.filed()
    page = omar.get("/desk/")
    make.route(row)
    make.filed(by=make.device("zoe"))
    make.filed(by=make.device("yan"))
    news = " ".join(omar.get(poll_url(page)).text.split())
    assert 'hx-target="#q-chip-1" hx-swap="innerHTML" >2<' in news


def test_what_another_agent_took_stays_in_grey_with_the_name(omar):
    row = make.filed()
    address = poll_url(omar.get("/desk/"))
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    answer = omar.get(address, headers=HTMX)
    assert answer.context["page"].lines[0].outcome == "Routed · Olga"
    assert "is-taken" in answer.text


def test_a_change_that_brings_nothing_into_the_tab_is_no_news(omar):
    make.filed()
    routed = make.service_request(Status.ROUTED)
    page = omar.get("/desk/")
    make.act(workflow.start, routed, make.wes())
    make.act(workflow.prioritise, routed, make.omar(), priority="urgent")
    assert omar.get(poll_url(page), headers=HTMX).context["page"].new_count == 0


@pytest.mark.parametrize(("tab", "count"), [("late", 1), ("rerouted", 1), ("open", 0)])
def test_each_tab_knows_its_newcomers(omar, tab, count):
    row = make.filed()
    for number in range(3):
        make.route(row, [make.streets(), make.water()][number % 2])
    page = omar.get(f"/desk/?tab={tab}")
    make.route(row, make.water())
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=clock.now())
    assert omar.get(poll_url(page), headers=HTMX).context["page"].new_count == count


def test_the_panel_tells_what_others_did_and_leaves_the_forms(omar):
    row = make.filed()
    seen = make.last_event_id(row)
    address = desk_url(row, "request_live", v=row.staff_live_version, seen=seen)
    assert omar.get(address, headers=HTMX).status_code == 204
    make.act(workflow.comment, row, make.ana(), words="It grows.")
    cache.clear()
    answer = omar.get(address, headers=HTMX)
    assert "It grows." in answer.text
    assert "Check again" not in answer.text
    assert "<form" not in answer.text
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    cache.clear()
    answer = omar.get(address, headers=HTMX)
    assert "Check again" in answer.text
    assert "Olga sent it" in answer.text


def test_an_imported_request_has_no_place_and_no_replies_but_staff_leave_notes(omar):
    row = make.imported()
    page = omar.get(desk_url(row)).text
    assert "Location unknown" in page
    assert "pop-reopening" not in page
    assert "pop-comments" not in page
    refused = post_action(omar, row, "comments", words="It is in the archive.")
    assert refused.status_code == 409
    assert "No one gets replies" in refused.text
    assert "It is in the archive." in refused.text
    assert post_action(omar, row, "notes", words="It is in the archive.").status_code == 302
    assert [note.is_public for note in row.comments.all()] == [False]


def test_the_rest_of_a_long_queue_is_one_step_away(omar, monkeypatch):
    monkeypatch.setattr("routing.desk.queue.filters.LINES_PER_PAGE", 2)
    rows = [make.filed(by=make.device(f"d{number}")) for number in range(3)]
    first = omar.get("/desk/?most=2").context["page"]
    assert [line.service_request for line in first.lines] == rows[:2]
    rest = omar.get(first.more_url).context["page"]
    assert len(rest.lines) == 3
    assert rest.more_url == ""
