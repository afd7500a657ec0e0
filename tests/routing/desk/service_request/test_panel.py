"""Tests for the panel of a request: nearby requests, other readers, and the number of queries."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from city.models import DeclineReason
from lib import clock
from requests_app import workflow
from requests_app.models import Priority, ServiceRequest
from requests_app.status import Outcome, Status
from requests_app.workflow import outbox
from routing.desk.service_request.nearby import find_nearby_request, find_nearby_requests
from routing.desk.service_request.page import get_panel_request
from routing.desk.service_request.panel import Panel
from tests import make
from tests.routing.desk.browser import HTMX, desk_url, omar

__all__ = ["omar"]

pytestmark = pytest.mark.django_db

POLL = {"HX-Request": "true"}
LAT, LNG = make.CITY_HALL


@pytest.fixture
def lena():
    client = Client()
    client.force_login(make.user("lena", is_agent=True))
    return client


def point_north(metres):
    """Return the point that is `metres` north of City Hall."""
    return LAT + Decimal(metres / 111_195).quantize(Decimal("0.000001")), LNG


def find_nearby(row):
    return find_nearby_requests(row, list(row.answers.all()))


def list_requests(shown):
    return [one.service_request for one in shown]


# Nearby requests


def test_similar_ones_are_of_the_same_category_within_its_radius():
    row = make.filed()
    radius = row.category.radius_m
    near, far = make.filed(at=point_north(radius - 5)), make.filed(at=point_north(radius + 5))
    other = make.filed(category=make.category(is_private=False, department=make.water()))
    shown = find_nearby(row)
    assert list_requests(shown.similar) == [near]
    assert list_requests(shown.others) == [other, far]


def test_closed_ones_are_similar_for_90_days_and_never_just_nearby():
    with clock.freeze_time(clock.now() - timedelta(days=120)):
        old = make.service_request(Status.CLOSED, Outcome.DECLINED)
    recent = make.service_request(Status.CLOSED, Outcome.DECLINED)
    done = make.service_request(Status.COMPLETED)
    row = make.filed()
    shown = find_nearby(row)
    assert set(list_requests(shown.similar)) == {recent, done}
    assert old not in list_requests(shown.others)


@pytest.mark.parametrize("day", range(0, 100, 9))
def test_the_90_days_are_the_same_on_each_day(day):
    """The index that finds closed requests covers periods that begin on fixed days."""
    now = clock.now() + timedelta(days=day)
    closed = {}
    for days in (0, 89, 91):
        with clock.freeze_time(now - timedelta(days=days, hours=1)):
            closed[days] = make.service_request(Status.CLOSED, Outcome.DECLINED)
    with clock.freeze_time(now):
        assert set(list_requests(find_nearby(make.filed()).similar)) == {closed[0], closed[89]}


def test_a_closed_one_is_as_old_as_its_closing():
    reason = DeclineReason.objects.first()
    with clock.freeze_time(clock.now() - timedelta(days=80)):
        late, early = make.filed(), make.filed()
    for row, days in ((early, 60), (late, 1)):
        with clock.freeze_time(clock.now() - timedelta(days=days)):
            make.act(workflow.decline, row, make.omar(), reason=reason, words="Not ours.")
    assert list_requests(find_nearby(make.filed()).similar) == [late, early]


def test_the_likeliest_is_first():
    row = make.filed(description="Water shoots out of the hydrant, very loud")
    near = make.filed(at=point_north(12), description="Something else entirely different")
    alike = make.filed(at=point_north(14), description="Loud water out of the hydrant")
    closed = make.service_request(Status.CLOSED, Outcome.DECLINED, at=point_north(10))
    shown = find_nearby(row)
    assert list_requests(shown.similar) == [alike, near, closed]


def test_hidden_ones_and_duplicates_are_not_offered():
    hidden, original = make.filed(), make.filed()
    make.act(workflow.hide, hidden, make.omar(), words="A face.")
    duplicate = make.filed()
    make.act(workflow.mark_duplicate, duplicate, make.omar(), original=original)
    assert list_requests(find_nearby(make.filed()).all) == [original]


def test_what_has_no_place_has_nothing_around_it():
    row = make.imported()
    assert find_nearby(row).all == []
    assert find_nearby_request(row, make.filed().reference).distance == ""


def test_the_map_and_the_list_beside_it_show_the_same(omar):
    row, near = make.filed(), make.filed(by=make.bob(), location_text="The other side")
    whole = omar.get(desk_url(row, "around"))
    inside = omar.get(desk_url(row, "around"), headers=HTMX | {"HX-Target": "div#around-in"})
    assert "<html" in whole.text
    assert "<html" not in inside.text
    for page in (whole, inside):
        assert f'data-pick="{near.reference}"' in page.text
        assert page.context["panel"].map_points["pins"][0][3] == near.reference


def test_a_picked_or_typed_one_is_compared_before_it_is_marked(omar):
    row, near = make.filed(), make.filed(by=make.bob(), location_text="The other side")
    typed = near.reference.lower().replace("-", "")
    for target in ["div#around-one", "div#original-look"]:
        page = omar.get(
            desk_url(row, "around", original=typed), headers=HTMX | {"HX-Target": target}
        )
        assert "The other side" in page.text
    page = omar.get(desk_url(row, "around", original=near.reference))
    assert "Mark as duplicate" in page.text
    for wrong in ["SM-7K3Q-X9F4", row.reference, "%00", "9" * 400]:
        for target in ["div#around-one", "div#original-look"]:
            answer = omar.get(
                desk_url(row, "around", original=wrong), headers=HTMX | {"HX-Target": target}
            )
            assert "No other request has" in answer.text


def test_a_duplicate_is_no_original(omar):
    original, duplicate = make.filed(), make.filed()
    make.act(workflow.mark_duplicate, duplicate, make.omar(), original=original)
    page = omar.get(desk_url(make.filed(), "around", original=duplicate.reference)).text
    assert "itself a duplicate" in page
    assert "Mark as duplicate</button>" not in page


# Other requests of the reporter

ANA = {"name": "Ana Lopez", "phone": "310 555 0142", "email": "Ana@example.org"}


def find_other_requests_of_reporter(row):
    return Panel(get_panel_request(row.reference), make.omar()).other_requests


def test_what_the_same_person_reported_is_found_by_mail_phone_or_browser():
    row = make.filed(by=make.device("x"), contact=ANA)
    by_mail = make.filed(
        by=make.omar(), contact={"name": "", "phone": "", "email": "ana@example.org"}
    )
    by_phone = make.filed(by=make.omar(), contact=ANA | {"email": ""})
    by_browser = make.filed(by=make.device("x"))
    make.filed(by=make.bob(), contact={"name": "Bob", "phone": "", "email": "bob@example.org"})
    assert set(list_requests(find_other_requests_of_reporter(row).shown)) == {
        by_mail,
        by_phone,
        by_browser,
    }


def test_open_ones_come_first_and_the_rest_is_counted():
    closed = make.service_request(Status.CLOSED, Outcome.DECLINED)
    rows = [make.filed() for _number in range(7)]
    shown = find_other_requests_of_reporter(rows[-1])
    assert (len(shown.shown), shown.more_count, shown.count) == (5, 2, 7)
    assert list_requests(shown.shown)[:5] == rows[5:0:-1]
    assert (
        closed in list_requests(find_other_requests_of_reporter(closed).shown)
        or find_other_requests_of_reporter(closed).count == 7
    )


def test_of_nobody_known_nothing_is_said(omar):
    row = make.filed(by=make.omar())
    make.filed(by=make.omar())
    assert find_other_requests_of_reporter(row).count == 0
    assert "by the same person" not in omar.get(desk_url(row)).text


# Other readers of the request


def poll_url(page):
    context = page.context
    return desk_url(
        context["service_request"],
        "request_live",
        v=context["service_request"].staff_live_version,
        here=context["presence_version"],
        seen=context["panel"].last_event_id,
    )


def test_a_colleague_who_opens_it_is_named_to_both(omar, lena):
    row = make.filed()
    mine = omar.get(desk_url(row))
    assert "Only you are viewing this" in mine.text
    omar.get(poll_url(mine), headers=POLL)  # the response stores the version in the cache
    assert "Omar has this open" in lena.get(desk_url(row)).text
    with CaptureQueriesContext(connection) as queries:
        news = omar.get(poll_url(mine), headers=POLL)
    assert "Lena has this open" in news.text
    assert "r-main" not in news.text
    assert [q for q in queries if "requests_app" in q["sql"]] == []


def test_who_goes_on_to_another_or_closes_the_page_is_gone(omar, lena):
    row, other = make.filed(), make.filed()
    mine = omar.get(desk_url(row))
    lena.get(desk_url(row))
    seen = poll_url(omar.get(desk_url(row)))
    lena.get(desk_url(other), headers=HTMX | {"X-Left-Request": row.reference})
    assert "Only you are viewing this" in omar.get(seen, headers=POLL).text
    lena.get(desk_url(row))
    assert lena.post(desk_url(row, "departure")).status_code == 204
    assert omar.get(poll_url(mine), headers=POLL).status_code == 204


def test_a_colleague_who_is_writing_is_shown_so(omar, lena):
    row = make.filed()
    lena.get(f"{poll_url(lena.get(desk_url(row)))}&doing=writing", headers=POLL)
    assert "Lena is writing here" in omar.get(desk_url(row)).text


def test_a_poll_of_an_unchanged_panel_costs_no_look_at_the_requests(omar):
    page = omar.get(desk_url(make.filed()))
    address = poll_url(page)
    cache.clear()
    # the cache is empty, so this poll is not free
    assert omar.get(address, headers=POLL).status_code == 204
    with CaptureQueriesContext(connection) as queries:
        assert omar.get(address, headers=POLL).status_code == 204
    assert [q for q in queries if "requests_app" in q["sql"]] == []


def test_a_note_and_a_readers_report_come_with_the_next_poll(
    omar, django_capture_on_commit_callbacks
):
    row = make.filed()
    address = poll_url(omar.get(desk_url(row)))
    with django_capture_on_commit_callbacks(execute=True):
        make.act(workflow.comment, row, make.omar(), words="Ask Wes.", is_public=False)
    answer = omar.get(address, headers=POLL)
    assert "Ask Wes." in answer.text
    address = poll_url(omar.get(desk_url(row)))
    assert omar.get(address, headers=POLL).status_code == 204
    with django_capture_on_commit_callbacks(execute=True):
        workflow.report_content(row, by=make.bob(), reason="personal", text="My car.")
    answer = omar.get(address, headers=POLL)
    assert "A reader reported this text" in answer.text


def test_a_poll_of_nothing_is_a_404(omar):
    for version in ["", "3"]:
        address = f"/desk/SM-7K3Q-X9F4/live/?v={version}&here=x&seen=9e9"
        assert omar.get(address, headers=POLL).status_code == 404


# Number of queries, and texts


def test_a_panel_costs_at_most_15_queries_whatever_the_filter(omar):
    rows = [make.filed(by=make.device(f"d{number}"), contact=ANA) for number in range(12)]
    disputed = make.service_request(Status.DISPUTED)
    outbox.deliver_all_pending_events()
    for row in (rows[3], disputed):
        omar.get(desk_url(row))  # load the cached lists of the city and of open requests
    omar.get("/desk/?q=hall")  # load the cached names of categories
    event = make.act(workflow.prioritise, rows[3], make.omar(), priority=Priority.URGENT)
    for row, query in [
        (rows[3], {}),
        (rows[3], {"did": event.pk}),
        (rows[4], {"tab": "open", "q": "hall", "zone": rows[4].zone.slug, "urgent": 1}),
        (disputed, {"tab": "late"}),
        (disputed, {"tab": "disputed", "old": 1}),
    ]:
        with CaptureQueriesContext(connection) as queries:
            assert omar.get(desk_url(row, **query), headers=HTMX).status_code == 200
        most = 16 if "q" in query else 15  # a search also looks for names
        assert len(queries) <= most, [query["sql"][:90] for query in queries]


def test_internal_notes_stand_apart_from_what_the_public_reads(omar):
    row = make.filed()
    make.act(workflow.comment, row, make.omar(), words="We come today.")
    make.act(workflow.comment, row, make.omar(), words="The third one here.", is_public=False)
    page = omar.get(desk_url(row))
    notes = page.text.split('id="r-notes"')[1].split("</ul>")[0]
    timeline = page.text.split('class="timeline"')[1].split("</ol>")[0]
    assert "The third one here." in notes
    assert "The third one here." not in timeline
    assert "We come today." in timeline


def test_photos_say_what_they_show_and_who_sent_them(omar):
    row = make.service_request(Status.DISPUTED)
    ServiceRequest.objects.get(pk=row.pk).photos.update(state="ready")
    before, after = omar.get(desk_url(row)).context["panel"].photos_before_and_after
    assert [(one.label, one.sender) for one in before + after] == [("Done, then disputed", "Wes")]


def test_every_form_of_a_request_that_moved_on_keeps_what_was_typed(omar):
    """Another agent closes the request. Each form that is sent after that shows its texts again."""
    words = "My long explanation."
    forms = [
        ("routing", {"department": "street-services", "words": words}),
        ("question", {"question": words}),
        ("declination", {"reason": make.reason(DeclineReason).code, "words": words}),
        ("transfer", {"agency": make.agency().slug, "words": words}),
        ("ruling", {"words": words}),
        ("notes", {"words": words}),
        ("comments", {"words": words}),
        ("hiding", {"words": words}),
    ]
    for headers in (None, HTMX):
        row = make.filed()
        seen = make.last_event_id(row)
        make.act(workflow.transfer, row, make.user("olga", is_agent=True), agency=make.agency())
        for noun, given in forms:
            answer = omar.post(desk_url(row, noun), given | {"seen": seen}, headers=headers)
            assert answer.status_code == 409, noun
            assert words in answer.text, noun
            assert "Olga" in answer.text, noun
