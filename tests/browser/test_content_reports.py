"""Tests for reporting a photo without JavaScript, and for the report in the agent's panel."""

import re

import pytest
from playwright.sync_api import expect

from requests_app.photos import uploading
from requests_app.status import Verb
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.browser.test_desk import opened
from tests.visitors import address, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def filed():
    photo = make.photo(device=make.ana())
    uploading.make_sizes(photo.pk)
    return make.filed(photos=[photo], description="The blue house next to it, Sam's.")


def test_a_reader_reports_a_photo_and_an_agent_finds_nothing_wrong(phone, desk, live_server):
    row = filed()
    phone.goto(address(row))
    phone.get_by_role("link", name="Report something wrong with a photo or text").tap()
    phone.get_by_role("button", name="Send the report").tap()
    expect(phone.get_by_role("alert")).to_contain_text("Choose the photo or text.")
    assert_accessible(phone)
    no_sideways_scroll(phone)
    phone.get_by_text(re.compile("^Photo, ")).tap()
    phone.get_by_text("It shows personal information").tap()
    phone.get_by_label("Anything else we should know?").fill("My plate can be read.")
    phone.get_by_role("button", name="Send the report").tap()
    expect(phone.get_by_role("heading", name="Thanks for telling us")).to_be_visible()
    assert_accessible(phone)
    omar = sign_in(desk, live_server, make.omar())
    opened(omar, f"/desk/{row.reference}/")
    said = omar.locator(".wrote").filter(has_text="A reader reported")
    expect(said).to_contain_text("My plate can be read.")
    assert_accessible(omar)
    said.get_by_role("button", name="Nothing wrong").click()
    expect(said).to_have_count(0)
    expect(omar.locator("[data-toast]")).to_contain_text("nothing is wrong")
    assert row.events.last().verb == Verb.DISMISS_REPORTS
