"""Tests for an agent's work at the desk by keyboard: one key routes and shows the next request."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lib import clock
from requests_app import workflow
from requests_app.photos import uploading
from requests_app.status import Outcome, Status
from requests_app.workflow import outbox
from tests import make
from tests.barriers import assert_accessible
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def opened(page, address="/desk/"):
    page.goto(address)
    page.locator("[data-ready]").wait_for()


def place(page):
    """Return the locator of the shown request's place, valid once the panel accepts keys."""
    return page.locator("#panel:not([aria-busy=true]) .fact-grid dd").first


def trigger_polls(page):
    """Trigger all polls of the page now, as when its tab becomes visible again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def status_of(row):
    row.refresh_from_db()
    return row.status


def test_enter_routes_and_the_next_request_is_there(omar, three):
    opened(omar)
    expect(place(omar)).to_have_text("First St")
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")
    expect(omar.locator("[data-toast]")).to_contain_text(", First St: routed to Street Services.")
    expect(omar.locator(".queue-item[aria-current]")).to_contain_text("Second St")
    expect(omar.locator(".queue-item.is-taken")).to_contain_text("Routed · Omar")
    expect(omar).to_have_url(f"{omar.url.split('/desk/')[0]}/desk/{three[1].reference}/?tab=new")
    assert status_of(three[0]) == Status.ROUTED
    omar.wait_for_timeout(350)
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Third St")


# Presses Enter as soon as the panel arrives, even if the machine is busy.
ENTER_AS_IT_COMES = """() => document.addEventListener("htmx:finally:request", ({ detail }) => {
    const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
    if (detail.ctx.target?.id === "panel") document.activeElement.dispatchEvent(enter);
})"""


def test_a_key_is_for_the_request_that_is_seen(omar, three):
    """A double press, or a press while the next request loads, routes no unread request."""
    opened(omar)
    omar.evaluate(ENTER_AS_IT_COMES)
    omar.keyboard.press("j")
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")
    assert [status_of(row) for row in three] == [Status.FILED] * 3


def test_z_takes_it_back(omar, three):
    opened(omar)
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")
    omar.keyboard.press("z")
    expect(place(omar)).to_have_text("First St")
    expect(omar.locator(".timeline")).to_contain_text("undid that")
    assert status_of(three[0]) == Status.FILED


def test_the_queue_is_walked_by_keys_and_what_is_taken_is_passed_over(omar, three):
    opened(omar)
    omar.keyboard.press("j")
    expect(place(omar)).to_have_text("Second St")
    omar.wait_for_timeout(350)
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Third St")
    expect(omar.locator(".queue-item.is-taken")).to_have_count(1)
    omar.keyboard.press("k")
    expect(place(omar)).to_have_text("First St")


def test_keys_are_letters_while_typing(omar, three):
    opened(omar)
    omar.keyboard.press("n")
    omar.keyboard.type("jazz dads ask")
    expect(omar.locator("#note")).to_have_value("jazz dads ask")
    expect(place(omar)).to_have_text("First St")
    omar.keyboard.press("Escape")
    omar.keyboard.press("r")
    expect(omar.locator("#reply")).to_be_focused()
    omar.keyboard.type("a, s, d and x are letters here.")
    expect(omar.locator("#reply")).to_have_value("a, s, d and x are letters here.")
    omar.keyboard.press("Escape")
    omar.keyboard.press("/")
    expect(omar.get_by_label("Search requests")).to_be_focused()


def test_over_an_open_form_no_key_carries_anything_out(omar, three):
    opened(omar)
    omar.keyboard.press("w")
    omar.keyboard.press("1")
    expect(omar.locator("#pop-declination")).to_have_attribute("open", "")
    assert status_of(three[0]) == Status.FILED


def test_what_was_typed_waits_for_the_agent_to_come_back(omar, three):
    opened(omar)
    omar.fill("#note", "The owner was called.")
    omar.keyboard.press("Escape")
    omar.keyboard.press("j")
    expect(place(omar)).to_have_text("Second St")
    expect(omar.locator("#note")).to_have_value("")
    omar.keyboard.press("k")
    expect(place(omar)).to_have_text("First St")
    expect(omar.locator("#note")).to_have_value("The owner was called.")
    omar.get_by_role("button", name="Save note").click()
    expect(omar.locator(".is-internal")).to_contain_text("The owner was called.")
    expect(omar.locator("#note")).to_have_value("")


def test_a_note_that_was_not_sent_blocks_nothing_and_is_kept_in_the_tab(omar, three):
    opened(omar)
    omar.fill("#note", "The owner was called.")
    omar.keyboard.press("Escape")
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")
    assert status_of(three[0]) == Status.ROUTED
    notice = omar.locator("[data-draft-note]")
    expect(notice).to_contain_text(f"What you wrote at {three[0].reference} is kept in this tab.")
    expect(omar.locator(".queue-item", has_text="First St")).to_contain_text("unsent text")
    notice.get_by_role("link", name="Open that request").click()
    expect(place(omar)).to_have_text("First St")
    expect(omar.locator("#note")).to_have_value("The owner was called.")
    expect(notice).to_be_hidden()


def test_what_was_typed_survives_a_reload_and_leaves_with_another_agent(omar, three, live_server):
    opened(omar)
    omar.fill("#note", "The owner was called.")
    omar.reload()
    omar.locator("[data-ready]").wait_for()
    expect(omar.locator("#note")).to_have_value("The owner was called.")
    sign_in(omar, live_server, make.user("lena", is_agent=True))
    opened(omar)
    expect(omar.locator("#note")).to_have_value("")


def test_declining_offers_the_words_of_the_reason_to_be_changed(omar, three):
    opened(omar)
    omar.keyboard.press("w")
    reason = omar.locator("#pop-declination [type=radio]").first
    expect(reason).to_be_focused()
    omar.keyboard.press("Space")
    words = omar.get_by_label("What the resident will read")
    expect(words).to_have_value(reason.get_attribute("data-words"))
    words.fill("Please call your landlord.")
    omar.get_by_label("No funding this year").check()
    expect(words).to_have_value("Please call your landlord.")
    omar.get_by_role("button", name="Decline it").click()
    expect(place(omar)).to_have_text("Second St")
    three[0].refresh_from_db()
    assert three[0].outcome == Outcome.DECLINED
    assert three[0].events.last().words.body == "Please call your landlord."


def test_a_moved_request_is_routed_again_with_a_reason_by_keys(omar):
    row = make.service_request(Status.ROUTED, location_text="Back again")
    make.handed_back(row)
    outbox.deliver_all_pending_events()
    opened(omar)
    omar.keyboard.press("1")
    expect(omar.locator("#pop-routing [type=radio]").first).to_be_focused()
    expect(omar.locator("#route-to")).not_to_have_value("")
    omar.keyboard.press("Space")
    omar.get_by_role("button", name="Route it").click()
    expect(omar.get_by_role("heading", name="Nothing left in this queue")).to_be_visible()
    assert status_of(row) == Status.ROUTED


def test_a_new_request_is_offered_and_moves_nothing(omar, three):
    opened(omar)
    top = omar.locator("#q-list li").first.evaluate("one => one.id")
    make.filed(by=make.bob(), location_text="Fourth St")
    outbox.deliver_all_pending_events()
    offer = omar.get_by_role("link", name="1 new request. Show it")
    trigger_polls(omar)
    expect(offer).to_be_visible()
    expect(omar.locator("#q-list li")).to_have_count(3)
    assert omar.locator("#q-list li").first.evaluate("one => one.id") == top
    omar.locator("#note").fill("half a thought")
    offer.click()
    expect(omar.locator("#q-list li")).to_have_count(4)
    expect(omar.locator("#note")).to_have_value("half a thought")
    expect(omar.locator(".queue-item[aria-current]")).to_contain_text("First St")


def test_news_leaves_the_list_where_the_agent_scrolled_it(omar):
    for number in range(20):
        make.filed(location_text=f"{number} Main St", by=make.device(str(number)))
    opened(omar)
    listed = omar.locator("#q-list")
    scrolled = listed.evaluate("list => { list.scrollTop = 999; return list.scrollTop; }")
    assert scrolled > 20
    make.filed()
    outbox.deliver_all_pending_events()
    trigger_polls(omar)
    expect(omar.locator("[data-show-new]")).to_be_visible()
    assert listed.evaluate("list => list.scrollTop") >= scrolled


def test_another_agents_act_is_told_and_what_was_typed_stays(omar, three):
    opened(omar)
    omar.keyboard.press("a")
    omar.keyboard.type("Which side of the street?")
    make.act(workflow.route, three[0], make.user("olga", is_agent=True), to=make.water())
    trigger_polls(omar)
    expect(omar.locator("#r-told")).to_contain_text("Olga sent it")
    expect(omar.locator("#question")).to_have_value("Which side of the street?")
    omar.get_by_role("button", name="Ask the question").click()
    expect(omar.locator("#r-told .notice--bad")).to_contain_text("Olga sent it to Water Resources.")
    expect(omar.locator("#question")).to_have_value("Which side of the street?")


def test_a_session_that_ends_leaves_the_page_as_it_is(omar, three):
    opened(omar)
    omar.locator("#note").fill("half a thought")
    omar.context.clear_cookies()
    trigger_polls(omar)
    expect(omar.get_by_text("You're signed out, so this page")).to_be_visible()
    expect(omar.locator("#note")).to_have_value("half a thought")


def test_the_desk_says_when_it_cannot_reach_the_city(omar, three, page_problems):
    opened(omar)
    omar.context.set_offline(True)
    expect(omar.locator("[data-state]")).to_contain_text("No connection", timeout=20_000)
    omar.context.set_offline(False)
    expect(omar.locator("[data-state]")).to_have_text("Live", timeout=15_000)
    page_problems.clear()  # htmx logs an error when it cannot reach the server


def test_who_signs_in_again_goes_on_with_what_was_typed(omar, three, live_server):
    opened(omar)
    omar.fill("#note", "half a thought")
    omar.context.clear_cookies()
    omar.get_by_role("button", name="Save note").click()
    expect(omar.get_by_text("You're signed out, so this page")).to_be_visible()
    sign_in(omar, live_server, make.omar())
    trigger_polls(omar)
    expect(omar.get_by_text("You're signed out, so this page")).to_be_hidden()
    expect(omar.locator("#note")).to_have_value("half a thought")
    omar.get_by_role("button", name="Save note").click()
    expect(omar.locator(".is-internal")).to_contain_text("half a thought")


def test_who_only_wanted_to_look_is_not_told_that_something_was_perhaps_not_done(
    omar, three, page_problems
):
    opened(omar)
    place(omar).wait_for()
    omar.route("**/desk/SM-**", lambda route: route.fulfill(status=503))
    omar.keyboard.press("j")
    expect(omar.get_by_text("This can't be shown right now.")).to_be_visible()
    omar.unroute("**/desk/SM-**")
    omar.keyboard.press("j")
    expect(omar.get_by_text("This can't be shown right now.")).to_be_hidden()
    page_problems.clear()


def test_words_without_an_answer_stay_under_the_hand_and_say_so(omar, three, page_problems):
    opened(omar)
    answers = [{"status": 503}, {"status": 503, "headers": {"X-Read-Only": "1"}}]
    omar.route(
        "**/notes/**",
        lambda one: one.fulfill(**answers.pop(0)) if answers else one.continue_(),
    )
    omar.locator("#note").press_sequentially("half a ")
    omar.keyboard.press("Control+Enter")
    expect(omar.get_by_text("We didn't get a response, so this may not be saved.")).to_be_visible()
    expect(omar.locator("#note")).to_be_focused()
    omar.keyboard.type("thought")
    omar.keyboard.press("Control+Enter")
    expect(omar.get_by_text("This wasn't saved: the site is view-only right now.")).to_be_visible()
    omar.keyboard.press("Control+Enter")
    expect(omar.locator(".is-internal")).to_contain_text("half a thought")
    expect(omar.get_by_text("No answer came")).to_be_hidden()
    page_problems.clear()


def test_a_form_of_before_a_new_sign_in_comes_anew_with_its_words(omar, three):
    opened(omar)
    omar.fill("#note", "half a thought")
    jar = omar.context.cookies()
    omar.context.add_cookies(
        [one | {"value": "x" * len(one["value"])} for one in jar if one["name"] == "csrftoken"]
    )
    omar.get_by_role("button", name="Save note").click()
    expect(omar.locator("[data-draft-note]")).to_contain_text("Please send it again")
    expect(omar.locator("#note")).to_have_value("half a thought")
    omar.get_by_role("button", name="Save note").click()
    expect(omar.locator(".is-internal")).to_contain_text("half a thought")


def test_two_who_have_it_open_see_each_other(page_at, live_server, omar, three):
    lena = sign_in(page_at(1280, 800), live_server, make.user("lena", is_agent=True))
    opened(omar)
    opened(lena)
    expect(lena.locator("#r-who")).to_contain_text("Omar has this open")
    with lena.expect_response(lambda response: "doing=writing" in response.url):
        lena.fill("#note", "Let me")
    trigger_polls(omar)
    expect(omar.locator("#r-who")).to_contain_text("Lena is writing here")
    lena.keyboard.press("Escape")
    lena.keyboard.press("j")
    expect(place(lena)).to_have_text("Second St")
    trigger_polls(omar)
    expect(omar.locator("#r-who")).to_contain_text("Only you are viewing this")
    opened(lena)
    trigger_polls(omar)
    expect(omar.locator("#r-who")).to_contain_text("Lena has this open")
    lena.goto("about:blank")
    trigger_polls(omar)
    expect(omar.locator("#r-who")).to_contain_text("Only you are viewing this", timeout=20_000)


@pytest.fixture
def pictured():
    """Create a request with two photos, and a similar one nearby."""
    photos = [make.photo(device=make.ana(), color=color) for color in ("tan", "olive")]
    near = make.filed(by=make.bob(), location_text="The other side")
    with clock.freeze_time(clock.now() - timedelta(hours=1)):
        row = make.filed(location_text="First St", photos=photos)
    for photo in photos:
        uploading.make_sizes(photo.pk)
    outbox.deliver_all_pending_events()
    return row, near


def test_photos_over_the_whole_screen_by_keys(omar, pictured):
    opened(omar)
    expect(omar.locator("#panel [data-shot]")).to_have_count(2)
    omar.keyboard.press("p")
    viewer = omar.locator("[data-viewer]")
    expect(viewer).to_contain_text("Reported")
    expect(viewer).to_contain_text("from a resident")
    expect(viewer).to_contain_text("1 of 2")
    omar.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("2 of 2")
    omar.keyboard.press("+")
    expect(viewer).to_have_class(re.compile("is-near"))
    omar.keyboard.press("0")
    expect(viewer).not_to_have_class(re.compile("is-near"))
    omar.mouse.move(700, 400)
    omar.mouse.wheel(0, -300)
    expect(viewer).to_have_class(re.compile("is-near"))
    assert_accessible(omar)
    omar.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(place(omar)).to_have_text("First St")
    omar.locator("#panel [data-shot]").first.click()
    omar.keyboard.press("Escape")
    expect(omar.locator("#panel [data-shot]").first).to_be_focused()
    omar.locator("#panel [data-shot]").last.click()
    viewer.get_by_role("link", name="Black out or hide").click()
    expect(viewer).to_be_hidden()
    expect(omar.locator("#request.sight")).to_be_visible()


def test_a_duplicate_is_picked_on_the_map_and_compared_first(omar, pictured):
    row, near = pictured
    opened(omar)
    omar.keyboard.press("m")
    dialog = omar.locator("[data-around-dialog]")
    expect(dialog.locator(".is-live .leaflet-marker-icon")).to_have_count(2)
    expect(dialog.locator("[data-pick]").first).to_be_focused()
    assert_accessible(omar)
    dialog.locator(".pin--reported").click()
    expect(dialog.get_by_text("The other side")).to_be_visible()
    expect(dialog.get_by_role("button", name="Mark as duplicate")).to_be_focused()
    assert_accessible(omar)
    omar.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(omar.locator("[data-toast]")).to_contain_text(f"as a duplicate of {near.reference}")
    row.refresh_from_db()
    assert row.duplicate_of == near


def test_a_typed_original_far_away_is_shown_before_it_is_marked(omar, three):
    far = make.filed(by=make.bob(), at=(34.0395, -118.4912), location_text="12 Main St")
    opened(omar)
    omar.keyboard.press("s")
    omar.locator("#original").fill(far.reference.partition("-")[2])
    omar.keyboard.press("Enter")
    expect(omar.locator("#pop-original [role=alert]")).to_contain_text("1.9 mi away")
    expect(omar.locator("#original-look li")).to_contain_text("12 Main St")
    expect(omar.locator("#original")).to_be_focused()
    assert_accessible(omar)
    assert status_of(three[0]) == Status.FILED
    omar.keyboard.press("Enter")
    expect(omar.locator("[data-toast]")).to_contain_text(f"{far.reference} (Pothole, 12 Main St)")
    assert status_of(three[0]) == Status.CLOSED


def test_same_in_the_list_compares_first_and_a_typed_reference_is_looked_up(omar, pictured):
    row, near = pictured
    opened(omar)
    omar.locator(".request-list").get_by_role("button", name="Same").first.click()
    dialog = omar.locator("[data-around-dialog]")
    expect(dialog.get_by_text("Is it the same?")).to_be_visible()
    assert status_of(row) == Status.FILED
    dialog.get_by_label("Or enter a request number").fill("SM-7K3Q-X9F4")
    dialog.get_by_role("button", name="Compare").click()
    expect(dialog.get_by_role("alert")).to_contain_text("No other request has the number")
    omar.keyboard.press("Escape")
    omar.keyboard.press("s")
    omar.locator("#original").fill(near.reference.lower())
    expect(omar.locator("#original-look")).to_contain_text("The other side")


def test_the_pin_is_moved_on_a_map_by_a_typed_corner(omar, three):
    opened(omar)
    omar.keyboard.press("l")
    find = omar.get_by_label("Address, corner or landmark")
    expect(find).to_be_focused()
    expect(omar.locator("[data-pin] .map")).to_have_class(re.compile("is-live"))
    omar.keyboard.type("wilshire & 14th")
    expect(omar.locator("[data-pin-places] button").first).to_contain_text("14th")
    omar.keyboard.press("Enter")
    expect(omar.get_by_label("Description of the location")).to_have_value(
        "Wilshire Blvd & 14th St"
    )
    omar.locator("[data-pin] [data-map-canvas]").click(position={"x": 60, "y": 60})
    expect(omar.get_by_label("Description of the location")).not_to_have_value(
        "Wilshire Blvd & 14th St"
    )
    omar.get_by_role("button", name="Move the pin").click()
    expect(omar.locator("[data-toast]")).to_contain_text("the location was corrected")
    three[0].refresh_from_db()
    assert 34.02 < three[0].latitude < 34.04


def test_the_sheet_lists_the_keys_of_the_page_and_switches_them_off(omar, three):
    opened(omar)
    omar.keyboard.press("?")
    sheet = omar.locator("[data-key-sheet]")
    for words in ["Route to Street Services", "Search requests", "Write an internal note"]:
        expect(sheet).to_contain_text(words)
    assert_accessible(omar)
    sheet.get_by_label("Single-key shortcuts").uncheck()
    omar.keyboard.press("Escape")
    for key in ["j", "Enter", "n"]:
        omar.keyboard.press(key)
    expect(place(omar)).to_have_text("First St")
    assert status_of(three[0]) == Status.FILED
    omar.reload()
    omar.locator("[data-ready]").wait_for()
    omar.get_by_role("button", name="Shortcuts").click()
    sheet.get_by_label("Single-key shortcuts").check()
    omar.keyboard.press("Escape")
    omar.keyboard.press("j")
    expect(place(omar)).to_have_text("Second St")


def test_two_presses_of_enter_route_one_request(omar, three):
    opened(omar)
    omar.keyboard.press("Enter")
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")
    assert [status_of(row) for row in three] == [Status.ROUTED, Status.FILED, Status.FILED]


def test_of_two_tabs_the_second_is_told_what_the_first_did(omar, three):
    opened(omar)
    other = omar.context.new_page()
    opened(other, f"/desk/{three[0].reference}/")
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")
    other.fill("#note", "Is it ours?")
    other.keyboard.press("Escape")
    other.locator("#route button").first.click()
    expect(other.locator("#r-told .notice--bad")).to_contain_text(
        "Omar sent it to Street Services."
    )
    expect(other.locator("#note")).to_have_value("Is it ours?")


def test_back_shows_the_request_before(omar, three):
    opened(omar)
    omar.keyboard.press("j")
    expect(place(omar)).to_have_text("Second St")
    omar.keyboard.press("j")
    expect(place(omar)).to_have_text("Third St")
    omar.go_back()
    expect(place(omar)).to_have_text("Second St")


def test_the_desk_is_accessible_and_fits(omar, three):
    disputed = make.service_request(Status.DISPUTED)
    for row, keys in [(three[0], ["w", "."]), (disputed, [])]:
        opened(omar, f"/desk/{row.reference}/")
        is_accessible_and_fits_at_every_width(omar)
        for key in keys:
            omar.keyboard.press(key)
            is_accessible_and_fits_at_every_width(omar)


def is_accessible_and_fits_at_every_width(page):
    for width, height in [(1440, 900), (320, 640), (390, 844)]:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


def test_a_phone_shows_the_queue_and_then_the_request(page_at, live_server, three):
    page = sign_in(page_at(390, 844, has_touch=True, is_mobile=True), live_server, make.omar())
    page.goto("/desk/")
    expect(page.locator("#request")).to_be_hidden()
    page.locator(".queue-item", has_text="Second St").tap()
    expect(place(page)).to_have_text("Second St")
    expect(page.locator("#queue")).to_be_hidden()
    page.get_by_role("link", name="Queue").tap()
    expect(page.locator("#queue")).to_be_visible()
