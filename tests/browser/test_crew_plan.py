"""Tests for a crew member's day plan on a phone: choosing and ordering jobs, the next stop."""

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.status import Status
from staff_portal.day_plan import plan
from staff_portal.models import Stop
from tests import make
from tests.barriers import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)

CORNERS = {
    "Hall": (Decimal("34.0118"), Decimal("-118.4917")),
    "Pier": (Decimal("34.0094"), Decimal("-118.4975")),
    "Uptown": (Decimal("34.0283"), Decimal("-118.4849")),
}


def jobs(status=Status.ROUTED):
    return {
        name: make.service_request(status, at=at, location_text=name)
        for name, at in CORNERS.items()
    }


def expect_order(page, *names):
    expect(page.locator("[data-stop] small")).to_have_text(names)


def saved_order():
    stops = Stop.objects.order_by("position").select_related("service_request")
    return [stop.service_request.location_text for stop in stops]


def test_a_day_from_the_list_to_the_last_stop(wes):
    rows, page = jobs(), wes
    page.goto(reverse("inbox"))
    expect(page.locator(".next [data-distance]")).to_have_text("100 ft")
    page.get_by_role("link", name="Nearest").tap()
    expect(page.get_by_text("From Pico, ± 30 ft, just now.")).to_be_visible()
    expect(page.get_by_role("link", name="Nearest")).to_have_attribute("aria-current", "true")
    assert "lat" not in page.url
    for n in range(1, 4):
        page.get_by_role("button", name="Add to my day").first.tap()
        expect(page.locator("[data-planned]")).to_have_text(str(n))
    assert_accessible(page)
    page.get_by_role("link", name="My day").tap()
    expect_order(page, "Hall", "Pier", "Uptown")
    assert_accessible(page)
    expect(page.locator(".dock__next")).to_contain_text("Next stop")
    href = page.locator(".dock [data-navigate]").get_attribute("href")
    assert "34.011800,-118.491700" in href
    page.locator(".dock").get_by_role("link", name="Open").tap()
    page.wait_for_url(f"**{reverse('job', args=[rows['Hall'].reference])}")
    for name in ("Hall", "Pier"):
        make.complete(rows[name])
    page.goto(reverse("plan"))
    expect(page.locator(".donelist li")).to_have_count(2)
    expect_order(page, "Uptown")
    page.get_by_role("button", name="Tell 1 resident it's today").tap()
    expect(page.get_by_text("1 resident was told it's planned for today.")).to_be_visible()
    make.complete(rows["Uptown"])
    page.reload()
    expect(page.get_by_text("All done")).to_be_visible()
    assert_accessible(page)


def planned(page):
    """Add all three jobs to the plan of the day, and open the page on which to change it."""
    for row in jobs().values():
        plan.add_stop(make.wes(), row)
    page.goto(reverse("plan") + "?change=1")
    expect_order(page, "Hall", "Pier", "Uptown")


