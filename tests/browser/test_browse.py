"""The public list with its map in a real browser."""

import pytest
from playwright.sync_api import expect

from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def test_beside_the_list_the_map_shows_the_same_requests(desk):
    make.filed(location_text="City Hall")
    desk.goto("/requests/")
    expect(desk.locator("[data-list-map]")).to_have_class("map browse__map is-live")
    expect(desk.locator(".pin--reported")).to_have_count(1)
    desk.get_by_role("link", name="City Hall").hover()
    expect(desk.locator(".pin--selected")).to_be_visible()


def test_requests_at_one_place_are_one_ring_with_their_number(desk):
    for n in range(3):
        make.filed(location_text=f"Corner {n}")
    desk.goto("/requests/")
    expect(desk.locator(".pin--cluster")).to_have_text("3")


def test_a_phone_loads_the_map_when_it_is_tapped(phone):
    make.filed()
    scripts = []
    phone.on("request", lambda request: "leaflet" in request.url and scripts.append(request.url))
    phone.goto("/requests/")
    phone.wait_for_load_state("networkidle")
    assert not [url for url in scripts if url.endswith(".js")]
    phone.get_by_role("button", name="Move the map").click()
    expect(phone.locator(".pin--reported")).to_have_count(1)


def test_a_map_that_cannot_be_had_leaves_the_drawing(desk):
    make.filed()
    desk.route("**/city/basemap.json*", lambda route: route.abort())
    desk.goto("/requests/")
    desk.wait_for_load_state("networkidle")
    expect(desk.locator(".browse__drawing")).to_be_visible()
