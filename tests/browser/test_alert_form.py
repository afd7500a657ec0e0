"""Tests for the location search in the form of an alert."""

import pytest
from playwright.sync_api import expect

from tests.barriers import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_location_that_is_chosen_fills_the_field(phone):
    phone.goto("/alerts/new/")
    field = phone.get_by_label("Near an address, corner or landmark")
    field.press_sequentially("city hal")
    choice = phone.locator("#places button").first
    expect(choice).to_contain_text("City Hall")
    assert_accessible(phone)
    field.press("ArrowDown")
    expect(choice).to_be_focused()
    phone.keyboard.press("Enter")
    expect(field).to_have_value("City Hall")
    expect(field).to_be_focused()
    expect(phone.locator("#places button")).to_have_count(0)
