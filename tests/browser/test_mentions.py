"""Tests for mentions in notes by keyboard and touch, and for saving an email report by keyboard."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.status import Status
from staff_portal.models import ScheduledReport
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def row():
    make.wes()
    make.user("keisha", make.streets(), first_name="Késha", last_name="Brown")
    make.user("bob", make.streets(), first_name="Bob", last_name="Weston")
    return make.service_request(Status.ROUTED)


def is_well(page):
    assert_accessible(page)
    no_sideways_scroll(page)


def test_the_desk_names_a_person_by_keyboard(page_at, live_server, row):
    page = page_at(1440, 600)
    sign_in(page, live_server, make.omar())
    page.goto(reverse("desk_request", args=[row.reference]), wait_until="networkidle")
    field, people = page.locator("#note"), page.get_by_role("listbox", name="People")
    field.click()
    page.keyboard.type("Write to ana@example.org, ask @")
    expect(people.get_by_role("option")).to_have_count(3)
    expect(people).to_be_in_viewport(ratio=1)
    page.keyboard.type("kes")
    expect(people.get_by_role("option")).to_have_count(1)
    is_well(page)
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("we")
    expect(people.get_by_role("option")).to_have_text(["Bob Weston @bob", "Wes @wes"])
    page.keyboard.press("Escape")
    expect(people).to_be_hidden()
    expect(field).to_be_focused()
    page.keyboard.press("Backspace")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    chosen = people.locator("[aria-selected=true]")
    expect(chosen).to_have_text("Wes @wes")
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Write to ana@example.org, ask @wes ")
    page.keyboard.type("first @nobody ")
    page.keyboard.press("Control+Enter")
    problem = page.locator("#note-problem")
    expect(problem).to_be_in_viewport(ratio=1)
    expect(field).to_be_in_viewport(ratio=1)
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("No one called @nobody"))
    field.fill("Ask @wes first")
    page.keyboard.press("Control+Enter")
    note = page.locator("#r-notes .mention")
    expect(note).to_have_text("@Wes")
    is_well(page)


def test_a_crew_names_a_person_by_touch(phone, live_server, row):
    page = phone
    sign_in(page, live_server, make.wes())
    page.goto(reverse("job", args=[row.reference]), wait_until="networkidle")
    page.locator("summary").filter(has_text="Note").tap()
    field = page.get_by_label("Your note")
    field.tap()
    page.keyboard.type("Ask @b")
    option = page.get_by_role("option").filter(has_text="Bob")
    expect(option).to_be_visible()
    is_well(page)
    option.tap()
    expect(field).to_have_value("Ask @bob ")
    page.get_by_text("Only staff", exact=True).first.tap()
    page.get_by_role("button", name="Save the note").tap()
    page.get_by_text("What happened so far").tap()
    expect(page.locator(".timeline .mention")).to_have_text("@Bob Weston")


def test_a_report_is_saved_and_ended_by_keyboard(page_at, live_server):
    page = page_at(1440, 900)
    sign_in(page, live_server, make.sue())
    page.goto(reverse("overview"))
    page.get_by_role("link", name="Email regularly").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report by email: Street Services")
    is_well(page)
    page.get_by_label("Which day").select_option("month")
    page.get_by_role("button", name="Save the report").press("Enter")
    expect(page.get_by_role("status").first).to_have_text(
        "Saved: Street Services (On the first of each month, 7 am)."
    )
    assert ScheduledReport.objects.get().weekday is None
    is_well(page)
    page.get_by_role("button", name=re.compile("^End")).press("Enter")
    expect(page.get_by_role("status").first).to_have_text(
        "Ended: Street Services (On the first of each month, 7 am)."
    )
    is_well(page)
