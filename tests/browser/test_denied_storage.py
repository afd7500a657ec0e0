"""Tests with a browser that denies storage: pages work, and keep typed text while they are open.

If a person blocks a site's data, Chromium raises an error at the first access to `localStorage`.
The test sets the session cookie itself.
"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.models import ServiceRequest
from requests_app.status import Status
from tests import make
from tests.browser.test_report import begin, choose, go_on
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
DENIED = """
const denied = () => { throw new DOMException("Access is denied.", "SecurityError"); };
for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, { get: denied, configurable: true });
IDBFactory.prototype.open = denied;
"""


@pytest.fixture
def denying(page_at):
    def make_page(*size, **options):
        page = page_at(*size, locale="en-US", **options)
        page.context.add_init_script(DENIED)
        return page

    return make_page


@pytest.fixture
def omar(denying, live_server):
    page = denying(1440, 900)
    sign_in(page, live_server, make.omar())
    return page


def test_the_desk_has_its_keys_and_keeps_what_was_typed_as_long_as_it_is_open(omar):
    rows = [
        make.filed(by=make.device(name), location_text=name) for name in ("First St", "Second St")
    ]
    omar.goto("/desk/")
    omar.locator("[data-desk][data-ready]").wait_for()
    shown = omar.locator("#request").get_attribute("data-reference")
    omar.keyboard.press("n")
    omar.keyboard.type("I called the crew.")
    omar.keyboard.press("Escape")
    omar.locator("#request h1").click()
    omar.keyboard.press("j")
    expect(omar.locator("#request")).not_to_have_attribute("data-reference", shown)
    expect(omar.locator("[data-draft-note]")).to_contain_text(shown)
    assert shown in {row.reference for row in rows}
    omar.keyboard.press("?")
    keys = omar.get_by_role("checkbox", name="keys")
    keys.uncheck()
    expect(omar.locator("html.keys-off")).to_have_count(1)


def test_a_call_is_taken(omar):
    omar.goto("/desk/intake/")
    omar.locator("[data-intake][data-ready]").wait_for()
    omar.keyboard.type("city hall")
    omar.keyboard.press("Enter")
    expect(omar.locator("#place")).to_have_value("City Hall")
    omar.get_by_text("Live", exact=True).wait_for()


def test_a_report_is_written_on_the_page_for_no_network(denying):
    page = denying(390, 844, has_touch=True, is_mobile=True)
    page.goto(reverse("report_offline"))
    page.locator("[data-offline-report][data-ready]").wait_for()
    page.get_by_label("Anything the crew should know?").fill("On the back wall")
    choose(page)
    expect(page.locator("[data-chosen]")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").first).to_be_visible()


def test_a_report_goes_through_its_steps(denying):
    page = denying(390, 844, has_touch=True, is_mobile=True)
    begin(page)
    choose(page)
    go_on(page, "where")
    page.locator(".is-live").wait_for(state="attached")
    page.get_by_label("Address, corner").fill("city hall")
    page.locator("#places").get_by_role("button", name=re.compile("^City Hall")).first.click()
    go_on(page, "details")
    expect(page.get_by_label("Anything the crew should know?")).to_be_visible()


def test_a_crew_sees_its_job(denying, live_server):
    row = make.service_request(Status.IN_PROGRESS)
    page = denying(390, 844, has_touch=True, is_mobile=True)
    sign_in(page, live_server, make.wes())
    page.goto(reverse("job", args=[row.reference]), wait_until="networkidle")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert ServiceRequest.objects.count() == 1
