"""Tests for entering a phone call by keyboard or mouse, without losing typed text."""

import pytest
from playwright.sync_api import expect

from requests_app.models import Channel, ServiceRequest
from requests_app.status import Outcome, Status
from requests_app.workflow import outbox
from routing.models import RoutingRule
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

CORNER = "Wilshire Blvd & 14th St"


def opened(page, address="/desk/intake/"):
    page.goto(address)
    page.locator("[data-intake][data-ready]").wait_for()
    return page


def has_focus(page, selector):
    expect(page.locator(selector)).to_be_focused()


def say_where(page, words="wilshire and 14"):
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    has_focus(page, "#what")


def say_what(page, words="pothole"):
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    has_focus(page, "#answer-place-state-highway")


def test_a_call_from_the_desk_to_the_reference_by_keyboard_alone(omar):
    """The keys are pressed without waiting for the page, as experienced agents do."""
    made = make.filed()
    omar.goto("/desk/")
    omar.locator("[data-desk][data-ready]").wait_for()
    omar.keyboard.press("c")
    omar.locator("[data-intake][data-ready]").wait_for()
    has_focus(omar, "#place")
    say_where(omar)
    expect(omar.locator("#place")).to_have_value(CORNER)
    expect(omar.locator(".around__said")).to_contain_text("Wilshire Blvd and 14th St, in ")
    expect(omar.locator("[data-intake-map].is-placed.is-live")).to_be_visible()
    say_what(omar)
    expect(omar.locator("#what")).to_have_value("Pothole")
    expect(omar.locator("#same-head")).to_have_text("No open request like this nearby")
    omar.keyboard.press("2")
    has_focus(omar, "[name=answer-size] >> nth=0")
    omar.keyboard.press("1")
    has_focus(omar, "#id_description")
    omar.keyboard.type("Deep, by the north curb.")
    omar.keyboard.press("Tab")
    omar.keyboard.type("In front of the bakery")
    for words in ["Carla", "310 555 0142", "carla@example.org"]:
        omar.keyboard.press("Enter")
        omar.keyboard.type(words)
    omar.keyboard.press("Control+Enter")
    omar.locator("[data-taken]").wait_for()
    row = ServiceRequest.objects.exclude(pk=made.pk).get()
    expect(omar.locator("#reference")).to_have_text(row.reference)
    assert (row.channel, row.location_text, row.contact.name) == (Channel.PHONE, CORNER, "Carla")
    assert sorted(row.answers.values_list("question__code", flat=True)) == ["place", "size"]
    assert_accessible(omar)
    omar.keyboard.press("c")
    omar.locator("[data-intake][data-ready]").wait_for()
    expect(omar.locator("#place")).to_have_value("")


def test_a_key_before_the_answer_counts_once_it_is_there(omar):
    opened(omar)
    omar.route("**/places/*", lambda route: (omar.wait_for_timeout(300), route.continue_()))
    omar.keyboard.type("wilshire and 14")
    omar.keyboard.press("Tab")
    has_focus(omar, "#what")
    expect(omar.locator("#place")).to_have_value(CORNER)


def test_an_arrow_before_the_answer_moves_among_the_options_that_come(omar):
    opened(omar)
    omar.keyboard.type("wilsh")
    expect(omar.locator("#place-2")).to_be_visible()
    omar.locator("#place-1").evaluate("option => option.dataset.old = ''")
    omar.keyboard.type("ire")
    omar.keyboard.press("ArrowDown")
    expect(omar.locator("[data-old]")).to_have_count(0)
    expect(omar.locator("#place-2")).to_have_attribute("aria-selected", "true")


def test_the_options_are_walked_left_and_said_to_be_none(omar):
    opened(omar)
    omar.keyboard.type("wilshire")
    expect(omar.locator("#place-1")).to_have_attribute("aria-selected", "true")
    expect(omar.locator("#place")).to_have_attribute("aria-activedescendant", "place-1")
    assert_accessible(omar)
    omar.keyboard.press("ArrowDown")
    expect(omar.locator("#place-2")).to_have_attribute("aria-selected", "true")
    omar.keyboard.press("ArrowUp")
    omar.keyboard.press("ArrowUp")
    expect(omar.locator("#place-list [role=option]").last).to_have_attribute(
        "aria-selected", "true"
    )
    omar.keyboard.press("Escape")
    expect(omar.locator("#place-list")).to_be_hidden()
    omar.keyboard.press("Control+a")
    omar.keyboard.type("zzqx")
    expect(omar.locator("[data-says]").first).to_contain_text("We can't find that location")


