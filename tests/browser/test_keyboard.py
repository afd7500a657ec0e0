"""Tests for the residents' pages by keyboard only, on a small screen with docked bars."""

import re

import pytest
from playwright.sync_api import expect

from requests_app.models import ServiceRequest
from requests_app.status import Outcome, Status
from tests import make
from tests.barriers import assert_accessible
from tests.keyboard import go_to, here, press, say, walk
from tests.visitors import address, carry_device

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(page_at, live_server):
    page = page_at(390, 844, timezone_id="America/Los_Angeles", locale="en-US")
    return carry_device(page, live_server)


def link(page, name):
    return page.get_by_role("link", name=name, exact=True)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_a_report_goes_from_home_to_the_city_without_a_mouse(page):
    page.goto("/")
    press(page, link(page, "Report a problem"))
    expect(page.get_by_role("heading", name="What is it?")).to_be_visible()
    say(page, page.get_by_label("Say it in your own words"), "graffiti on a wall")
    expect(page.locator("[data-says-of]")).to_have_text(re.compile("match"))
    press(page, page.locator("#choices [value=graffiti-public]"), "Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/where/")
    say(page, page.get_by_label("Address, corner"), "santa monica pier")
    expect(page.locator("[data-place-says]")).to_contain_text("Press the down arrow")
    press(page, page.locator("#places").get_by_role("button").first)
    expect(button(page, "Use this spot")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/")
    say(page, page.get_by_label("Email"), "ana@")
    press(page, button(page, "Continue"))
    expect(page.locator(".error-summary")).to_be_focused()
    assert here(page)["isSeen"]
    email = page.get_by_label("Email")
    press(page, page.locator(".error-summary").get_by_role("link").last)
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description(re.compile("example[.]org"))
    assert here(page)["isSeen"]
    page.keyboard.press("Control+A")
    page.keyboard.type("ana@example.org")
    first = page.get_by_role("radio", name="No", exact=True).first
    go_to(page, first, "Shift+Tab")
    page.keyboard.press("Space")
    press(page, button(page, "Continue"))
    page.wait_for_url(re.compile("/(check|same)/"))
    press(page, button(page, "Send to the city"))
    page.wait_for_url("**/sent/")
    press(page, link(page, "See your request"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Graffiti")
    assert ServiceRequest.objects.get().location_text == "Santa Monica Pier"


def test_enter_in_the_search_searches_and_does_not_go_on(page):
    page.goto("/report/")
    say(page, page.get_by_label("Say it in your own words"), "graffiti on a wall")
    page.keyboard.press("Enter")
    page.wait_for_url("**/what/?q=graffiti**")


def test_a_live_page_is_answered_without_a_mouse_and_nothing_is_covered(page):
    row = make.service_request(Status.COMPLETED)
    page.goto(address(row))
    walk(page)
    page.goto(address(row))
    press(page, link(page, "No"))
    page.wait_for_url("**/dispute/")
    press(page, button(page, "Send it back"))
    expect(page.locator(".error-summary")).to_be_focused()
    press(page, page.get_by_role("radio").first, "Space")
    page.keyboard.press("ArrowDown")
    say(page, page.get_by_label("In your own words"), "It is still there.")
    press(page, button(page, "Send it back"))
    page.wait_for_url(f"**{address(row)}")
    say(page, page.get_by_label("Your comment"), "The other lane too.")
    press(page, button(page, "Send the comment"))
    expect(page.locator(".timeline")).to_contain_text("The other lane too.")
    page.goto("/requests/?view=map")
    expect(page.locator("[data-drawing]")).to_be_hidden()  # the live map has replaced it
    walk(page)


def test_looking_up_confirming_following_answering_and_taking_back_need_no_mouse(page):
    done = make.service_request(Status.COMPLETED)
    page.goto("/")
    say(page, page.locator("[name=reference]:visible"), done.reference)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address(done)}")
    press(page, page.locator("a[href$='/confirmation/']:visible").first)
    page.wait_for_url("**/confirmation/")
    press(page, page.get_by_role("radio").first, "Space")
    press(page, button(page, "Yes, it's fixed. Close it"))
    page.wait_for_url(f"**{address(done)}")
    done.refresh_from_db()
    assert done.outcome == Outcome.CONFIRMED
    page.goto(address(make.filed(by=make.bob()), "following"))
    say(page, page.get_by_label("Email"), "ana@example.org")
    press(page, button(page, "Send the confirmation email"))
    page.wait_for_url("**/following/?asked=1")
    expect(page.get_by_text("Check your email.")).to_be_visible()
    asked = make.service_request(Status.AWAITING_RESIDENT)
    page.goto(address(asked))
    press(page, page.locator("a[href$='/answer/']:visible").first)
    page.wait_for_url("**/answer/")
    say(page, page.locator("textarea[name=words]"), "At the corner.")
    press(page, page.locator("main form button.usa-button--big"))
    page.wait_for_url(f"**{address(asked)}")
    press(page, page.locator("#withdraw"))
    page.wait_for_url("**/withdrawal/")
    press(page, page.locator("main form button.button--bad"))
    page.wait_for_url(f"**{address(asked)}")
    asked.refresh_from_db()
    assert asked.outcome == Outcome.WITHDRAWN


def test_menu_of_a_phone_opens_by_keyboard_and_gives_the_focus_back(page):
    page.goto("/")
    menu = button(page, "Menu")
    press(page, menu)
    assert_accessible(page)
    page.keyboard.press("Tab")
    expect(page.locator("#main-menu a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#main-menu")).to_be_hidden()
    expect(menu).to_be_focused()