def test_a_stop_is_dragged_by_its_handle(wes):
    page = wes
    planned(page)
    grip = page.locator("[data-grip]").first.bounding_box()
    last = page.locator("[data-stop]").last.bounding_box()
    finger = page.context.new_cdp_session(page)

    def touch(kind, *points):
        places = [{"x": grip["x"] + 20, "y": y} for y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    below = last["y"] + last["height"] / 2 + 40
    touch("touchStart", grip["y"] + 20)
    for step in range(1, 9):
        touch("touchMove", grip["y"] + 20 + (below - grip["y"] - 20) * step / 8)
    expect(page.locator("[data-stop].is-held .num").first).to_have_text("3")
    with page.expect_response("**/plan/order/"):
        touch("touchEnd")
    expect(page.locator("[data-stop] .num").last).to_have_text("3")
    expect_order(page, "Pier", "Uptown", "Hall")
    assert saved_order() == ["Pier", "Uptown", "Hall"]


def test_the_days_map_joins_the_stops_in_their_order(wes):
    planned(wes)
    wes.goto(reverse("plan") + "?view=map")
    expect(wes.locator(".cway")).to_be_visible()
    wes.get_by_role("button", name="2: Pothole").tap()
    expect(wes.locator("[data-stop]:visible")).to_contain_text("Pier")
    assert_accessible(wes)


def test_a_stop_is_moved_by_buttons_and_by_keys(wes):
    page = wes
    planned(page)
    with page.expect_response("**/plan/order/"):
        page.get_by_role("button", name="Later").first.tap()
    expect(page.locator("[data-plan-says]")).to_have_text("Pothole: now 2 of 3.")
    expect_order(page, "Pier", "Hall", "Uptown")
    with page.expect_response("**/plan/order/"):
        page.locator("[data-grip]").last.focus()
        page.keyboard.press("ArrowUp")
    expect_order(page, "Pier", "Uptown", "Hall")
    expect(page.locator("[data-stop]").nth(1).locator("[data-grip]")).to_be_focused()
    assert saved_order() == ["Pier", "Uptown", "Hall"]
    page.get_by_role("button", name="Off").nth(1).tap()
    expect(page.locator("[data-stop]")).to_have_count(2)


def test_an_order_that_could_not_be_sent_is_sent_again(wes):
    page = wes
    planned(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Later").first.tap()
    expect(page.get_by_text("Not saved: no connection.")).to_be_visible()
    expect_order(page, "Pier", "Hall", "Uptown")
    page.context.set_offline(False)
    with page.expect_response("**/plan/order/"):
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Not saved: no connection.")).to_be_hidden()
    assert saved_order() == ["Pier", "Hall", "Uptown"]


def test_the_map_shows_the_list_and_a_tap_its_card(wes):
    rows, page = jobs(), wes
    page.goto(reverse("inbox") + "?view=map&sort=urgent")
    expect(page.locator(".crewmap.is-live")).to_be_visible()
    expect(page.locator(".map-cluster")).to_have_count(3)
    expect(page.locator(".jobs li").first).to_be_hidden()
    pin = page.get_by_role("button", name="3: Pothole")
    pin.focus()
    page.keyboard.press("Enter")
    card = page.locator(".jobs li:visible")
    expect(card).to_contain_text("Uptown")
    assert_accessible(page)
    card.get_by_role("link").tap()
    page.wait_for_url(f"**{reverse('job', args=[rows['Uptown'].reference])}")


def test_jobs_at_one_place_are_one_ring_that_opens_and_shows_all(wes):
    for _n in range(2):
        make.service_request(Status.ROUTED)
    wes.goto(reverse("inbox") + "?view=map")
    ring = wes.get_by_role("button", name="2 jobs here")
    for _closer in range(4):
        ring.tap()
        wes.wait_for_timeout(350)  # wait for the animation of the map
        expect(wes.locator(".leaflet-zoom-anim, .leaflet-pan-anim")).to_have_count(0)
    expect(wes.locator(".jobs li:visible")).to_have_count(2)


def test_a_map_that_cannot_be_had_leaves_the_drawing_and_the_list(wes):
    jobs()
    wes.route("**/city/basemap.json*", lambda route: route.abort())
    wes.goto(reverse("inbox") + "?view=map")
    expect(wes.locator(".crewmap__drawing svg")).to_be_visible()
    expect(wes.locator(".jobs li:visible")).to_have_count(3)


def test_a_phone_that_does_not_say_where_it_is_sorts_all_the_same(wes):
    page = wes
    planned(page)
    page.context.clear_permissions()
    page.goto(reverse("inbox") + "?sort=urgent")
    page.get_by_role("link", name="Nearest").tap()
    expect(page.locator("[data-place-says]")).to_contain_text("or start with the most urgent")
    page.goto(reverse("plan"))
    page.get_by_role("button", name="Sort again").tap()
    expect(page.get_by_text("Sorted: most urgent first")).to_be_visible()
