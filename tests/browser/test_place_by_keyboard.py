"""Tests for choosing a place by keyboard only, and for the announcements to screen readers."""

import re

import pytest
from playwright.sync_api import expect

from city import search
from city.models import AddressRange
from requests_app.models import Draft
from tests import make
from tests.barriers import assert_accessible
from tests.browser.test_map_picker import live, point

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def miller():
    make.no_addresses()
    row = AddressRange(
        street="Miller St", left_from=101, left_to=199, right_from=100, right_to=198,
        line=[[34.0200, -118.4900], [34.0220, -118.4900]],
    )  # fmt: skip
    row.set_fingerprint()
    row.save()


def test_an_address_is_typed_chosen_and_sent_without_a_mouse(desk, miller):
    page = live(desk)
    field = page.locator("#id_text")
    says, places = page.locator("[data-place-says]"), page.locator("#places button")
    field.focus()
    page.keyboard.type("wilshire")
    expect(says).to_have_text(re.compile(r"^6 locations\. "))
    page.keyboard.press("ArrowDown")
    expect(places.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(places.nth(1)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    expect(places.nth(0)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(places).to_have_count(0)
    expect(says).to_be_empty()
    page.keyboard.press("Control+A")
    page.keyboard.type("149 miler st")  # with a typo; Enter is pressed before the list is loaded
    page.keyboard.press("Enter")
    expect(places.nth(0)).to_be_focused()
    expect(places.nth(0)).to_contain_text("149 Miller St")
    expect(says).to_have_text("1 location. Press the down arrow to choose it.")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Use this spot")).to_be_focused()
    expect(page.locator("[data-map-says]")).to_have_text("149 Miller St")
    chosen = search.find_places("149 miller st")[0]
    assert point(page) == (chosen.lat, chosen.lng)
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/")
    assert Draft.objects.get().location_text == "149 Miller St"


def test_a_number_that_is_not_on_the_map_is_said_when_it_is_chosen(desk):
    page = live(desk)
    page.locator("#id_text").fill("9999 main street")
    page.locator("#places button").first.click()
    told = page.locator("[data-locate-status]")
    expect(told).to_contain_text("Number 9999 isn't on our map. The pin goes to")
    expect(page.locator("#id_text")).to_have_value("9999 Main St")
    page.locator("#id_text").press("End")
    page.keyboard.type(" rear")
    expect(told).to_be_empty()
    page.keyboard.press("Control+A")
    page.keyboard.type("9999 Main St, Los Angeles")
    expect(page.locator("#places")).to_contain_text("That's in Los Angeles.")
    page.get_by_role("button", name="Use this spot").click()
    expect(page.get_by_role("alert")).to_contain_text("That's in Los Angeles.")
    page.locator("#id_text").fill("9999 main street")
    page.locator("#places button").first.click()
    expect(told).to_contain_text("9999")
    page.get_by_role("button", name="Use this spot").click()
    page.wait_for_url("**/details/")
    assert Draft.objects.get().location_text == "9999 Main St"
