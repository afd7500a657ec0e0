"""Tests for the inbox of a crew."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from lib import clock
from requests_app import workflow
from requests_app.models import Photo, Priority
from requests_app.status import Outcome, Status
from staff_portal.day_plan import plan
from tests import make

UPTOWN = (Decimal("34.028300"), Decimal("-118.484900"))

pytestmark = pytest.mark.django_db


def inbox(client, **query):
    response = client.get(reverse("inbox"), query)
    assert response.status_code == 200
    return response.context


def references(context):
    return [card.row.reference for card in context["cards"]]


def test_the_jobs_of_other_departments_are_not_there(client, wes):
    ours = make.service_request(Status.ROUTED)
    theirs = make.filed()
    make.route(theirs, make.water())
    assert references(inbox(client)) == [ours.reference]


def test_disputed_work_comes_before_urgent_work_before_what_is_due(client, wes):
    later = make.service_request(Status.ROUTED)
    with clock.freeze_time(clock.now() - timedelta(days=30)):
        late = make.service_request(Status.ROUTED)
    urgent = make.service_request(Status.ROUTED)
    make.act(workflow.prioritise, urgent, make.omar(), priority=Priority.URGENT)
    disputed = make.service_request(Status.DISPUTED)
    expected = [row.reference for row in (disputed, urgent, late, later)]
    context = inbox(client)
    assert references(context) == expected
    assert context["next"].row == disputed


def test_a_late_job_says_so_in_words(client, wes):
    with clock.freeze_time(clock.now() - timedelta(days=60)):
        make.service_request(Status.ROUTED)
    words = inbox(client)["cards"][0].due.words
    assert words.startswith("Late by ")
    assert words.endswith(" days")


def test_each_job_is_in_one_list(client, wes):
    rows = {status: make.service_request(status) for status in Status if status != Status.CLOSED}
    tabs = {
        tab: references(inbox(client, tab=tab)) for tab in ("todo", "planned", "waiting", "done")
    }
    lies_in = {
        "todo": {Status.ROUTED, Status.IN_PROGRESS, Status.DISPUTED},
        "planned": {Status.SCHEDULED},
        "waiting": {Status.ON_HOLD, Status.AWAITING_RESIDENT},
        "done": {Status.COMPLETED},
    }
    for tab, statuses in lies_in.items():
        assert set(tabs[tab]) == {rows[status].reference for status in statuses}


def test_planned_work_is_to_be_done_on_its_day(client, wes):
    row = make.service_request(Status.SCHEDULED)
    with clock.freeze_time(clock.now() + timedelta(days=4)):
        assert references(inbox(client)) == [row.reference]


def send_position(client, lat="34.0119", lng="-118.4916", accuracy="12"):
    """Post the phone's position."""
    told = {"latitude": lat, "longitude": lng, "accuracy": accuracy}
    return client.post(reverse("position"), told)


def test_the_nearest_job_comes_first_once_the_phone_has_said_where_it_is(client, wes):
    far = make.service_request(Status.ROUTED, at=UPTOWN)
    near = make.service_request(Status.ROUTED)
    assert references(inbox(client)) == [far.reference, near.reference]
    assert send_position(client).status_code == 204
    context = inbox(client)
    assert references(context) == [near.reference, far.reference]
    assert [card.distance for card in context["cards"]] == ["50 ft", "1.2 mi"]
    assert references(inbox(client, sort="urgent")) == [far.reference, near.reference]


def test_the_place_is_said_with_its_age_and_how_sure_the_phone_was(client, wes):
    make.service_request(Status.ROUTED)
    send_position(client)
    page = client.get(reverse("inbox")).text
    assert "From Pico, ± 40 ft, just now." in page
    with clock.freeze_time(clock.now() + timedelta(minutes=41)):
        place = inbox(client)["place"]
        assert place.warning == "You may have moved since."
        assert "41 min ago" in place.words
    with clock.freeze_time(clock.now() + timedelta(hours=5)):
        assert inbox(client)["place"] is None


