"""Tests for rare states of pages at two sizes: no barriers, and no horizontal scrolling."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.models import Draft
from requests_app.status import Status
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.browser.test_crew_queue import picture
from tests.sweeps import in_sweep
from tests.visitors import address, carry_device, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
GAS = "I smell gas right here."
STOP = "Is someone in danger?"


def ruling_form(page, server):
    make.service_request(Status.DISPUTED)
    sign_in(page, server, make.sue())
    page.goto(reverse("overview_jobs") + "?list=disputed")
    page.get_by_text("The work is done: tell the resident").click()
    expect(page.get_by_role("button", name="Close the dispute")).to_be_visible()


def moved_job(page, server):
    job = make.service_request(Status.IN_PROGRESS)
    sign_in(page, server, make.wes())
    page.goto(reverse("completion", args=[job.reference]))
    page.set_input_files("#gallery", picture())
    page.locator(".usual label.usa-radio__label").first.click()
    page.get_by_label("Tell the resident").fill("Filled and rolled.")
    make.route(job, make.water())
    page.get_by_role("button", name="Done, send it").click()
    expect(page.get_by_role("heading", name="Now with Water Resources")).to_be_visible()


def stop_of_a_report(page, server):
    latitude, longitude = make.CITY_HALL
    draft = Draft.objects.create(
        device=make.ana(), category=make.pothole(), latitude=latitude, longitude=longitude
    )
    page.goto(reverse("report_details", args=[draft.pk]))
    for group in page.locator("main fieldset").all():
        if group.locator("[type=radio]").count():
            group.locator("label").last.click()
    page.locator("#id_description").fill(GAS)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name=STOP)).to_be_visible()


def stop_of_a_reply(page, server):
    page.goto(address(make.service_request(Status.COMPLETED), "dispute"))
    page.get_by_text("It broke again").click()
    page.get_by_label("In your own words").fill(GAS)
    page.get_by_role("button", name="Send it back").click()
    expect(page.get_by_role("heading", name=STOP)).to_be_visible()


def danger_in_a_call(page, server):
    sign_in(page, server, make.omar())
    page.goto(reverse("intake"))
    page.locator("#id_description").fill(GAS)
    page.get_by_role("button", name="File it").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator(".intake__tell").get_by_role("link", name="Call 911")).to_be_visible()


def nearest_list(page, server):
    make.filed()
    make.filed(by=make.bob())
    page.goto(reverse("requests") + "?sort=near")
    page.get_by_role("link", name="Choose a location").click()
    page.get_by_label("Address, corner or landmark").fill("Main St & Pico Blvd")
    page.get_by_role("button", name="Show what's near").click()
    page.locator(".sorts").click()
    expect(page.get_by_role("link", name="Nearest")).to_have_attribute("aria-current", "page")


def readers_report(page, server):
    row = make.filed(description="The blue house next to it, Sam's.", by=make.bob())
    page.goto(address(row))
    page.get_by_role("link", name="Report something wrong with a photo or text").click()
    expect(page.get_by_role("button", name="Send the report")).to_be_visible()


STATES = [
    ruling_form, moved_job, stop_of_a_report, stop_of_a_reply, danger_in_a_call, nearest_list,
    readers_report,
]  # fmt: skip
SAMPLE = [stop_of_a_report, danger_in_a_call]
SIZES = [(390, 844), (1440, 900)]


@pytest.mark.parametrize("state", [*SAMPLE, *in_sweep(one for one in STATES if one not in SAMPLE)])
def test_it_has_no_barrier_and_fits(page_at, live_server, state):
    page = carry_device(page_at(390, 844, locale="en-US"), live_server)
    state(page, live_server)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
        no_sideways_scroll(page)
