"""The public list with its map in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.barriers import no_barriers, no_sideways_scroll

pytestmark = pytest.mark.django_db(transaction=True)

NORTH = ("34.034000", "-118.494000")


def references(page):
    page.wait_for_load_state("domcontentloaded")  # a link was pressed: the list may still arrive
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
    no_barriers(desk)
    expect(card).to_be_visible()  # what came anew left it open

    ring = desk.locator(".pin--cluster")
    expect(ring).to_have_text("3")
    ring.click()
    desk.get_by_role("link", name="Show them in the list").click()
    expect(desk.get_by_text("This part of the map")).to_be_visible()
    assert set(references(desk)) == {row.reference for row in hall}
    expect(desk.locator(".bm-area")).to_be_attached()
    no_barriers(desk)

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
    no_barriers(phone)
    no_sideways_scroll(phone)
    phone.get_by_text("What, where and when").click()
    phone.get_by_label("Reported from").fill("2020-01-31")
    phone.get_by_role("button", name="Show").click()
    expect(phone).to_have_url(re.compile(r"/requests/\?q=hole&from=2020-01-31&show=open$"))
    phone.get_by_role("link", name="Map", exact=True).click()
    expect(phone.locator(".pin--reported")).to_have_count(1)
    no_barriers(phone)
    no_sideways_scroll(phone)


def test_without_javascript_the_drawing_is_the_map_and_its_rings_are_links(page_at):
    hall = [make.filed(location_text=f"Corner {n}") for n in range(3)]
    make.filed(at=NORTH)
    page = page_at(390, 844, java_script_enabled=False)
    page.goto("/requests/")
    page.get_by_role("link", name="Map", exact=True).click()
    page.get_by_role("link", name="3 requests here. Show them in the list.").click()
    assert set(references(page)) == {row.reference for row in hall}
    page.get_by_role("link", name="Remove: This part of the map").click()
    page.get_by_label("Search by location, word or request number").fill("zebra")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()


def test_a_map_that_cannot_be_had_leaves_the_drawing(desk):
    make.filed()
    desk.route("**/city/basemap.json*", lambda route: route.abort())
    desk.goto("/requests/")
    desk.wait_for_load_state("networkidle")
    expect(desk.locator(".browse__drawing")).to_be_visible()
    no_barriers(desk)


def test_the_nearest_come_first_after_a_tap_and_no_address_says_where(phone):
    far = make.filed(at=("34.030000", "-118.470000"))
    near = make.filed()
    make.route(far)
    phone.goto("/requests/")
    expect(phone.locator(".rows a").first).to_contain_text("Pothole")
    phone.get_by_role("link", name="Nearest").click()
    no_barriers(phone)
    phone.get_by_role("button", name="Use my location").click()
    phone.wait_for_url("**/requests/?sort=near")
    expect(phone.locator(".rows a").first).to_have_attribute("href", f"/requests/{near.reference}/")
    expect(phone.get_by_role("link", name="Nearest")).to_have_attribute("aria-current", "page")
    no_barriers(phone)