def test_a_phone_that_is_wrong_by_miles_is_doubted_in_words(client, wes):
    make.service_request(Status.ROUTED)
    send_position(client, accuracy="2400.7")
    assert inbox(client)["place"].warning == "Your phone isn't sure where you are."
    send_position(client, lat="34.0522", lng="-118.2437")
    doubt = inbox(client)["place"].warning
    assert doubt.startswith("Your phone says you are 1")
    assert doubt.endswith("mi outside the city.")
    send_position(client, accuracy="\x00")
    assert "sure" in inbox(client)["place"].warning


def test_a_place_that_makes_no_sense_is_refused_and_changes_nothing(client, wes):
    make.service_request(Status.ROUTED)
    for lat in ("nan", "٣٤", "1e400", "", "37,77", "\x00", "9" * 40):
        assert send_position(client, lat=lat).status_code == 422
    assert inbox(client, sort="near")["place"] is None
    page = client.get(reverse("inbox"), {"sort": "near"}).text
    assert "We don't know your location" in page


def test_filters_narrow_the_list_and_nonsense_does_not(client, wes):
    row = make.service_request(Status.ROUTED)
    assert references(inbox(client, zone=row.zone.slug)) == [row.reference]
    assert references(inbox(client, category="pothole")) == [row.reference]
    for nonsense in ("\x00", "1 or 1=1", "9" * 30):
        assert references(inbox(client, zone=nonsense, department=nonsense, tab=nonsense))


def test_mine_are_the_jobs_i_began_or_was_given(client, wes):
    make.service_request(Status.ROUTED)
    mine = make.service_request(Status.IN_PROGRESS)
    context = inbox(client, whose="mine")
    assert references(context) == [mine.reference]
    assert context["counts"].mine == 1
    assert context["counts"].everyone == 2


def test_the_job_under_way_is_one_tap_away(client, wes):
    make.service_request(Status.DISPUTED)
    begun = make.service_request(Status.IN_PROGRESS)
    assert inbox(client)["job_in_progress"] == begun


def test_who_works_for_two_departments_can_look_at_one(client, wes):
    Membership.objects.create(user=wes, department=make.water())
    ours, theirs = make.service_request(Status.ROUTED), make.filed()
    make.route(theirs, make.water())
    client.force_login(wes)
    assert set(references(inbox(client))) == {ours.reference, theirs.reference}
    assert references(inbox(client, department="water-resources")) == [theirs.reference]


def test_an_empty_list_says_so(client, wes):
    response = client.get(reverse("inbox"))
    assert "Nothing to do here" in response.text


def test_each_filter_says_how_many_jobs_it_would_give(client, wes):
    make.service_request(Status.ROUTED)
    make.service_request(Status.ROUTED, at=UPTOWN)
    other = make.filed(category=make.category(service_code="street-sign"))
    make.route(other)
    offered = read_offered_numbers(inbox(client, category="pothole"))
    assert (offered.pop("pothole"), offered.pop("street-sign")) == ("2", "1")
    assert list(offered.values()) == ["1", "1"]  # of two zones
    done = inbox(client, tab="done", category="pothole")
    assert read_offered_numbers(done) == {"pothole": "0"}


def read_offered_numbers(context):
    offered = [option for options in context["selects"].values() for option in options]
    return {value: str(number) for value, _name, number, _is_chosen in offered}


def test_a_disputed_job_shows_the_residents_photo_and_words(client, wes):
    row = make.service_request(Status.COMPLETED)
    photo = make.photo(Photo.Kind.DISPUTE, "navy", device=make.ana())
    make.act(workflow.dispute, row, make.ana(), words="It is deeper now.", photos=[photo])
    card = inbox(client)["cards"][0]
    assert card.photo.pk == photo.pk
    assert card.words == "It is deeper now."
    assert "It is deeper now." in client.get(reverse("inbox")).text
    make.act(workflow.start, row, wes)
    card = inbox(client)["cards"][0]
    assert (card.photo, card.words) == (None, "")


