"""Tests that personal data in a description is pointed out while typing, and can be removed."""

import pytest
from playwright.sync_api import expect

from requests_app.models import Draft
from tests.barriers import assert_accessible
from tests.browser.test_report import go_on, to_details

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_number_is_pointed_out_while_writing_and_taken_out_at_the_check(phone):
    to_details(phone)
    phone.locator("#answer-hate-no").locator("xpath=following-sibling::label").click()
    phone.get_by_label("Anything the crew should know?").fill("Call 310-555-0142, it is tall.")
    phone.get_by_label("How do we find the spot?").fill("Behind the bus stop")
    expect(phone.locator("#personal-description")).to_contain_text("a phone number (310-555-0142)")
    assert_accessible(phone)
    go_on(phone, "check")
    expect(phone.locator("mark")).to_have_text("310-555-0142")
    assert_accessible(phone)
    phone.get_by_role("button", name="Remove it").click()
    expect(phone.locator("mark")).to_have_count(0)
    expect(phone.get_by_role("button", name="Send to the city")).to_be_visible()
    draft = Draft.objects.get()
    assert draft.description == "Call […], it is tall."
    assert draft.location_note == "Behind the bus stop"


def test_what_was_taken_out_stays_out_where_something_else_is_missing(phone):
    to_details(phone)
    phone.get_by_label("Anything the crew should know?").fill("Call 310-555-0142, it is tall.")
    phone.get_by_label("How do we find the spot?").fill("Behind the bus stop")
    phone.get_by_role("button", name="Remove it").click()
    expect(phone.locator("[data-problems]")).to_be_visible()  # a required question is unanswered
    expect(phone.get_by_label("Anything the crew should know?")).to_have_value(
        "Call […], it is tall."
    )
    expect(phone.get_by_label("How do we find the spot?")).to_have_value("Behind the bus stop")
