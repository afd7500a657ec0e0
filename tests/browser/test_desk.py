"""An agent's day at the desk, by keyboard: one press routes, the next request is there."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from requests_app import outbox, workflow
from requests_app.status import Outcome, Status
from santa311.lib import clock
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(page, live_server, user):
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
    )
    return page


@pytest.fixture
def omar(desk, live_server):
    """omar's page, signed in."""
    return signed_in(desk, live_server, make.omar())


@pytest.fixture
def three():
    """Three new requests, the oldest first, each at a place of its own."""
    rows = []
    for number, place in enumerate(["First St", "Second St", "Third St"]):
        with clock.at(clock.now() - timedelta(hours=3 - number)):
            rows.append(make.filed(location_text=place, by=make.device(place)))
    outbox.deliver_all()
    return rows


def opened(page, address="/desk/"):
    page.goto(address)
    page.locator("[data-ready]").wait_for()


def place(page):
    return page.locator(".facts dd").first


def status_of(row):
    row.refresh_from_db()
    return row.status


def test_enter_routes_and_the_next_request_is_there(omar, three):
    opened(omar)
    expect(place(omar)).to_have_text("First St")
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")
    expect(omar.locator("[data-toast]")).to_contain_text("at First St went to Street Services.")
    expect(omar.locator(".qi[aria-current]")).to_contain_text("Second St")
    expect(omar.locator(".qi.is-taken")).to_contain_text("Routed · Omar")
    expect(omar).to_have_url(f"{omar.url.split('/desk/')[0]}/desk/{three[1].reference}/?tab=new")
    assert status_of(three[0]) == Status.ROUTED
    omar.wait_for_timeout(350)
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Third St")


def test_a_key_is_for_the_request_that_is_seen(omar, three):
    """Neither a double press nor one while the next is on its way routes what was not read."""
    opened(omar)
    omar.keyboard.press("j")
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")
    omar.keyboard.press("Enter")
    assert [status_of(row) for row in three] == [Status.FILED] * 3


def test_z_takes_it_back(omar, three):
    opened(omar)
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")
    omar.keyboard.press("z")
    expect(place(omar)).to_have_text("First St")
    expect(omar.locator(".timeline")).to_contain_text("took that back")
    assert status_of(three[0]) == Status.FILED


def test_the_queue_is_walked_by_keys_and_what_is_taken_is_passed_over(omar, three):
    opened(omar)
    omar.keyboard.press("j")
    expect(place(omar)).to_have_text("Second St")
    omar.wait_for_timeout(350)
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Third St")
    expect(omar.locator(".qi.is-taken")).to_have_count(1)
    omar.keyboard.press("k")
    expect(place(omar)).to_have_text("First St")


def test_keys_are_letters_while_typing(omar, three):
    opened(omar)
    omar.keyboard.press("n")
    omar.keyboard.type("jazz dads ask")
    expect(omar.locator("#note")).to_have_value("jazz dads ask")
    expect(place(omar)).to_have_text("First St")
    omar.keyboard.press("Escape")
    omar.keyboard.press("/")
    expect(omar.get_by_label("Search requests")).to_be_focused()


def test_a_public_reply_is_written_where_it_opens(omar, three):
    opened(omar)
    omar.keyboard.press(".")
    omar.keyboard.press("Enter")
    expect(omar.locator("#reply")).to_be_focused()
    omar.keyboard.type("a, s, d and x are letters here.")
    expect(omar.locator("#reply")).to_have_value("a, s, d and x are letters here.")


def test_over_an_open_form_no_key_carries_anything_out(omar, three):
    opened(omar)
    omar.keyboard.press("x")
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
    omar.get_by_role("button", name="Keep the note").click()
    expect(omar.locator(".is-internal")).to_contain_text("The owner was called.")
    expect(omar.locator("#note")).to_have_value("")


def test_a_note_that_was_not_kept_is_asked_about(omar, three):
    opened(omar)
    omar.fill("#note", "The owner was called.")
    omar.keyboard.press("Escape")
    omar.once("dialog", lambda dialog: dialog.dismiss())
    omar.keyboard.press("Enter")
    omar.wait_for_timeout(350)
    assert status_of(three[0]) == Status.FILED
    omar.once("dialog", lambda dialog: dialog.accept())
    omar.keyboard.press("Enter")
    expect(place(omar)).to_have_text("Second St")


def test_declining_offers_the_words_of_the_reason_to_be_changed(omar, three):
    opened(omar)
    omar.keyboard.press("x")
    reason = omar.locator("#pop-declination [type=radio]").first
    expect(reason).to_be_focused()
    omar.keyboard.press("Space")
    words = omar.get_by_label("What the resident will read")
    expect(words).to_have_value(reason.get_attribute("data-words"))
    words.fill("Please call your landlord.")
    omar.get_by_label("No money for it this year").check()
    expect(words).to_have_value("Please call your landlord.")
    omar.get_by_role("button", name="Decline it").click()
    expect(place(omar)).to_have_text("Second St")
    three[0].refresh_from_db()
    assert three[0].outcome == Outcome.DECLINED
    assert three[0].events.last().words.body == "Please call your landlord."