def test_a_job_says_that_it_was_given_to_me_or_is_on_a_colleagues_day(client, wes):
    row = make.service_request(Status.ROUTED)
    make.act(workflow.assign, row, make.sue(), to=make.wes())
    assert "Assigned to you" in client.get(reverse("inbox")).text
    make.act(workflow.assign, row, make.sue(), to=None)
    plan.add_stop(make.sue(), row)
    card = inbox(client)["cards"][0]
    assert (card.planned_by, card.is_planned, card.can_be_planned) == (["Sue"], False, True)


def test_what_is_done_today_says_what_became_of_it(client, wes):
    for outcome in (Outcome.CONFIRMED, Outcome.UPHELD):
        make.service_request(Status.CLOSED, outcome)
    make.service_request(Status.COMPLETED)
    became = {card.outcome for card in inbox(client, tab="done")["cards"]}
    assert became == {
        "Waiting for the resident",
        "Resident says it's fixed",
        "Closed with an answer to the resident",
    }


def test_the_map_has_the_same_jobs_with_the_same_numbers(client, wes):
    rows = [make.service_request(Status.ROUTED), make.service_request(Status.DISPUTED, at=UPTOWN)]
    context = inbox(client, view="map")
    assert references(context) == [rows[1].reference, rows[0].reference]
    assert [(pin[2], pin[4]) for pin in context["pins"]] == [(1, True), (2, False)]
    page = client.get(reverse("inbox"), {"view": "map"}).text
    assert all(row.reference in page for row in rows)


def test_forty_jobs_cost_no_more_queries_than_one(client, wes, django_assert_max_num_queries):
    for n in range(40):
        status = Status.DISPUTED if n < 2 else Status.ROUTED
        make.service_request(status, photos=[make.photo()])
    Photo.objects.update(state=Photo.State.READY)
    send_position(client)
    for view in ("list", "map"):
        inbox(client, view=view)  # load the cached data of the city
        with django_assert_max_num_queries(15):
            context = inbox(client, view=view)
        assert len(context["cards"]) == 40


def read_cards(client, **query):
    return client.get(reverse("inbox"), query).text.partition('class="jobs')[2]


def test_a_card_that_was_drawn_before_says_what_changed_since(client, wes):
    """Two requests are needed, because the first card is rendered larger."""
    make.service_request(Status.ROUTED)
    row = make.service_request(Status.ROUTED)
    for _time in range(2):
        assert "Underway" not in read_cards(client)
        assert "hole-" not in read_cards(client)
    make.act(workflow.start, row, wes)
    assert "Underway" in read_cards(client)
    assert "Take off my day" not in read_cards(client)
    plan.add_stop(wes, row)
    assert "Take off my day" in read_cards(client)
    with clock.freeze_time(clock.now() + timedelta(days=60)):
        assert "Late by" in read_cards(client)


def test_a_card_is_drawn_for_who_looks(client, wes):
    """A job is the user's own for one user and a colleague's for the other."""
    for _n in range(2):
        make.act(workflow.assign, make.service_request(Status.ROUTED), wes, to=wes)
    make.service_request(Status.ROUTED)
    assert "Assigned to you" in read_cards(client)
    sue = Client(enforce_csrf_checks=True)
    sue.force_login(make.sue())
    shown = read_cards(sue, whose="all")
    assert "Assigned to you" not in shown
    assert "Wes" in shown
    token = shown.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    there = shown.split('name="next" value="')[1].split('"')[0]
    assert there == "/staff/?whose=all"
    sent = {"job": "none", "next": there, "csrfmiddlewaretoken": token}
    assert sue.post(reverse("plan_stops"), sent).status_code != 403


def poll(client, context, **more):
    """Request the poll of a page that was rendered with `context`."""
    query = {"v": context["counts"].version, "e": context["newest"]} | more
    return client.get(reverse("inbox_live"), query)


