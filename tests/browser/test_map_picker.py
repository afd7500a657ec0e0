"""Tests for the "where" step in a real browser: the map moves under a fixed pin.

The text of the location and the coordinates agree.
"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.models import Draft
from tests import make
from tests.barriers import assert_accessible
from tests.browser.test_report import open_as_ana

pytestmark = pytest.mark.django_db(transaction=True)
CITY_HALL = (34.01207, -118.49171)
VENICE = {"latitude": 33.9915, "longitude": -118.4614, "accuracy": 10}
NEW_YORK = {"latitude": 40.71, "longitude": -74.0, "accuracy": 10}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000" + "1f15c4890000000d49444154789c63"
    "6060606000000005000165cb3f0a0000000049454e44ae426082"
)


def where(page):
    """Open the second step of a report."""
    begun = Draft.objects.create(device=make.ana(), category=make.category())
    open_as_ana(page, reverse("report_where", args=[begun.pk]))
    return page


def live(page):
    expect(where(page).locator("[data-map-picker]")).to_have_class(re.compile("is-live"))
    return page


def point(page):
    """Return the (latitude, longitude) that the form would send, or None without a point."""
    lat = page.locator("[data-latitude]").input_value()
    lng = page.locator("[data-longitude]").input_value()
    return (float(lat), float(lng)) if lat and lng else None


def text(page):
    return page.get_by_label("Address, corner or landmark")


def status(page):
    return page.locator("[data-locate-status]")


def locate(page):
    page.get_by_role("button", name="Use my location").click()


def drag(page, x, y):
    box = page.locator("[data-map-canvas]").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + x / 2, middle[1] + y / 2, steps=4)
    page.mouse.move(middle[0] + x, middle[1] + y, steps=4)
    page.wait_for_timeout(200)  # a pause, so that the map does not move on by inertia
    page.mouse.up()


def test_nothing_is_chosen_until_somebody_chooses(desk):
    page = live(desk)
    assert point(page) is None
    expect(page.locator(".cross")).to_have_css("opacity", "0.35")
    page.get_by_role("button", name="Move the map to the spot").click()
    expect(page.locator("[data-problems]")).to_contain_text("Tell us where")


def test_the_button_and_the_pin_say_when_there_is_a_spot(phone):
    page = live(phone)
    button, pin = page.locator("[name=go]"), page.locator(".cross")
    expect(button).to_have_accessible_name("Move the map to the spot")
    text(page).fill("by the pier")
    expect(button).to_have_accessible_name("Use this spot")
    text(page).fill("")
    expect(button).to_have_accessible_name("Move the map to the spot")
    locate(page)
    expect(button).to_have_accessible_name("Use this spot")
    expect(pin).to_have_css("opacity", "1")
    button.click()
    page.wait_for_url("**/details/")
    page.get_by_role("link", name="Back").click()
    expect(page.locator("[data-map-picker]")).to_have_class(re.compile("is-live"))
    expect(button).to_have_accessible_name("Use this spot")
    expect(pin).to_have_css("opacity", "1")


def test_a_bar_above_the_page_leaves_the_map_its_room(desk):
    """The map fills the rest of the window, also below a bar such as the demo's."""
    page = live(desk)
    page.evaluate("document.body.prepend(document.createElement('aside'))")
    assert page.locator("[data-map-canvas]").bounding_box()["height"] > 200


def test_the_map_moves_under_the_pin(desk):
    page = live(desk)
    start = page.locator("[data-map-picker]")
    lat, lng = (float(start.get_attribute(f"data-{name}")) for name in ("lat", "lng"))
    drag(page, -200, 0)
    expect(text(page)).not_to_have_value("")
    assert point(page)[0] == pytest.approx(lat, abs=0.0002)
    assert 0.0005 < point(page)[1] - lng < 0.005
    expect(page.locator("[data-map-says]")).not_to_be_empty()
    page.get_by_role("button", name="Use this spot").click()
    page.wait_for_url("**/details/")
    draft = Draft.objects.get()
    assert float(draft.longitude) > lng + 0.0005
    assert draft.location_text


def test_arrow_keys_move_the_map(desk):
    page = live(desk)
    page.locator("[data-map-canvas]").focus()
    for _key in range(3):
        page.keyboard.press("ArrowUp")
        page.wait_for_timeout(350)
    expect(text(page)).not_to_have_value("")
    assert point(page)[0] > float(page.locator("[data-map-picker]").get_attribute("data-lat"))


def test_zooming_leaves_the_point_exactly_where_it_is(phone):
    page = live(phone)
    locate(page)
    expect(text(page)).to_have_value("City Hall")
    before = point(page)
    for name in ["Zoom out", "Zoom out", "Zoom out", "Zoom in", "Zoom in"]:
        page.get_by_role("button", name=name).click()
        page.wait_for_timeout(350)
    assert point(page) == before == pytest.approx(CITY_HALL, abs=1e-6)


