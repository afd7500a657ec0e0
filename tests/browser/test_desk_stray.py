"""Tests that no key acts on a request that is not on the screen, also with a slow network."""

import re

import pytest
from playwright.sync_api import expect

from requests_app.models import Event, ServiceRequest
from requests_app.status import Verb
from tests.browser.test_desk import opened, place

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = "broadway & 5th"
RESTED = """() => new Promise((go) => setTimeout(go, 700))"""  # waits until keys act again


PANEL = re.compile(r"/desk/SM-[^/]*/\?")


@pytest.fixture
def late(omar):
    """Hold back the requests for panels, and return the list of their Playwright routes.

    A test releases each route.
    """
    held = []

    def hold(route):
        held.append(route)

    omar.route(PANEL, hold)
    return held


def leave(page, late, key="j"):
    """Select the next request, and wait until its panel was requested."""
    with page.expect_request(PANEL):
        page.keyboard.press(key)
    expect(page.locator("#panel")).to_have_attribute("aria-busy", "true")


def let_come(page, late):
    for route in late:
        route.continue_()
    expect(page.locator("#panel")).to_have_attribute("aria-busy", "false")


def goes_on_typing(page, late, rest):
    """Type letters while the panel arrives, and the rest of the word right after it."""
    panel = page.locator("#panel")
    for route in late:
        route.continue_()
    for _letter in range(2_000):
        if panel.get_attribute("aria-busy") == "false":
            return page.keyboard.type(rest)
        page.keyboard.type("w")
    raise AssertionError("the panel never came")


def acts():
    """Return the events of all requests, except their reports."""
    return list(Event.objects.exclude(verb=Verb.FILE).values_list("verb", flat=True))


def nothing_is_open(page):
    expect(page.locator("#panel details[open]")).to_have_count(0)
    expect(page.locator("[data-desk].is-selecting")).to_have_count(0)
    expect(page.locator("dialog[open]")).to_have_count(0)


def offered_keys(page):
    return page.evaluate(
        "[...new Set([...document.querySelectorAll('[data-key]')].map((one) => one.dataset.key))]"
    )


def test_a_word_for_a_field_that_is_not_there_yet_goes_nowhere(omar, three, late):
    opened(omar)
    leave(omar, late)
    omar.keyboard.press("l")
    omar.keyboard.type(TYPED[:5])
    goes_on_typing(omar, late, TYPED[5:])
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")
    nothing_is_open(omar)
    assert acts() == []


def test_a_word_in_a_field_that_the_next_request_takes_away_goes_nowhere(omar, three, late):
    opened(omar)
    line = omar.locator("#q-list .queue-item").nth(1)
    with omar.expect_request(PANEL):
        line.dispatch_event("click")
    omar.locator("#note").focus()
    omar.keyboard.type(TYPED[:5])
    goes_on_typing(omar, late, TYPED[5:])
    expect(omar.locator(".fact-grid dd").first).to_have_text("Second St")
    nothing_is_open(omar)
    assert acts() == []


def test_no_key_of_the_desk_acts_while_the_next_request_comes(omar, three, late):
    opened(omar)
    keys = offered_keys(omar)
    assert {"l", "n", "Enter"} <= set(keys)
    leave(omar, late)
    for key in keys:
        omar.keyboard.press(key)
    let_come(omar, late)
    expect(place(omar)).to_have_text("Second St")
    nothing_is_open(omar)
    assert acts() == []


def test_after_a_rest_a_letter_is_a_command_for_what_is_seen(omar, three, late):
    opened(omar)
    leave(omar, late)
    omar.keyboard.press("l")
    let_come(omar, late)
    expect(place(omar)).to_have_text("Second St")
    omar.evaluate(RESTED)
    omar.keyboard.press("l")
    omar.keyboard.type(TYPED)
    field = omar.locator("#panel details[open] input:focus")
    assert TYPED in field.input_value()


def test_moving_on_at_once_needs_no_rest(omar, three):
    opened(omar)
    omar.keyboard.press("j")
    expect(place(omar)).to_have_text("Second St")
    omar.keyboard.press("j")
    expect(place(omar)).to_have_text("Third St")


def test_a_filter_that_hides_the_open_request_brings_one_that_it_shows(omar, three):
    ServiceRequest.objects.filter(pk=three[2].pk).update(priority="urgent")
    opened(omar, f"/desk/{three[0].reference}/")
    omar.locator("#note").fill("Half a note.")
    omar.locator(".chip", has_text="Urgent").click()
    expect(omar.locator("#q-list li")).to_have_count(1)
    expect(place(omar)).to_have_text("Third St")
    expect(omar.locator("#q-list [aria-current]")).to_contain_text("Third St")
    expect(omar.locator("#panel :focus")).to_have_count(0)
    expect(omar.locator("[data-draft-note]")).to_contain_text(three[0].reference)
    omar.keyboard.press("n")
    omar.keyboard.type("x")
    expect(omar.locator("#note")).to_have_value("x")


def test_where_a_filter_shows_nothing_no_request_is_open(omar, three):
    opened(omar)
    omar.locator(".chip", has_text="Urgent").click()
    expect(omar.get_by_role("heading", name="No requests match these filters")).to_be_visible()
    omar.keyboard.press("Enter")
    assert acts() == []