def test_a_poll_without_news_is_empty_and_one_with_a_nonsense_event_still_answers(client, wes):
    make.service_request(Status.ROUTED)
    response = poll(client, inbox(client))
    assert response.status_code == 204
    assert response.content == b""
    context = inbox(client)
    for nonsense in ("", "\x00", "9" * 40, "-1", "٣"):
        assert poll(client, context, v="old", e=nonsense).status_code == 200


def test_a_note_among_staff_changes_what_a_crews_poll_compares(client, wes):
    row = make.service_request(Status.ROUTED)
    before = inbox(client)["counts"].version
    make.act(workflow.comment, row, make.omar(), words="Mind the dog.", is_public=False)
    assert inbox(client)["counts"].version != before


def test_a_poll_tells_of_new_jobs_and_moves_nothing(client, wes):
    context = inbox(client)
    make.service_request(Status.ROUTED)
    make.service_request(Status.ROUTED)
    body = poll(client, context).text
    assert "2 new jobs." in body
    assert 'class="job"' not in body


def test_a_start_that_is_undone_brings_no_new_job(client, wes):
    row = make.service_request(Status.ROUTED)
    context = inbox(client)
    event = make.act(workflow.start, row, make.sue())
    workflow.undo(row, event=event, by=make.sue())
    assert "new job" not in poll(client, context).text


def test_a_poll_tells_that_a_job_went_away(client, wes):
    row = make.service_request(Status.ROUTED)
    context = inbox(client)
    make.moved_on(row, make.water())
    assert "The list has changed." in poll(client, context).text


def test_a_session_that_ended_never_brings_the_sign_in_page_into_a_poll(client):
    response = client.get(reverse("inbox_live"))
    assert response.status_code == 403
    assert response.content == b""


def search(client, words):
    """Return the references that a search finds, by list."""
    context = inbox(client, q=words)
    return {str(tab): {card.row.reference for card in cards} for tab, cards in context["found"]}


def test_a_search_finds_jobs_in_every_list_and_names_the_list(client, wes):
    rows = {
        status: make.service_request(status, description="By the blue kiosk.")
        for status in (Status.ROUTED, Status.ON_HOLD, Status.SCHEDULED, Status.COMPLETED)
    }
    make.service_request(Status.ROUTED, description="By the red kiosk.")
    assert search(client, "blue KIOSK") == {
        "Jobs": {rows[Status.ROUTED].reference},
        "Planned": {rows[Status.SCHEDULED].reference},
        "Waiting": {rows[Status.ON_HOLD].reference},
        "Done": {rows[Status.COMPLETED].reference},
    }


@pytest.mark.parametrize(
    "typed",
    [
        lambda number: number,
        lambda number: number.lower(),
        lambda number: number.replace("-", ""),
        lambda number: number.partition("-")[2].replace("-", ""),
        lambda number: number[-6:].replace("-", ""),
        lambda number: number[-4:],
    ],
)
def test_a_search_finds_a_job_by_part_of_its_number(client, wes, typed):
    row = make.service_request(Status.ROUTED)
    assert search(client, typed(row.reference))["Jobs"] >= {row.reference}


def test_a_search_finds_a_job_by_the_kind_of_work(client, wes):
    row = make.service_request(Status.ROUTED)
    assert search(client, "potholes") == {"Jobs": {row.reference}}


def test_a_search_finds_no_job_of_another_department(client, wes):
    theirs = make.filed()
    make.route(theirs, make.water())
    assert search(client, theirs.reference) == {}
    page = client.get(reverse("inbox"), {"q": theirs.reference}).text
    assert "No job matches your search" in page


@pytest.mark.parametrize("words", ["\x00", "-", "' OR 1=1", "<qqq>", "x" * 5000, "(", "\\"])
def test_a_search_for_nonsense_finds_nothing_and_stays(client, wes, words):
    make.service_request(Status.ROUTED)
    context = inbox(client, q=words)
    assert not context["found"]
