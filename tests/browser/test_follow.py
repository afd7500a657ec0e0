"""Tests for following a request on a phone, from "Is it one of these?" to the email updates."""

import re

import pytest
from playwright.sync_api import expect

from notifications import delivery
from notifications.models import Delivery
from requests_app.models import FollowerAddress, ServiceRequest
from requests_app.workflow import outbox
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.keyboard import press
from tests.visitors import address

pytestmark = pytest.mark.django_db(transaction=True)


def _to_the_place(page):
    page.goto("/report/?category=pothole")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/where/")


def _to_the_question(page):
    page.get_by_role("button", name="Use this spot").click()
    expect(page.get_by_role("heading", name="Is it one of these?")).to_be_visible()


def test_who_finds_their_problem_reported_follows_it_and_confirms_an_address(phone, mailoutbox):
    row = make.filed(location_text="Across the street")
    _to_the_place(phone)
    phone.get_by_role("button", name="Use my location").click()
    expect(phone.locator("[data-latitude]")).to_have_value(re.compile("^34[.]01"))
    _to_the_question(phone)
    assert_accessible(phone)
    no_sideways_scroll(phone)
    phone.reload()
    phone.get_by_role("button", name="It's this one").click()
    expect(phone.get_by_text("You follow it on this device.")).to_be_visible()
    assert_accessible(phone)
    phone.get_by_label("Email").fill("bob@example.org")
    phone.get_by_role("button", name="Send the confirmation email").click()
    expect(phone.get_by_text("Check your email.")).to_be_visible()
    delivery.send_delivery(Delivery.objects.get(kind="following").pk)
    link = next(line for line in mailoutbox[0].body.splitlines() if "/following/" in line)
    phone.goto(link.replace("http://testserver", ""))
    assert_accessible(phone)
    phone.get_by_role("button", name="Yes, send me updates").click()
    expect(phone.get_by_role("button", name="Stop following")).to_be_visible()
    expect(phone.get_by_text("We email updates to bob@example.org.")).to_be_visible()
    assert_accessible(phone)
    assert FollowerAddress.objects.get().confirmed_at
    make.route(row)
    outbox.deliver_all_pending_events()
    assert Delivery.objects.filter(kind="routed", recipient="bob@example.org").exists()
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_button_that_follows_keeps_the_focus_and_its_answer_is_said(page_at, has_scripts):
    page = page_at(390, 844, java_script_enabled=has_scripts)
    page.goto(address(make.filed()))
    follow = page.get_by_role("button", name="Follow on this device")
    stop = page.get_by_role("button", name="Stop following")
    said = page.get_by_role("status").filter(has_text="following").or_(page.locator("#follow-said"))
    press(page, follow)
    for button, words in [
        (stop, "You follow this request."),
        (follow, "You stopped following this request."),
        (stop, "You follow this request."),
    ]:
        expect(button).to_be_focused()
        expect(button).to_be_in_viewport()
        expect(button).to_have_accessible_description(words)
        expect(said).to_have_text(words)
        if has_scripts:
            assert_accessible(page)
        page.keyboard.press("Enter")
    expect(follow).to_be_focused()