def test_an_emergency_is_said_while_the_call_goes_on_and_is_not_filed(omar):
    opened(omar)
    say_where(omar)
    omar.keyboard.type("tree down")
    omar.keyboard.press("Enter")
    question = omar.locator("#questions fieldset", has_text="wires").first
    expect(question).to_be_visible()
    question.locator("input").first.focus()
    omar.keyboard.press("1")
    expect(omar.get_by_text("the wires may be live").first).to_be_visible()
    omar.keyboard.press("Control+Enter")
    expect(omar.locator(".stopped")).to_contain_text("Tell the caller to call 911 now")
    expect(omar.locator("#place")).to_have_value(CORNER)
    assert_accessible(omar)
    omar.get_by_role("link", name="Next call").press("Enter")
    omar.locator("[data-intake][data-fresh][data-ready]").wait_for()
    expect(omar.locator("#place")).to_have_value("")
    assert ServiceRequest.objects.count() == 0


def test_another_callers_place_takes_the_room_of_what_came_back(omar):
    opened(omar)
    say_where(omar)
    opened(omar)
    expect(omar.locator("#place")).to_have_value(CORNER)
    expect(omar.get_by_role("link", name="Another caller? Start over")).to_be_visible()
    say_where(omar, "city hall")
    expect(omar.locator("#place")).to_have_value("City Hall")
    expect(omar.locator(".around__said")).to_contain_text("City Hall")


def test_what_is_typed_outlives_a_reload_and_a_refusal(omar):
    opened(omar)
    say_where(omar)
    say_what(omar)
    omar.keyboard.press("2")
    omar.keyboard.press("Enter")
    omar.keyboard.type("Deep.")
    omar.reload()
    expect(omar.get_by_text("What you had typed is back.")).to_be_visible()
    expect(omar.locator("#place")).to_have_value(CORNER)
    expect(omar.locator(".around__said")).to_contain_text("Wilshire")
    expect(omar.locator("[name=answer-place]:checked")).to_have_count(1)
    expect(omar.locator("#id_description")).to_have_value("Deep.")
    omar.keyboard.press("Control+Enter")
    expect(omar.locator(".error-summary")).to_contain_text("Please answer: How big is it?")
    expect(omar.locator(".error-summary")).to_be_focused()
    expect(omar.locator("#id_description")).to_have_value("Deep.")
    assert_accessible(omar)
    omar.on("dialog", lambda dialog: dialog.accept())
    omar.get_by_role("link", name="Start over").press("Enter")
    omar.locator("[data-intake][data-fresh][data-ready]").wait_for()
    expect(omar.locator("#place")).to_have_value("")


def test_the_caller_is_added_to_the_request_that_is_open_already(omar):
    original = make.filed(description="The old hole.", location_text="City Hall")
    opened(omar)
    say_where(omar, "city hall")
    say_what(omar)
    expect(omar.locator("#same-head")).to_contain_text("Is it this one?")
    assert_accessible(omar)
    omar.keyboard.press("Shift+Tab")
    has_focus(omar, "[name=same]")
    omar.keyboard.press("Enter")
    expect(omar.get_by_role("heading", name="Added to the open request")).to_be_visible()
    expect(omar.locator("#reference")).to_have_text(original.reference)
    assert ServiceRequest.objects.get(outcome=Outcome.DUPLICATE).status == Status.CLOSED


def test_the_pin_is_moved_by_mouse_and_the_place_gets_its_words(omar):
    opened(omar)
    say_where(omar)
    expect(omar.locator("[data-intake-map].is-live")).to_be_visible()
    press_the_map(omar)
    expect(omar.locator("#place")).not_to_have_value(CORNER)
    expect(omar.locator("#place")).not_to_have_value("")
    words = omar.locator("#place").input_value()
    expect(omar.locator("[name=known_place]")).to_have_value(words)


