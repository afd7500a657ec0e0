"""Tests for the day plan of a crew member: stops, their order, and their results."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from time import thread_time

import pytest
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import Membership
from lib import clock
from requests_app import workflow
from requests_app.errors import InvalidInput
from requests_app.models import Priority, ServiceRequest
from requests_app.status import Outcome, Status
from staff_portal.day_plan import plan, visiting_order
from staff_portal.day_plan.visiting_order import RouteStop
from staff_portal.models import Stop
from staff_portal.progress import GONE, find_job_state
from tests import make
from tests.locks import wait_for_someone_to_block

HALL, PIER, UPTOWN = (34.0118, -118.4917), (34.0094, -118.4975), (34.0283, -118.4849)


# The order of the stops (pure functions)


def make_places(n):
    """Return `n` places within about three miles; the places are the same at each call."""
    return [
        RouteStop(k, (34.0 + (k * 37 % 101) / 2500, -118.5 + (k * 53 % 97) / 2400))
        for k in range(n)
    ]


def route_length(places, order, start):
    at = {place.key: place.at for place in places}
    return visiting_order.route_length_m([start, *(at[key] for key in order)])


def test_a_short_way_is_about_as_short_as_it_can_be():
    places = make_places(7)
    best = min(route_length(places, order, HALL) for order in permutations(range(7)))
    assert route_length(places, visiting_order.order_stops(places, HALL), HALL) <= best * 1.05


def test_a_hundred_stops_are_sorted_at_once_and_always_alike():
    places = make_places(100)
    begun = thread_time()
    order = visiting_order.order_stops(places, HALL)
    assert thread_time() - begun < 0.05 * 4  # with a margin for a busy machine
    assert sorted(order) == list(range(100))
    assert order == visiting_order.order_stops(places, HALL)
    nearest_only = route_length(places, range(100), HALL)
    assert route_length(places, order, HALL) < nearest_only / 3


def test_what_presses_comes_first_even_where_it_is_far():
    places = [
        RouteStop("near", HALL, 2),
        RouteStop("urgent", PIER, 1),
        RouteStop("disputed", UPTOWN, 0),
    ]
    assert visiting_order.order_stops(places, HALL) == ["disputed", "urgent", "near"]


def test_a_place_nobody_knows_comes_last_and_no_start_begins_at_the_first():
    places = [
        RouteStop("hall", HALL),
        RouteStop("unknown"),
        RouteStop("uptown", UPTOWN),
        RouteStop("pier", PIER),
    ]
    assert visiting_order.order_stops(places) == ["hall", "pier", "uptown", "unknown"]
    assert visiting_order.order_stops([RouteStop("unknown")], HALL) == ["unknown"]
    assert visiting_order.order_stops([]) == []


def test_a_new_stop_goes_where_it_makes_the_way_longest_by_least():
    places = [RouteStop("pier", PIER), RouteStop("uptown", UPTOWN)]
    assert visiting_order.find_insertion_index(RouteStop("hall", HALL), places, PIER) == 1
    assert visiting_order.find_insertion_index(RouteStop("disputed", UPTOWN, -1), places, PIER) == 0
    assert visiting_order.find_insertion_index(RouteStop("later", PIER, 1), places, PIER) == 2
    assert visiting_order.find_insertion_index(RouteStop("unknown"), places, PIER) == 2
    assert visiting_order.find_insertion_index(RouteStop("hall", HALL), []) == 0


# The page of the day


def make_job(at=None, **given):
    place = tuple(Decimal(str(degrees)) for degrees in at) if at else make.CITY_HALL
    return make.service_request(Status.ROUTED, at=place, **given)


def read_day(client, **query):
    response = client.get(reverse("plan"), query)
    assert response.status_code == 200
    return response.context


def references(context):
    return [card.row.reference for card in context["cards"]]


def post(client, name, **fields):
    return client.post(reverse(f"plan_{name}"), fields)


def post_by_script(client, name, **fields):
    headers = {"X-Requested-With": "fetch"}
    return client.post(reverse(f"plan_{name}"), fields, headers=headers)


def test_the_days_map_has_its_stops_with_their_numbers(client, wes):
    assert not read_day(client, view="map")["is_map"]
    rows = [make_job(HALL), make_job(PIER)]
    for row in rows:
        plan.add_stop(wes, row)
    assert [pin[2] for pin in read_day(client, view="map")["pins"]] == [1, 2]


def test_an_empty_day_says_how_to_fill_it(client, wes):
    page = client.get(reverse("plan")).content.decode()
    assert "Nothing on your day yet" in page
    assert "Pick jobs" in page


def test_the_day_is_written_as_everywhere(client, wes):
    today = clock.localtime(clock.now()).date()
    page = client.get(reverse("plan")).text
    assert f"<small>{clock.format_absolute_date(today)}</small>" in page


def test_three_jobs_are_put_in_the_order_of_the_way(client, wes):
    pier, uptown, hall = make_job(PIER), make_job(UPTOWN), make_job(HALL)
    client.post(
        reverse("position"), {"latitude": "34.0094", "longitude": "-118.4975", "accuracy": "9"}
    )
    for row in (uptown, hall, pier):
        post(client, "stops", job=row.reference)
    context = read_day(client)
    assert references(context) == [row.reference for row in (pier, hall, uptown)]
    assert [card.number for card in context["cards"]] == [1, 2, 3]
    assert context["way"] == "1.6 mi"
    assert context["next"].row == pier
    assert plan.load_day_plan(wes).next_stop.row == pier


def test_a_tap_gives_the_other_button_and_a_form_goes_back_where_it_was(client, wes):
    row = make_job()
    answer = post_by_script(client, "stops", job=row.reference, next="/staff/?tab=todo")
    assert reverse("plan_removals") in answer.content.decode()
    assert plan.is_on_todays_plan(wes, row)
    answer = post_by_script(client, "removals", job=row.reference, wide="1")
    assert "Add to my day" in answer.content.decode()
    assert not plan.is_on_todays_plan(wes, row)
    for where, onward in [
        ("/staff/?tab=todo", "/staff/?tab=todo"),
        ("//evil.example/staff/", reverse("plan")),
        ("/desk/", reverse("plan")),
    ]:
        assert post(client, "stops", job=row.reference, next=where)["Location"] == onward


def test_a_job_is_on_a_day_once_and_can_be_taken_off_twice(client, wes):
    row = make_job()
    for _twice in range(2):
        post(client, "stops", job=row.reference)
        assert Stop.objects.count() == 1
    for _twice in range(2):
        assert post(client, "removals", job=row.reference).status_code == 302
        assert Stop.objects.count() == 0


def test_only_what_is_mine_to_do_comes_on_my_day(client, wes):
    theirs = make.filed()
    make.route(theirs, make.water())
    assert post(client, "stops", job=theirs.reference).status_code == 404
    for nonsense in ("", "\x00", "9" * 40, "SM-2222-2222"):
        assert post(client, "stops", job=nonsense).status_code == 404
    given = make_job()
    make.act(workflow.assign, given, make.sue(), to=make.sue())
    for row in (given, make.service_request(Status.ON_HOLD)):
        assert post_by_script(client, "stops", job=row.reference).status_code == 422
        post(client, "stops", job=row.reference)
    assert "so we didn&#x27;t add it to your day" in client.get(reverse("plan")).content.decode()
    assert not Stop.objects.exists()


def test_a_day_has_an_end(wes, monkeypatch):
    monkeypatch.setattr(plan, "MAX_STOPS_PER_DAY", 2)
    for _n in range(2):
        plan.add_stop(wes, make_job())
    with pytest.raises(InvalidInput, match="Your day is full: 2 jobs"):
        plan.add_stop(wes, make_job())
    plan.add_possible_stops(wes, [make_job()])
    assert Stop.objects.count() == 2


def test_an_order_made_by_hand_stays_when_a_job_is_added(client, wes):
    hall, pier, uptown = make_job(HALL), make_job(PIER), make_job(UPTOWN)
    for row in (hall, pier):
        plan.add_stop(wes, row, HALL)
    post(client, "order", down=hall.reference)
    plan.add_stop(wes, uptown, HALL)
    order = references(read_day(client))
    assert order.index(pier.reference) < order.index(hall.reference)


def test_a_stop_is_moved_by_buttons_and_by_dragging(client, wes):
    rows = [make_job(HALL), make_job(PIER), make_job(UPTOWN)]
    for row in rows:
        plan.add_stop(wes, row)
    one, two, three = references(read_day(client))
    post(client, "order", down=one)
    assert references(read_day(client)) == [two, one, three]
    post(client, "order", up=one)
    post(client, "order", up=one)
    assert references(read_day(client)) == [one, two, three]
    post(client, "order", down="SM-2222-2222")
    answer = post_by_script(client, "order", stop=[three, "\x00", one], change="1")
    assert "data-move" in answer.content.decode()
    assert references(read_day(client, change="1")) == [three, one, two]
    post(client, "order", stop=[two])
    assert references(read_day(client)) == [two, three, one]


def test_sort_again_puts_what_presses_first(client, wes):
    near, urgent = make_job(PIER), make_job(UPTOWN)
    for row in (near, urgent):
        plan.add_stop(wes, row)
    make.act(workflow.prioritise, urgent, make.omar(), priority=Priority.URGENT)
    assert references(read_day(client)) == [near.reference, urgent.reference]
    post(client, "route")
    assert references(read_day(client)) == [urgent.reference, near.reference]


def test_the_job_under_way_is_the_next_stop_wherever_it_stands(wes):
    first, second = make_job(HALL), make_job(PIER)
    for row in (first, second):
        plan.add_stop(wes, row)
    make.act(workflow.start, second, wes)
    assert plan.load_day_plan(wes).next_stop.row == second
    make.complete(second)
    assert plan.load_day_plan(wes).next_stop.row == first
    make.complete(first)
    assert plan.load_day_plan(wes).next_stop is None


def test_what_is_done_falls_out_with_a_tick_and_what_went_away_says_why(client, wes):
    names = ["done", "water", "desk", "sue", "hold", "ask", "closed"]
    rows = {name: make_job() for name in names}
    for row in rows.values():
        plan.add_stop(wes, row)
    make.complete(rows["done"])
    make.moved_on(rows["water"], make.water())
    make.handed_back(rows["desk"])
    make.act(workflow.assign, rows["sue"], make.sue(), to=make.sue())
    make.act(workflow.hold, rows["hold"], wes, reason=make.reason(make.HoldReason))
    make.act(workflow.ask, rows["ask"], wes, question="Which side?")
    make.act(workflow.withdraw, rows["closed"], make.ana())
    found = read_day(client)["day"]
    assert [each.row for each in found.done] == [rows["done"]]
    assert {each.row.reference: each.state.words for each in found.gone} == {
        rows["water"].reference: f"Now with {make.water().name}",
        rows["desk"].reference: "Handed back to 311",
        rows["sue"].reference: "Assigned to Sue",
        rows["hold"].reference: f"On hold: {make.reason(make.HoldReason).name}",
        rows["ask"].reference: "Waiting for the resident’s answer",
        rows["closed"].reference: f"Closed: {Outcome.WITHDRAWN.label}",
    }
    page = client.get(reverse("plan")).content.decode()
    assert "All done" in page
    post(client, "removals", job=rows["water"].reference)
    assert len(read_day(client)["day"].gone) == 5


def test_what_was_finished_before_that_day_is_nothing_to_tick(wes):
    row = make.service_request(Status.COMPLETED)
    state = find_job_state(row, wes, clock.today() + timedelta(days=1))
    assert state.kind == GONE
    assert state.words.startswith("Done today")


def test_a_dispute_brings_a_finished_stop_back(wes):
    row = make_job()
    plan.add_stop(wes, row)
    make.complete(row)
    make.act(workflow.dispute, row, make.ana(), words="Still there.")
    assert plan.load_day_plan(wes).next_stop.row == row


def test_planning_tells_nobody_until_the_button_is_pressed(client, wes):
    told, begun, moved = make_job(HALL), make_job(PIER), make_job(UPTOWN)
    for row in (told, begun, moved):
        plan.add_stop(wes, row)
    make.act(workflow.start, begun, wes)
    assert ServiceRequest.objects.filter(status=Status.SCHEDULED).count() == 0
    found = read_day(client)["day"]
    assert {each.row for each in found.announceable_stops} == {told, moved}
    seen = [f"{each.row.reference} {each.stop.seen}" for each in found.announceable_stops]
    make.act(workflow.prioritise, moved, make.omar(), priority=Priority.URGENT)
    page = client.post(
        reverse("plan_announcement"), {"seen": [*seen, "x", "\x00 1", "9" * 40]}, follow=True
    ).content.decode()
    assert "1 resident was told it&#x27;s planned for today." in page
    assert f"{moved.reference}: This request changed" in page
    told.refresh_from_db()
    assert (told.status, told.scheduled_for) == (Status.SCHEDULED, clock.today())
    again = post(client, "announcement", seen=seen[:1])
    assert again.status_code == 302
    assert told.events.count() == 3


def test_a_poll_tells_that_something_happened_to_a_stop_and_not_that_i_moved_it(client, wes):
    one, two = make_job(HALL), make_job(PIER)
    for row in (one, two):
        plan.add_stop(wes, row)
    seen = {"v": read_day(client)["version"]}
    post(client, "order", down=one.reference)
    assert client.get(reverse("plan_live"), seen).status_code == 204
    make.moved_on(one, make.water())
    assert "Your day has changed." in client.get(reverse("plan_live"), seen).content.decode()


def test_a_job_that_just_moved_is_not_added_and_says_so(client, wes):
    job = make_job(HALL)
    make.moved_on(job, make.water())
    answer = post_by_script(client, "stops", job=job.reference)
    assert answer.status_code == 410
    assert "no longer" in answer.content.decode()
    assert post(client, "stops", job=job.reference).status_code == 302
    assert references(read_day(client)) == []


def test_yesterdays_left_over_jobs_are_offered_in_the_morning(client, wes):
    left, finished = make_job(), make_job()
    for row in (left, finished):
        plan.add_stop(wes, row)
    make.complete(finished)
    with clock.freeze_time(clock.now() + timedelta(days=1)):
        assert "Add 1 left from before" in client.get(reverse("plan")).content.decode()
        post(client, "leftovers")
        post(client, "leftovers")
        assert references(read_day(client)) == [left.reference]
    with clock.freeze_time(clock.now() + timedelta(days=20)):
        plan.add_stop(wes, make_job())
        assert Stop.objects.count() == 1


def test_what_was_given_to_me_comes_on_my_day_in_one_tap(client, wes):
    given, full = [make_job(HALL), make_job(UPTOWN)], make_job(PIER)
    for row in given:
        make.act(workflow.assign, row, make.sue(), to=wes)
    assert "Add 2 assigned to you" in client.get(reverse("plan")).content.decode()
    post(client, "given")
    assert set(references(read_day(client))) == {row.reference for row in given}
    assert read_day(client)["unplanned_count"] == 0
    make.act(workflow.assign, full, make.sue(), to=make.sue())
    plan.add_possible_stops(wes, [full])
    assert len(references(read_day(client))) == 2


@pytest.mark.django_db(transaction=True)
def test_two_phones_of_one_person_wait_for_each_other():
    """Without the lock on the person's row, both phones would write the same position."""
    person, one, two = make.wes(), make_job(HALL), make_job(PIER)

    def other_phone():
        try:
            plan.add_stop(make.wes(), two)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as phones:
        with transaction.atomic():
            plan.add_stop(person, one)
            added = phones.submit(other_phone)
            wait_for_someone_to_block()
        added.result()
    places = Stop.objects.order_by("position").values_list("service_request", "position")
    assert list(places) == [(one.pk, 0), (two.pk, 1)]


def test_each_persons_day_is_their_own(client, wes):
    row = make_job()
    plan.add_stop(make.sue(), row)
    assert references(read_day(client)) == []
    Membership.objects.filter(user=wes).delete()
    client.force_login(wes)
    assert client.get(reverse("plan")).status_code == 403


def test_a_full_day_costs_no_more_queries_than_a_short_one(
    client, wes, django_assert_max_num_queries
):
    for _n in range(12):
        plan.add_stop(wes, make_job())
    with django_assert_max_num_queries(15):
        assert len(read_day(client, change="1")["cards"]) == 12
    order = references(read_day(client))
    with django_assert_max_num_queries(15):
        post_by_script(client, "order", stop=order)
