"""The page of the open data: by eye at every size, by keyboard, in Spanish."""

import csv
import io

import pytest
from playwright.sync_api import expect

from open311.bulk import publishing
from tests import make
from tests.barriers import no_barriers, no_sideways_scroll
from tests.sweeps import in_sweep

pytestmark = pytest.mark.django_db(transaction=True)


def looked_at(page):
    no_barriers(page)
    no_sideways_scroll(page)


@pytest.mark.parametrize("size", [(320, 640), *in_sweep([(390, 844), (1440, 900)])])
def test_no_state_of_the_page_keeps_anybody_out(page_at, live_server, size):
    page = page_at(*size, locale="en-US")
    page.goto(f"{live_server.url}/open-data/")
    expect(page.get_by_text("The files aren't here yet.")).to_be_visible()
    looked_at(page)
    make.filed()
    publishing.make()
    page.reload()
    expect(page.get_by_text("1 request, as of")).to_be_visible()
    looked_at(page)
    page.goto(f"{live_server.url}/open-data/selection.csv?from=yesterday")
    expect(page.get_by_role("alert")).to_contain_text("isn't a day")
    looked_at(page)


def test_some_days_are_downloaded_by_keyboard_and_without_scripts(page_at, live_server):
    row = make.filed()
    page = page_at(1440, 900, locale="en-US", java_script_enabled=False)
    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name="Open data").press("Enter")
    page.get_by_label("Reported from").fill("2026-01-01")
    page.get_by_label("Kind of request").select_option("pothole")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download these as CSV").press("Enter")
    text = download.value.path().read_text(encoding="utf-8")
    assert [line["service_request_id"] for line in csv.DictReader(io.StringIO(text))] == [
        row.reference
    ]
    assert download.value.suggested_filename == "requests-2026-01-01-to-today.csv"


def test_it_is_there_in_spanish(page_at, live_server):
    publishing.make()
    page = page_at(390, 844, has_touch=True, is_mobile=True, locale="es-MX")
    page.goto(f"{live_server.url}/open-data/")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    looked_at(page)