def test_a_house_number_stays_while_the_pin_is_put_on_its_street(omar):
    make.no_addresses()
    opened(omar)
    say_where(omar, "1432 olympic blvd")
    expect(omar.get_by_text("That's the middle of a whole street.")).to_be_visible()
    point = omar.locator("[name=latitude]").input_value()
    expect(omar.locator("[data-intake-map].is-live")).to_be_visible()
    press_the_map(omar)
    expect(omar.locator("[name=latitude]")).not_to_have_value(point)
    expect(omar.get_by_text("That's the middle of a whole street.")).to_be_hidden()
    expect(omar.locator("#place")).to_have_value("1432 Olympic Blvd")


def press_the_map(page):
    box = page.locator("[data-map-canvas]").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.3)


def test_a_session_that_ended_and_a_dead_network_are_said_and_typing_goes_on(omar, page_problems):
    opened(omar)
    cookies = omar.context.cookies()
    omar.context.clear_cookies()
    omar.keyboard.type(CORNER)
    expect(omar.locator("[data-trouble]")).to_contain_text("You're signed out.")
    omar.context.add_cookies(cookies)
    omar.context.set_offline(True)
    omar.keyboard.press("Enter")
    has_focus(omar, "#what")
    omar.keyboard.type("pothole")
    expect(omar.locator("[data-trouble]")).to_contain_text("No connection.")
    omar.context.set_offline(False)
    page_problems.clear()  # the request that failed while offline
    omar.keyboard.press("Control+Enter")
    expect(omar.locator(".error-summary")).to_contain_text("Please answer: How big is it?")
    expect(omar.locator("#place")).to_have_value(CORNER)
    expect(omar.locator("#what")).to_have_value("Pothole")


def test_the_form_fits_a_phone_and_a_small_window(page_at, live_server):
    row = make.filed()
    page = sign_in(page_at(320, 844, locale="en-US"), live_server, make.omar())
    opened(page)
    page.locator("#place").press_sequentially("city hall")
    page.locator("#place-1").click()
    page.locator("#what").press_sequentially("pothole")
    page.locator("#what-1").click()
    expect(page.locator("#questions fieldset").first).to_be_visible()
    assert_accessible(page)
    fits_every_width(page)
    page.goto(f"/desk/intake/{row.reference}/")
    assert_accessible(page)
    fits_every_width(page)


def fits_every_width(page):
    for width in (320, 390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 844})
        no_sideways_scroll(page)


def test_enter_does_not_choose_a_landmark_for_a_house_number(omar):
    """The agent must choose it with an arrow key, which answers the question in the list."""
    opened(omar)
    omar.keyboard.type("2600 clover park")
    options = omar.locator("#place-list [role=option]")
    expect(options.first).to_contain_text("This isn't number 2600.")
    expect(options.first).to_have_attribute("aria-selected", "false")
    omar.keyboard.press("Enter")
    expect(omar.locator("[name=latitude]")).to_have_value("")
    omar.locator("#place").focus()
    omar.keyboard.press("ArrowDown")
    omar.keyboard.press("ArrowDown")
    omar.keyboard.press("Enter")
    expect(omar.locator("#place")).to_have_value("Clover Park")


def test_the_address_of_a_neighbor_city_names_its_number_at_once(omar):
    opened(omar)
    omar.keyboard.type("149 Main St, Los Angeles")
    says = omar.locator(".combo [data-says]").first
    expect(says).to_contain_text("Call Los Angeles at 3-1-1 or 213-473-3231.")


def test_after_the_call_r_routes_the_request(omar):
    RoutingRule.objects.all().delete()
    row = make.filed(by=make.omar(), channel=Channel.PHONE)
    outbox.deliver_all_pending_events()
    omar.goto(f"/desk/intake/{row.reference}/")
    omar.locator("h1:focus").wait_for()
    assert_accessible(omar)
    omar.keyboard.press("r")
    expect(omar.locator("[data-toast]")).to_contain_text("routed to")
    row.refresh_from_db()
    assert (row.status, row.department) == (Status.ROUTED, row.category.department)
