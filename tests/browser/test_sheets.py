"""Tests for importing a spreadsheet: choosing a file, reviewing changes, correcting, saving."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.barriers import assert_accessible
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def choose(page, text):
    file = {"name": "departments.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    page.wait_for_load_state("domcontentloaded")


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
    assert_accessible(page)


def test_a_file_is_looked_at_mended_and_saved_on_a_phone(phone, live_server):
    sign_in(phone, live_server, make.ada())
    phone.goto("/admin/")
    fits(phone)
    phone.goto("/admin/city/department/")
    phone.get_by_role("link", name="Import…").click()
    expect(phone.get_by_label("File")).to_be_visible()
    fits(phone)
    choose(phone, "slug,name\nwater-resources,Water\nTree Crew,Tree Crew\n")
    expect(phone.get_by_text("One row has an error, so nothing can be saved.")).to_be_visible()
    expect(phone.get_by_text("“Tree Crew” must be small letters")).to_be_visible()
    fits(phone)
    choose(phone, "slug,name\nwater-resources,Water\ntree-crew,Tree Crew\n")
    expect(phone.get_by_role("heading", name="New (1)")).to_be_visible()
    fits(phone)
    phone.get_by_role("button", name="Save 2 rows").click()
    expect(phone.get_by_text("2 rows saved.")).to_be_visible()
    assert make.water().name == "Water"
