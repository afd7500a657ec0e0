"""Tests for the open data page at several screen sizes, and in Spanish."""

import pytest
from playwright.sync_api import expect

from open311.bulk import publishing
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll

pytestmark = pytest.mark.django_db(transaction=True)


SIZES = [(390, 844), (1440, 900), (320, 640)]


def looked_at(page):
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
        no_sideways_scroll(page)


def test_no_state_of_the_page_keeps_anybody_out(page_at, live_server):
    page = page_at(320, 640, locale="en-US")
    page.goto(f"{live_server.url}/open-data/")
    expect(page.get_by_text("The files aren't here yet.")).to_be_visible()
    looked_at(page)
    make.filed()
    publishing.publish_edition()
    page.reload()
    expect(page.get_by_text("1 request, as of")).to_be_visible()
    looked_at(page)
    page.goto(f"{live_server.url}/open-data/selection.csv?from=yesterday")
    expect(page.get_by_role("alert")).to_contain_text("isn't a day")
    looked_at(page)


def test_it_is_there_in_spanish(page_at, live_server):
    publishing.publish_edition()
    page = page_at(390, 844, has_touch=True, is_mobile=True, locale="es-MX")
    page.goto(f"{live_server.url}/open-data/")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    looked_at(page)