def test_a_tap_on_the_map_brings_it_under_the_pin(desk):
    page = live(desk)
    page.locator("[data-map-canvas]").click(position={"x": 200, "y": 500})
    expect(text(page)).not_to_have_value("")
    lat, lng = point(page)
    assert lat < float(page.locator("[data-map-picker]").get_attribute("data-lat"))
    assert lng < float(page.locator("[data-map-picker]").get_attribute("data-lng"))


def test_the_phone_says_where_it_is(phone):
    page = live(phone)
    locate(page)
    expect(text(page)).to_have_value("City Hall")
    expect(page.locator("[data-map-says]")).to_contain_text("City Hall, ")
    expect(status(page)).to_be_empty()
    assert point(page) == pytest.approx(CITY_HALL, abs=1e-6)


@pytest.mark.parametrize(("accuracy", "said"), [(122, "400 feet"), (1450, "0.9 miles")])
def test_a_position_that_is_not_sure_counts_once_the_pin_was_moved(phone, accuracy, said):
    position = {"latitude": 34.012, "longitude": -118.4917, "accuracy": accuracy}
    phone.context.set_geolocation(position)
    page = live(phone)
    locate(page)
    expect(status(page)).to_contain_text(f"accurate to about {said}.")
    expect(page.locator(".cross")).to_have_css("opacity", "0.35")
    expect(text(page)).to_have_value("")
    assert point(page) is None
    page.get_by_role("button", name="Move the map to the spot").click()
    expect(page.locator("[data-problems]")).to_contain_text("Tell us where")
    expect(page.locator("[data-map-picker]")).to_have_class(re.compile("is-live"))
    locate(page)
    expect(status(page)).to_contain_text(said)
    drag(page, 60, 40)
    expect(page.locator("[name=go]")).to_have_accessible_name("Use this spot")
    assert point(page) is not None


def test_above_an_open_keyboard_three_places_are_in_sight(page_at):
    page = live(page_at(390, 510))
    text(page).fill("main")
    places = page.locator("#places .places li")
    expect(places.nth(2)).to_be_visible()
    box = places.nth(2).bounding_box()
    assert box["y"] + box["height"] <= 510
    assert text(page).bounding_box()["y"] > 0
    page.wait_for_timeout(100)
    assert page.evaluate("scrollY") == 0
    expect(page.get_by_role("heading", level=1)).to_have_text("Where is it?")
    assert_accessible(page)
    text(page).fill("ocean ave and pico")
    expect(places).to_have_count(3)
    icon, field = (
        page.locator(".sheet .search-field .icon").bounding_box(),
        text(page).bounding_box(),
    )
    assert field["y"] < icon["y"] < icon["y"] + icon["height"] < field["y"] + field["height"]
    places.nth(0).locator("button").click()
    expect(page.locator(".map__canvas")).to_be_visible()


def test_a_phone_just_outside_hears_so_and_may_go_on(phone):
    phone.context.set_geolocation(VENICE)
    page = live(phone)
    locate(page)
    expect(status(page)).to_contain_text("outside Santa Monica")
    page.get_by_role("button", name="Use this spot").click()
    expect(page.locator("h1")).to_contain_text(re.compile("outside|is in"))


def test_a_phone_far_away_leaves_the_map_in_the_city(phone):
    phone.context.set_geolocation(NEW_YORK)
    page = live(phone)
    locate(page)
    expect(status(page)).to_contain_text("far from Santa Monica")
    assert point(page) is None


def test_a_phone_that_may_not_tell_says_so(page_at):
    page = live(page_at(390, 844))
    locate(page)
    expect(status(page)).to_contain_text("move the map")
    assert point(page) is None


@pytest.mark.parametrize(("code", "words"), [(2, "can't find"), (3, "took too long")])
def test_a_phone_without_a_position_says_why(phone, code, words):
    phone.add_init_script(
        f"navigator.geolocation.getCurrentPosition = (good, bad) => bad({{ code: {code} }});"
    )
    page = live(phone)
    locate(page)
    expect(status(page)).to_contain_text(words)


def test_a_place_of_the_list_comes_under_the_pin(phone):
    page = live(phone)
    text(page).press_sequentially("wilshire & 14")
    page.get_by_role("button", name="Wilshire Blvd & 14th St").click()
    expect(text(page)).to_have_value("Wilshire Blvd & 14th St")
    expect(page.locator("#places button")).to_have_count(0)
    lat, lng = point(page)
    page.get_by_role("button", name="Use this spot").click()
    page.wait_for_url("**/details/")
    draft = Draft.objects.get()
    assert (float(draft.latitude), float(draft.longitude)) == (lat, lng)
    assert draft.location_text == "Wilshire Blvd & 14th St"


