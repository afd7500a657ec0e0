"""The desk over HTTP, without JavaScript, and the regions that htmx asks for."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from city.models import Agency, Category, DeclineReason, RouteReason
from requests_app import outbox, workflow
from requests_app.models import Contact, Priority, ServiceRequest
from requests_app.status import Outcome, Status, Verb
from routing import queue
from routing.models import RoutingRule
from routing.nearby import said_distance
from routing.views.acts import ACTS
from santa311.lib import clock
from tests import make

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "div#panel"}


@pytest.fixture
def omar(client):
    client.force_login(make.omar())
    return client


def desk(row, noun="request", **query):
    address = reverse(f"desk_{noun}", args=[row.reference])
    return f"{address}?" + "&".join(f"{name}={value}" for name, value in query.items())


def post(client, row, noun, headers=None, **given):
    given.setdefault("seen", make.seen(row))
    return client.post(desk(row, noun), given, headers=headers)


def now(row):
    row.refresh_from_db()
    return row


# Who may come


def test_strangers_sign_in_and_other_staff_are_refused(client):
    row = make.filed()
    assert client.get("/desk/").status_code == 302
    assert client.post(desk(row, "routing")).status_code == 302
    client.force_login(make.wes())
    assert client.get("/desk/").status_code == 403
    assert client.get(desk(row)).status_code == 403
    for act in ACTS:
        assert client.post(desk(row, act.noun)).status_code == 403
    assert now(row).status == Status.FILED


def test_a_poll_whose_session_ended_gets_no_sign_in_page(client):
    row = make.filed()
    for address in [reverse("desk_live"), desk(row, "request_live"), desk(row)]:
        answer = client.get(address, headers=HTMX)
        assert (answer.status_code, answer.content) == (401, b"")


def test_acts_are_posted(omar):
    row = make.filed()
    for act in ACTS:
        assert omar.get(desk(row, act.noun)).status_code == 405
    assert omar.post("/desk/").status_code == 405


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
        assert page.counts[tab] == 1
    assert omar.get("/desk/?tab=open").context["page"].counts["open"] == len(rows)


def test_urgent_ones_come_first_then_the_oldest(omar):
    with clock.at(clock.now() - timedelta(hours=3)):
        old = make.filed()
    new, urgent = make.filed(), make.filed()
    ServiceRequest.objects.filter(pk=urgent.pk).update(priority=Priority.URGENT)
    page = omar.get("/desk/").context["page"]
    assert [line.service_request for line in page.lines] == [urgent, old, new]
    assert [chip.count for chip in page.chips] == [3, 1, 0]
    assert omar.get("/desk/?urgent=1").context["service_request"] == urgent
    assert omar.get("/desk/?old=1").context["page"].lines == []


def test_words_area_and_kind_narrow_the_queue(omar):
    hole = make.filed(location_text="Pier & Main", description="As deep as a well")
    other = Category.objects.active().exclude(group=make.pothole().group).first()
    make.filed(category=other, description="Something else", location_text="Elsewhere")

    def found(query):
        return [line.service_request for line in omar.get(f"/desk/?{query}").context["page"].lines]

    assert found("q=pier+well") == [hole]
    assert found(f"what={hole.category.group.slug}") == [hole]
    assert len(found(f"zone={hole.zone.slug}")) == 2
    assert found("q=nowhere") == []
    assert "fits these filters" in omar.get("/desk/?q=nowhere").text


def test_what_makes_no_sense_in_the_address_counts_as_not_asked(omar):
    make.filed()
    odd = "tab=x&zone=%00&what=%F0&q=%00&most=99999999999999999999&did=" + "9" * 40
    assert len(omar.get(f"/desk/?{odd}").context["page"].lines) == 1
    assert omar.get("/desk/live/?shown=x,9e9," + "9" * 30 + "&since=-1&at=" + "9" * 18)


def test_a_reference_leads_to_its_request(omar):
    row = make.service_request(Status.CLOSED)
    answer = omar.get("/desk/", {"q": row.reference.lower().replace("-", " ")})
    assert answer.url.startswith(f"/desk/{row.reference}/")


def test_an_empty_desk_says_so(omar):
    assert "All done here" in omar.get("/desk/").text


def test_a_rule_that_cannot_run_is_loud(omar):
    make.filed()
    assert "cannot run" not in omar.get("/desk/").text
    rule = RoutingRule.objects.active().first()
    rule.department.is_active = False
    rule.department.save()
    page = omar.get("/desk/").text
    assert "cannot run" in page
    assert rule.department.name in page


def test_a_full_desk_costs_at_most_20_queries(omar):
    rows = [make.filed(by=make.device(f"d{number}")) for number in range(55)]
    make.photo(device=make.ana())
    Contact.objects.create(service_request=rows[0], name="Ana", phone="310 555 0142")
    outbox.deliver_all()
    omar.get("/desk/")  # the city's lists are remembered
    for address in ["/desk/", desk(rows[3]), "/desk/?tab=open&q=hall"]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert omar.get(address).status_code == 200
        assert len(queries) <= 20, [query["sql"][:90] for query in queries]
    with CaptureQueriesContext(connection) as queries:
        assert omar.get(desk(rows[3]), headers=HTMX).status_code == 200
    assert len(queries) <= 20


# A request


def test_the_panel_shows_what_an_agent_needs(omar):
    row = make.filed(
        location_text="Wilshire Blvd & 14th St",
        description="Bikes swerve around it.",
        contact={"name": "Ana Lopez", "phone": "310 555 0142", "email": ""},
    )
    outbox.deliver_all()
    page = omar.get(desk(row)).text
    proposed = row.proposal.department.name
    for words in ["Wilshire Blvd &amp; 14th St", "Bikes swerve", "Ana Lopez", proposed]:
        assert words in page
    assert '<svg class="basemap"' in page


def test_a_request_the_worker_has_not_come_to_has_advice_all_the_same(omar):
    row = make.filed()
    assert omar.get(desk(row)).context["panel"].advice.department == row.category.department


def test_similar_ones_nearby_are_offered(omar):
    near = make.filed(by=make.bob())
    far = make.filed(by=make.bob(), at=(make.CITY_HALL[0], make.CITY_HALL[1] + 1 // 50))
    row = make.filed()
    similar = omar.get(desk(row)).context["panel"].similar
    assert {one.service_request for one in similar} == {near, far}
    assert similar[0].distance == "0 ft"


def test_htmx_gets_the_panel_alone_and_its_address(omar):
    row = make.filed()
    answer = omar.get(desk(row, tab="new", did=5), headers=HTMX)
    assert "<html" not in answer.text
    assert answer["HX-Push-Url"] == f"/desk/{row.reference}/?tab=new"
    queue = omar.get("/desk/", headers=HTMX | {"HX-Target": "section#queue"})
    assert 'id="queue"' in queue.text
    assert 'id="request"' not in queue.text


# Acts


def test_routing_goes_on_to_the_next_request(omar):
    with clock.at(clock.now() - timedelta(hours=1)):
        row = make.filed()
    following = make.filed()
    answer = post(omar, row, "routing", department="street-services")
    assert now(row).department == make.streets()
    assert row.events.last().actor == make.omar()
    assert answer.url.startswith(f"/desk/{following.reference}/?tab=new&did=")
    page = omar.get(answer.url).text
    assert "went to Street Services" in page
    assert "Undo" in page


def test_after_the_last_one_the_desk_is_done(omar):
    row = make.filed()
    answer = post(omar, row, "routing", department="street-services")
    assert answer.url.startswith("/desk/?tab=new&did=")
    assert "All done here" in omar.get(answer.url).text


def test_an_undo_brings_it_back(omar):
    row = make.filed()
    post(omar, row, "routing", department="street-services")
    event = row.events.last()
    answer = post(omar, row, "undo", event=event.pk)
    assert now(row).status == Status.FILED
    assert answer.url.startswith(f"/desk/{row.reference}/")


def test_an_undo_that_comes_too_late_says_so(omar):
    row = make.filed()
    with clock.at(clock.now() - timedelta(seconds=31)):
        post(omar, row, "routing", department="street-services")
    answer = post(omar, row, "undo", event=row.events.last().pk)
    assert answer.status_code == 409
    assert "too late" in answer.text
    assert now(row).status == Status.ROUTED
    for event in ["", "x", 10**30, make.seen(row) + 999]:
        assert post(omar, row, "undo", event=event).status_code == 404


def test_nobody_takes_back_what_another_agent_did(omar):
    row = make.filed()
    event = make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    assert post(omar, row, "undo", event=event.pk).status_code == 403


def test_a_second_route_asks_why(omar):
    row = make.service_request(Status.ROUTED)
    answer = post(omar, row, "routing", department="water-resources")
    assert answer.status_code == 422
    assert "Say why it moves" in answer.text
    assert answer.context["panel"].forms["routing"].values["department"] == "water-resources"
    reason = make.reason(RouteReason)
    assert (
        post(omar, row, "routing", department="water-resources", reason=reason.code).status_code
        == 302
    )
    assert (now(row).department, row.events.last().code) == (make.water(), reason.code)


def test_the_key_of_a_moved_request_opens_the_form_with_its_department(omar):
    row = make.service_request(Status.ROUTED)
    make.handed_back(row)
    outbox.deliver_all()
    page = omar.get(desk(row))
    assert page.context["panel"].moves_on
    opened = omar.get(desk(row, pop="routing", department="water-resources")).text
    assert '<option value="water-resources" selected>' in opened


def test_asking_needs_someone_who_can_answer(omar):
    row = make.filed()
    assert post(omar, row, "question", question="").status_code == 422
    assert post(omar, row, "question", question="Which side?").status_code == 302
    assert now(row).status == Status.AWAITING_RESIDENT
    assert post(omar, row, "question-withdrawal").status_code == 302
    assert now(row).status == Status.FILED

    unreachable = make.filed(by=make.omar())
    assert "pop-question" not in omar.get(desk(unreachable)).text
    refused = post(omar, unreachable, "question", question="Which side?")
    assert refused.status_code == 422
    assert "no way to answer" in refused.text


def test_declining_sends_the_words_of_the_reason_or_ones_own(omar):
    reason = make.reason(DeclineReason)
    row = make.filed()
    post(omar, row, "declination", reason=reason.code, words="")
    assert now(row).outcome == Outcome.DECLINED
    assert row.events.last().words.body == reason.words.strip()
    other = make.filed()
    post(omar, other, "declination", reason=reason.code, words="Please call your landlord.")
    assert other.events.last().words.body == "Please call your landlord."
    assert post(omar, make.filed(), "declination", words="Because.").status_code == 422


def test_a_duplicate_is_picked_or_typed(omar):
    original, row, third = make.filed(by=make.bob()), make.filed(), make.filed()
    post(omar, row, "original", original=original.reference)
    assert now(row).duplicate_of == original
    typed = original.reference.lower().replace("-", "")
    post(omar, third, "original", reference=typed)
    assert now(third).duplicate_of == original

    row = make.filed()
    for given, words in [
        ({}, "Choose the request"),
        ({"reference": "SM-7K3Q-X9F4"}, "No request has this reference"),
        ({"reference": "\0"}, "could not be read"),
        ({"reference": row.reference}, "duplicate of itself"),
        ({"reference": third.reference}, "itself a duplicate"),
    ]:
        answer = post(omar, row, "original", **given)
        assert (answer.status_code, words in answer.text) == (422, True), given


def test_the_rest_of_the_acts_do_what_they_say(omar):
    row = make.filed()
    other = Category.objects.active().exclude(pk=row.category_id).first()
    post(omar, row, "category", category=other.service_code)
    post(omar, row, "priority", priority="urgent")
    post(
        omar, row, "place", latitude="34.0195", longitude="-118.4912", location_text="Main Library"
    )
    post(omar, row, "comments", words="Thank you.")
    post(omar, row, "notes", words="The third one this week.")
    row = now(row)
    assert (row.category, row.priority, row.location_text) == (other, "urgent", "Main Library")
    public, internal = row.comments.order_by("pk")
    assert (public.is_public, internal.is_public) == (True, False)

    post(omar, row, "hiding", words="A face can be seen.")
    assert now(row).is_hidden
    post(omar, row, "showing")
    assert not now(row).is_hidden
    post(omar, row, "transfer", agency=Agency.objects.active().first().slug, words="")
    assert now(row).outcome == Outcome.TRANSFERRED
    post(omar, row, "reopening", words="They say it is ours.")
    assert now(row).status == Status.FILED


def test_a_dispute_is_upheld_with_an_answer(omar):
    row = make.service_request(Status.DISPUTED)
    assert post(omar, row, "ruling", words=" ").status_code == 422
    assert post(omar, row, "ruling", words="It is level now.").status_code == 302
    assert now(row).outcome == Outcome.UPHELD


def test_a_dispute_is_read_before_anything_else(omar):
    row = make.service_request(Status.DISPUTED)
    why = row.events.filter(verb=Verb.DISPUTE).get().words.body
    page = omar.get(desk(row)).content.decode()
    assert page.index(why) < page.index('class="facts"')
    assert 'class="disputed"' not in omar.get(desk(make.filed())).content.decode()


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        ("0", "0", "outside the area"),
        ("-118.4912", "34.0195", "swapped"),
        ("٣٤", "-118.49", "not a coordinate"),
        ("34,0195", "-118.49", "a point, not a comma"),
        ("1e3", "nan", "not a coordinate"),
    ],
)
def test_a_place_that_is_none_is_refused_and_kept(omar, latitude, longitude, words):
    row = make.filed()
    answer = post(omar, row, "place", latitude=latitude, longitude=longitude, location_text="X")
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.context["panel"].forms["place"].values["latitude"] == latitude


def test_strange_input_is_refused_and_never_a_500(omar):
    row = make.filed()
    strange = ["", "x", "-1", 10**30, "٣", "\0", b"\xed\xa0\x80", "1" * 5000]
    for act in ACTS:
        for value in strange:
            given = dict.fromkeys(
                ["department", "reason", "words", "question", "original", "agency", "category",
                 "priority", "latitude", "longitude", "location_text"], value,
            )  # fmt: skip
            answer = omar.post(desk(row, act.noun), given | {"seen": value})
            assert answer.status_code in {409, 422}, (act.noun, value)
    assert now(row).events.count() == 1


def test_of_two_agents_one_wins_and_the_other_reads_what_happened(omar):
    row = make.filed()
    seen = make.seen(row)
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    answer = post(
        omar, row, "declination", HTMX, seen=seen, reason="", words="My long explanation."
    )
    assert answer.status_code == 422
    reason = make.reason(DeclineReason).code
    answer = post(omar, row, "declination", HTMX, seen=seen, reason=reason, words="My words.")
    assert answer.status_code == 409
    assert "Olga sent it to Street Services." in answer.text
    assert "My words." in answer.text
    assert "HX-Push-Url" not in answer
    assert now(row).status == Status.ROUTED


def test_another_language_is_named(omar):
    row = make.filed()
    for code, name in [("es", "Spanish"), ("tlh", "tlh"), ("en", None)]:
        ServiceRequest.objects.filter(pk=row.pk).update(language=code)
        facts = {fact.name: fact.value for fact in omar.get(desk(row)).context["panel"].facts}
        assert facts.get("Language") == name


def test_a_department_that_has_it_already_leaves_the_choice_open(omar):
    row = make.filed()
    seen = make.seen(row)
    make.route(row)
    page = post(omar, row, "routing", seen=seen, department=row.department.slug).content.decode()
    listed = page.split('id="route-to"')[1].split("</select>")[0]
    assert '<option value="">' in listed
    assert "selected" not in listed


def test_a_question_that_can_still_be_asked_stays_in_its_form(omar):
    row = make.filed()
    seen = make.seen(row)
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    answer = post(omar, row, "question", seen=seen, question="Which side?")
    assert answer.status_code == 409
    assert 'aria-describedby="question-h" required>Which side?</textarea>' in answer.text
    assert "still in the form" in answer.text


def test_a_comment_of_the_resident_makes_no_page_stale(omar):
    row = make.filed()
    seen = make.seen(row)
    make.act(workflow.comment, row, make.ana(), words="It grows.")
    post(omar, row, "routing", seen=seen, department="street-services")
    assert now(row).status == Status.ROUTED


def test_words_for_a_form_that_is_gone_are_not_lost(omar):
    row = make.service_request(Status.CLOSED)
    reason = make.reason(DeclineReason).code
    answer = post(omar, row, "declination", reason=reason, words="My long explanation.")
    assert answer.status_code == 409
    assert "pop-declination" not in answer.text
    assert "My long explanation." in answer.text


def test_a_verb_that_came_too_late_is_a_409(omar):
    row = make.service_request(Status.CLOSED)
    answer = post(omar, row, "routing", department="street-services")
    assert answer.status_code == 409
    assert "moved on" in answer.text


def test_buttons_are_drawn_from_what_is_possible(omar):
    closed = omar.get(desk(make.service_request(Status.CLOSED))).text
    assert "pop-reopening" in closed
    assert "pop-declination" not in closed
    disputed = omar.get(desk(make.service_request(Status.DISPUTED))).text
    assert "pop-ruling" in disputed


# The polls


def poll(page):
    return page.context["page"].poll


def test_a_quiet_queue_costs_no_look_at_the_requests(omar, django_capture_on_commit_callbacks):
    make.filed()
    address = poll(omar.get("/desk/"))
    cache.clear()
    assert omar.get(address, headers=HTMX).status_code == 200  # the cache had forgotten
    with CaptureQueriesContext(connection) as queries:
        assert omar.get(address, headers=HTMX).status_code == 204
    assert [q for q in queries if "requests_app" in q["sql"]] == []


def test_new_requests_are_counted_and_not_put_under_a_reading_eye(omar):
    row = make.filed()
    address = poll(omar.get("/desk/"))
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
    assert '#q-chip-1" hx-swap="innerHTML">2<' in omar.get(poll(page)).content.decode()


def test_what_another_agent_took_stays_in_grey_with_the_name(omar):
    row = make.filed()
    address = poll(omar.get("/desk/"))
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    answer = omar.get(address, headers=HTMX)
    assert answer.context["page"].lines[0].taken == "Routed · Olga"
    assert "is-taken" in answer.text


def test_a_change_that_brings_nothing_into_the_tab_is_no_news(omar):
    make.filed()
    routed = make.service_request(Status.ROUTED)
    page = omar.get("/desk/")
    make.act(workflow.start, routed, make.wes())
    make.act(workflow.prioritise, routed, make.omar(), priority="urgent")
    assert omar.get(poll(page), headers=HTMX).context["page"].newcomers == 0


@pytest.mark.parametrize(("tab", "count"), [("late", 1), ("rerouted", 1), ("open", 0)])
def test_each_tab_knows_its_newcomers(omar, tab, count):
    row = make.filed()
    for number in range(3):
        make.route(row, [make.streets(), make.water()][number % 2])
    page = omar.get(f"/desk/?tab={tab}")
    make.route(row, make.water())
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=clock.now())
    assert omar.get(poll(page), headers=HTMX).context["page"].newcomers == count


def test_the_panel_tells_what_others_did_and_leaves_the_forms(omar):
    row = make.filed()
    seen = make.seen(row)
    address = desk(row, "request_live", v=row.live_version, seen=seen)
    assert omar.get(address, headers=HTMX).status_code == 204
    make.act(workflow.comment, row, make.ana(), words="It grows.")
    cache.clear()
    answer = omar.get(address, headers=HTMX)
    assert "It grows." in answer.text
    assert "Look again" not in answer.text
    assert "<form" not in answer.text
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    cache.clear()
    answer = omar.get(address, headers=HTMX)
    assert "Look again" in answer.text
    assert "Olga sent it" in answer.text


def test_an_unchanged_panel_costs_one_look_into_the_cache(omar):
    row = make.filed()
    address = desk(row, "request_live", v=row.live_version, seen=1)
    omar.get(address, headers=HTMX)
    with CaptureQueriesContext(connection) as queries:
        assert omar.get(address, headers=HTMX).status_code == 204
    assert [q for q in queries if "requests_app" in q["sql"]] == []


def test_the_log_says_what_was_done(omar):
    row = make.filed()
    post(omar, row, "routing", department="street-services")
    assert [event.verb for event in row.events.all()] == [Verb.FILE, Verb.ROUTE]


def test_a_request_without_a_place_is_shown_all_the_same(omar):
    row = workflow.import_closed(
        by=workflow.SYSTEM,
        category=make.pothole(),
        filed_at=clock.now() - timedelta(days=9),
        closed_at=clock.now(),
    )
    page = omar.get(desk(row)).text
    assert "The place is not known" in page
    assert "pop-reopening" not in page


def test_distances_are_said_as_people_of_the_language_measure():
    with translation.override("es"):
        assert said_distance(33.6) == "35 m"
    assert said_distance(33.6) == "110 ft"


def test_the_rest_of_a_long_queue_is_one_step_away(omar, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    rows = [make.filed(by=make.device(f"d{number}")) for number in range(3)]
    first = omar.get("/desk/?most=2").context["page"]
    assert [line.service_request for line in first.lines] == rows[:2]
    rest = omar.get(first.more).context["page"]
    assert len(rest.lines) == 3
    assert rest.more == ""


def test_a_toast_is_for_ones_own_recent_act(omar):
    row = make.filed()
    make.act(workflow.comment, row, make.omar(), words="Thank you.")
    mine = omar.get(desk(row, did=make.seen(row)))
    assert "your words were added" in mine.text
    assert mine.context["toast"].seconds == 0
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    assert omar.get(desk(row, did=make.seen(row))).context["toast"] is None
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert omar.get(desk(row, did=row.events.all()[1].pk)).context["toast"] is None