def test_a_moved_request_is_routed_again_with_a_reason_by_keys(omar):
    row = make.service_request(Status.ROUTED, location_text="Back again")
    make.handed_back(row)
    outbox.deliver_all()
    opened(omar)
    omar.keyboard.press("1")
    expect(omar.locator("#pop-routing [type=radio]").first).to_be_focused()
    expect(omar.locator("#route-to")).not_to_have_value("")
    omar.keyboard.press("Space")
    omar.get_by_role("button", name="Route it").click()
    expect(omar.get_by_role("heading", name="All done here")).to_be_visible()
    assert status_of(row) == Status.ROUTED


def test_a_new_request_is_offered_and_moves_nothing(omar, three):
    opened(omar)
    top = omar.locator("#q-list li").first.evaluate("one => one.id")
    make.filed(by=make.bob(), location_text="Fourth St")
    outbox.deliver_all()
    offer = omar.get_by_role("link", name="1 new request. Show it")
    expect(offer).to_be_visible(timeout=8_000)
    expect(omar.locator("#q-list li")).to_have_count(3)
    assert omar.locator("#q-list li").first.evaluate("one => one.id") == top
    omar.locator("#note").fill("half a thought")
    offer.click()
    expect(omar.locator("#q-list li")).to_have_count(4)
    expect(omar.locator("#note")).to_have_value("half a thought")
    expect(omar.locator(".qi[aria-current]")).to_contain_text("First St")


def test_news_leaves_the_list_where_the_agent_scrolled_it(omar):
    for number in range(20):
        make.filed(location_text=f"{number} Main St", by=make.device(str(number)))
    opened(omar)
    listed = omar.locator("#q-list")
    scrolled = listed.evaluate("list => { list.scrollTop = 999; return list.scrollTop; }")
    assert scrolled > 20
    make.filed()
    outbox.deliver_all()
    omar.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(omar.locator("[data-show-new]")).to_be_visible()
    assert listed.evaluate("list => list.scrollTop") >= scrolled


def test_another_agents_act_is_told_and_what_was_typed_stays(omar, three):
    opened(omar)
    omar.keyboard.press("a")
    omar.keyboard.type("Which side of the street?")
    make.act(workflow.route, three[0], make.user("olga", is_agent=True), to=make.water())
    expect(omar.locator("#r-told")).to_contain_text("Olga sent it", timeout=8_000)
    expect(omar.locator("#question")).to_have_value("Which side of the street?")
    omar.get_by_role("button", name="Send the question").click()
    expect(omar.locator(".told--bad")).to_contain_text("Olga sent it to Water Resources.")
    expect(omar.locator("#question")).to_have_value("Which side of the street?")


def test_a_session_that_ends_leaves_the_page_as_it_is(omar, three):
    opened(omar)
    omar.locator("#note").fill("half a thought")
    omar.context.clear_cookies()
    expect(omar.get_by_text("You are signed out, so this page")).to_be_visible(timeout=8_000)
    expect(omar.locator("#note")).to_have_value("half a thought")


def test_the_desk_says_when_it_cannot_reach_the_city(omar, three, page_problems):
    opened(omar)
    omar.context.set_offline(True)
    expect(omar.locator("[data-state]")).to_contain_text("No connection", timeout=8_000)
    omar.context.set_offline(False)
    expect(omar.locator("[data-state]")).to_have_text("Live", timeout=15_000)
    page_problems.clear()  # htmx tells the console that it could not reach the server


def test_back_shows_the_request_before(omar, three):
    opened(omar)
    omar.keyboard.press("j")
    expect(place(omar)).to_have_text("Second St")
    omar.keyboard.press("j")
    expect(place(omar)).to_have_text("Third St")
    omar.go_back()
    expect(place(omar)).to_have_text("Second St")


def test_everything_by_mouse_without_javascript(page_at, live_server, three):
    page = signed_in(page_at(1280, 800, java_script_enabled=False), live_server, make.omar())
    page.goto("/desk/")
    page.locator(".qi", has_text="Second St").click()
    expect(place(page)).to_have_text("Second St")
    page.locator("#pop-declination summary").click()
    page.locator("#pop-declination [type=radio]").first.check()
    page.get_by_role("button", name="Decline it").click()
    expect(place(page)).to_have_text("Third St")
    page.get_by_role("button", name="Undo").click()
    expect(place(page)).to_have_text("Second St")
    page.locator("#route button").first.click()
    expect(page.locator(".toast")).to_contain_text("at Second St went to Street Services.")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844), (320, 640)])
def test_the_desk_is_accessible_and_fits(page_at, live_server, three, width, height):
    page = signed_in(page_at(width, height), live_server, make.omar())
    disputed = make.service_request(Status.DISPUTED)
    for address in ["/desk/", f"/desk/{three[0].reference}/", f"/desk/{disputed.reference}/"]:
        opened(page, address)
        for key in ["", "x", ".", "d"]:
            if key:
                page.keyboard.press(key)
            violations = Axe().run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["target"]) for one in violations] == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_phone_shows_the_queue_and_then_the_request(page_at, live_server, three):
    page = signed_in(page_at(390, 844, has_touch=True, is_mobile=True), live_server, make.omar())
    page.goto("/desk/")
    expect(page.locator("#request")).to_be_hidden()
    page.locator(".qi", has_text="Second St").tap()
    expect(place(page)).to_have_text("Second St")
    expect(page.locator("#queue")).to_be_hidden()
    page.get_by_role("link", name="Queue").tap()
    expect(page.locator("#queue")).to_be_visible()