def test_a_list_that_comes_after_the_choice_does_not_open_over_it(phone):
    page = live(phone)
    text(page).press_sequentially("wilshire & 14")
    choice = page.get_by_role("button", name="Wilshire Blvd & 14th St")
    expect(choice).to_be_visible()
    late = []

    def hold(route):
        late.append(route)

    page.route("**/where/?**", hold)
    with page.expect_request("**/where/?**14th**"):
        text(page).press_sequentially("th")
    choice.click()
    expect(text(page)).to_have_value("Wilshire Blvd & 14th St")
    with page.expect_response("**/where/?**14th**"):
        for each in late:
            each.continue_()
    page.evaluate("new Promise((go) => requestAnimationFrame(() => setTimeout(go)))")
    expect(page.locator("#places button")).to_have_count(0)


def test_words_added_to_the_place_keep_the_point(phone):
    page = live(phone)
    locate(page)
    expect(text(page)).to_have_value("City Hall")
    text(page).press_sequentially(", by the fountain")
    page.wait_for_timeout(600)
    assert point(page) == pytest.approx(CITY_HALL, abs=1e-6)


def test_words_for_another_place_let_the_point_go(phone):
    page = live(phone)
    locate(page)
    expect(text(page)).to_have_value("City Hall")
    text(page).fill("Virginia Avenue Park")
    expect(page.locator("#places button").first).to_be_visible()
    assert point(page) is None
    page.get_by_role("button", name="Use this spot").click()
    page.wait_for_url("**/details/")
    assert Draft.objects.get().location_text == "Virginia Avenue Park"


def test_a_reload_forgets_neither_point_nor_words(phone):
    page = live(phone)
    locate(page)
    expect(text(page)).to_have_value("City Hall")
    page.reload()
    expect(page.locator("[data-map-picker]")).to_have_class(re.compile("is-live"))
    expect(text(page)).to_have_value("City Hall")
    assert point(page) == pytest.approx(CITY_HALL, abs=1e-6)


def test_the_point_stays_when_the_sheet_grows_over_the_map(phone):
    page = live(phone)
    locate(page)
    expect(text(page)).to_have_value("City Hall")
    text(page).press_sequentially(" pico")
    page.wait_for_timeout(800)
    page.set_viewport_size({"width": 390, "height": 600})
    page.wait_for_timeout(300)
    text(page).fill("City Hall")
    page.wait_for_timeout(600)
    assert point(page) == pytest.approx(CITY_HALL, abs=1e-6)


def test_without_its_layers_the_drawing_stands_and_words_do(phone, page_problems):
    phone.route("**/city/basemap.json*", lambda route: route.abort())
    page = where(phone)
    page.wait_for_timeout(500)
    expect(page.locator("svg.basemap")).to_be_visible()
    expect(page.locator(".cross")).to_be_hidden()
    expect(page.get_by_role("button", name="Use my location")).to_be_hidden()
    text(page).fill("City Hall")
    page.get_by_role("button", name="Use this spot").click()
    page.wait_for_url("**/details/")
    page_problems.clear()


def test_nothing_jumps_when_the_live_map_comes(phone):
    phone.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => "
        "{ window.shift += entry.value; })).observe({ type: 'layout-shift', buffered: true });"
    )
    page = live(phone)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") == 0


def test_the_map_names_its_streets(desk):
    page = live(desk)
    expect(page.locator(".bm-name", has_text=re.compile("Ave|Blvd|St")).first).to_be_visible()


def test_tiles_that_fail_leave_the_citys_own_map(desk, live_server, settings):
    settings.TILE_URL = f"{live_server.url}/no-tiles/{{z}}/{{x}}/{{y}}.png"
    page = live(desk)
    expect(page.locator(".bm-name").first).to_be_visible()
    expect(page.locator(".leaflet-tile")).to_have_count(0)


def test_tiles_that_come_lie_on_the_map_with_their_credit(desk, live_server, settings):
    settings.TILE_URL = f"{live_server.url}/tiles/{{z}}/{{x}}/{{y}}.png"
    settings.TILE_CREDIT = "Map data by its makers"
    desk.route("**/tiles/**", lambda route: route.fulfill(content_type="image/png", body=PNG))
    page = live(desk)
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    expect(page.get_by_text("Map data by its makers")).to_be_visible()
    expect(page.locator(".bm-name")).to_have_count(0)


def test_the_step_has_no_accessibility_violations_at_any_width(page_at):
    page = live(page_at(390, 844))
    for width in (390, 320, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
