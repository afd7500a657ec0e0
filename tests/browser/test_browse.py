"""Tests for the public list of requests and its map in a real browser."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll

pytestmark = pytest.mark.django_db(transaction=True)

NORTH = ("34.034000", "-118.494000")


def references(page):
    page.wait_for_load_state("domcontentloaded")  # a clicked link's list may still be loading
    return [link.get_attribute("href").split("/")[2] for link in page.locator(".row").all()]


def test_beside_the_list_the_map_counts_offers_and_leaves_the_list_alone(desk):
    hall = [make.filed(location_text=f"Corner {n}") for n in range(3)]
    north = make.filed(at=NORTH, location_text="Up north", description="Loud.")
    desk.goto("/requests/")
    expect(desk.locator("[data-list-map]")).to_have_class(re.compile("is-live"))
    expect(desk.locator(".pin--reported")).to_have_count(1)
    desk.get_by_role("link", name="Up north").hover()
    expect(desk.locator(".pin--selected")).to_be_visible()

    desk.locator(".pin--reported").click()
    card = desk.locator(".leaflet-popup").get_by_role("link", name="Pothole Received")
    expect(card).to_have_attribute("href", f"/requests/{north.reference}/")
    expect(desk.locator(".leaflet-popup")).to_have_css("opacity", "1")  # it fades in
    for key in ["ArrowLeft", "ArrowRight"]:
        with desk.expect_response("**/requests/map/*"):
            desk.get_by_role("application").press(key)
    assert_accessible(desk)
    expect(card).to_be_visible()  # reloading the requests left it open

    ring = desk.locator(".pin--cluster")
    expect(ring).to_have_text("3")
    ring.click()
    desk.get_by_role("link", name="Show them in the list").click()
    expect(desk.get_by_text("This part of the map")).to_be_visible()
    assert set(references(desk)) == {row.reference for row in hall}
    expect(desk.locator(".bm-area")).to_be_attached()
    assert_accessible(desk)

    desk.get_by_role("link", name="Remove: This part of the map").click()
    expect(desk.locator("[data-list-map]")).to_have_class(re.compile("is-live"))
    before = references(desk)
    search = desk.get_by_role("link", name="Search this area")
    expect(search).to_be_hidden()
    desk.get_by_role("application").focus()
    for _press in range(6):
        desk.keyboard.press("ArrowUp")
    expect(search).to_be_visible()
    assert references(desk) == before
    for _press in range(2):
        desk.get_by_role("button", name="Zoom in").click()
    expect(desk.locator(".leaflet-zoom-anim")).to_have_count(0)
    expect(search).to_have_attribute("href", re.compile("area="))
    search.click()
    expect(desk).to_have_url(re.compile("area="))


def test_on_a_phone_the_list_comes_first_and_the_map_when_it_is_asked_for(phone):
    make.filed()
    scripts = []
    phone.on(
        "request",
        lambda request: request.url.endswith("leaflet.js") and scripts.append(request.url),
    )
    phone.goto("/requests/?q=hole")
    phone.wait_for_load_state("networkidle")
    assert scripts == []
    assert_accessible(phone)
    no_sideways_scroll(phone)
    phone.get_by_text("Filters").click()
    phone.get_by_label("Reported from").fill("2020-01-31")
    phone.get_by_role("button", name="Show").click()
    expect(phone).to_have_url(re.compile(r"/requests/\?q=hole&from=2020-01-31&show=open$"))
    phone.get_by_role("link", name="Map", exact=True).click()
    expect(phone.locator(".pin--reported")).to_have_count(1)
    assert_accessible(phone)
    no_sideways_scroll(phone)


def bottom(locator):
    box = locator.bounding_box()
    return box["y"] + box["height"]


def test_on_a_phone_the_first_result_is_in_sight_below_one_row_of_filters_and_sorting(phone):
    make.filed()
    phone.goto("/requests/")
    filters, sorts = phone.locator(".browse__more summary"), phone.locator(".sorts")
    assert filters.bounding_box()["y"] == sorts.bounding_box()["y"]
    assert bottom(phone.locator(".rows li").first) < 600
    for line in (sorts, phone.locator(".feed")):
        before = line.bounding_box()
        line.click()
        assert line.bounding_box() == before
        assert_accessible(phone)
        no_sideways_scroll(phone)
        line.click()
    phone.get_by_role("button", name="Español").first.click()
    expect(filters).to_contain_text("Filtros")
    assert filters.bounding_box()["y"] == sorts.bounding_box()["y"]
    no_sideways_scroll(phone)


def test_the_map_opens_on_the_city_with_names_above_pins_and_goes_near_a_person(phone):
    make.filed()
    phone.goto("/requests/?view=map")
    expect(phone.locator(".browse__map.is-live")).to_be_visible()
    frame = phone.locator(".browse__map").bounding_box()
    city = phone.locator(".bm-line").first.bounding_box()
    assert frame["x"] <= city["x"]
    assert city["x"] + city["width"] <= frame["x"] + frame["width"]
    assert city["width"] > frame["width"] * 0.6
    level = "(name) => Number(getComputedStyle(document.querySelector(name)).zIndex)"
    names, pins, cards = (
        phone.evaluate(level, f".leaflet-{pane}-pane") for pane in ("names", "marker", "popup")
    )
    assert pins < names < cards
    phone.get_by_role("button", name="Near me").click()
    expect(phone.locator(".browse__here")).to_be_visible()
    expect(phone.get_by_role("link", name="Search this area")).to_be_visible()
    assert_accessible(phone)
    phone.get_by_role("link", name="Get updates").click()
    expect(phone.get_by_label("Only the part of the map you chose")).to_be_checked()


COVERED = """() => [...document.querySelectorAll('.pin--cluster')].filter(pin => {
  const ring = pin.getBoundingClientRect()
  const x = ring.x + ring.width / 2, y = ring.y + ring.height / 2
  return [...document.querySelectorAll('.bm-name--zone')].some(name => {
    const box = name.getBoundingClientRect()
    return box.left < x + 5 && x - 5 < box.right && box.top < y + 5 && y - 5 < box.bottom })
}).length"""  # the number of cluster rings whose count is covered by the name of an area


def test_no_name_on_the_map_covers_the_number_of_several_requests(phone):
    phone.goto("/requests/?view=map")
    layers = phone.locator("[data-map-canvas]").get_attribute("data-layers")
    for zone in phone.request.get(layers).json()["zones"]:
        at = tuple(Decimal(str(degrees)) for degrees in zone["at"])
        for by in (make.ana(), make.bob()):
            make.filed(by=by, at=at)
    phone.goto("/requests/?view=map&show=all")
    expect(phone.locator(".pin--cluster")).not_to_have_count(0)
    expect(phone.locator(".browse__map.is-live")).to_be_visible()
    assert phone.evaluate(COVERED) == 0
    expect(phone.locator(".bm-name")).not_to_have_count(0)


def test_a_phone_far_away_leaves_the_lists_map_in_the_city(phone):
    phone.context.set_geolocation({"latitude": 40.71, "longitude": -74.0})
    phone.goto("/requests/?view=map")
    expect(phone.locator(".browse__map.is-live")).to_be_visible()
    phone.get_by_role("button", name="Near me").click()
    expect(phone.locator("[data-near-says]")).to_contain_text("far from Santa Monica")


def test_a_map_that_cannot_be_had_leaves_the_drawing(desk):
    make.filed()
    desk.route("**/city/basemap.json*", lambda route: route.abort())
    desk.goto("/requests/")
    desk.wait_for_load_state("networkidle")
    expect(desk.locator(".browse__drawing")).to_be_visible()
    assert_accessible(desk)


def test_the_nearest_come_first_after_a_tap_and_no_address_says_where(phone):
    far = make.filed(at=("34.030000", "-118.470000"))
    near = make.filed()
    make.route(far)
    phone.goto("/requests/")
    expect(phone.locator(".rows a").first).to_contain_text("Pothole")
    sorts = phone.locator(".sorts")
    sorts.click()
    phone.get_by_role("link", name="Nearest").click()
    assert_accessible(phone)
    phone.get_by_role("button", name="Use my location").click()
    phone.wait_for_url("**/requests/?sort=near")
    expect(phone.locator(".rows a").first).to_have_attribute("href", f"/requests/{near.reference}/")
    expect(sorts).to_contain_text("Nearest")
    sorts.click()
    expect(phone.get_by_role("link", name="Nearest")).to_have_attribute("aria-current", "page")
    assert_accessible(phone)
