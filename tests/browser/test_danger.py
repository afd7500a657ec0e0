"""Tests for danger words: the resident's warning, the notice at the desk, and clearing it."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from requests_app.models import ServiceRequest
from requests_app.status import Verb
from requests_app.workflow import outbox
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.visitors import address, carry_device, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
GAS = "I smell gas"
TITLE = re.compile(r"^\(!\) Possible emergency – ")

# Counts the tones that the page plays, without sound.
COUNTED = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) {
    window.tones += 1;
    return start.apply(this, given);
};
"""
HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture
def omar(desk, live_server):
    desk.context.add_init_script(COUNTED)
    return sign_in(desk, live_server, make.omar())


def opened(page, path="/desk/"):
    page.goto(path)
    page.locator("[data-ready][data-queue-ready]").wait_for()


def trigger_queue_poll(page):
    """Trigger the next poll of the queue."""
    page.evaluate("window.htmx.trigger('#q-poll', 'poll')")


def flagged(**given):
    row = make.filed(description=f"{GAS}.", **given)
    outbox.deliver_all_pending_events()
    return row


def test_a_resident_denies_it_and_sends_it_and_the_open_desk_notices(omar, phone, live_server):
    carry_device(phone, live_server, "bob")
    plain = make.filed(location_text="First St")
    row = make.filed(by=make.bob(), location_text="Second St")
    outbox.deliver_all_pending_events()
    opened(omar)
    expect(omar.locator("#request h1")).to_be_visible()
    expect(omar.locator("#q-danger")).to_be_hidden()

    phone.goto(address(row))
    phone.locator("#comment").fill(GAS)
    phone.get_by_role("button", name="Send").first.click()
    expect(phone.get_by_role("link", name="Call 911").first).to_be_visible()
    expect(phone.locator("#words")).to_have_value(GAS)
    phone.get_by_role("button", name="No one is in danger").click()
    expect(phone.get_by_role("link", name="Call 911").first).to_be_in_viewport()
    outbox.deliver_all_pending_events()

    trigger_queue_poll(omar)
    notice = omar.locator("#q-danger")
    expect(notice).to_contain_text("Second St", timeout=20_000)
    expect(omar).to_have_title(TITLE)
    expect(omar.locator("[data-danger-says]")).to_contain_text("Possible emergency:")
    notice.get_by_role("link").click()
    expect(omar.locator(".danger-band")).to_contain_text("gas")
    expect(notice).to_be_hidden()
    expect(omar).not_to_have_title(TITLE)

    opened(omar)
    expect(omar.locator("#q-list .queue-item").first).to_have_attribute(
        "data-reference", row.reference
    )
    omar.locator("#request .danger-band").wait_for()
    omar.keyboard.press("0")
    expect(omar.locator("[data-toast]")).to_contain_text("not an emergency")
    expect(omar.locator(".danger-band")).to_have_count(0)
    expect(omar.locator("#r-story")).to_contain_text("Omar noted that it's not an emergency.")
    assert row.events.last().verb == Verb.CLEAR_DANGER
    assert ServiceRequest.objects.get(pk=plain.pk).danger == ""


def test_every_tab_and_a_hidden_page_notice_and_it_is_said_and_heard_once(omar):
    plain = make.filed(location_text="First St")
    outbox.deliver_all_pending_events()
    opened(omar, "/desk/?tab=waiting&priority=urgent")
    omar.locator(".app-bar__account").click()
    omar.get_by_label("Sound for possible emergencies").check()
    omar.wait_for_function("window.tones === 3")
    omar.keyboard.press("Escape")

    omar.evaluate(HIDE, True)
    row = flagged(by=make.bob(), location_text="Second St")
    trigger_queue_poll(omar)
    expect(omar).to_have_title(TITLE, timeout=20_000)
    omar.wait_for_function("window.tones === 6")
    with omar.expect_response("**/desk/live/**"):
        trigger_queue_poll(omar)
    assert omar.evaluate("window.tones") == 6

    omar.evaluate(HIDE, False)
    expect(omar).to_have_title(TITLE)
    assert_accessible(omar)
    omar.locator("#q-danger").get_by_role("link").click()
    expect(omar.locator("#request")).to_have_attribute("data-reference", row.reference)
    expect(omar).not_to_have_title(TITLE)
    assert_accessible(omar)
    assert plain.pk != row.pk


def test_the_sound_is_off_at_first_and_the_choice_stays_in_this_browser(omar):
    flagged()
    opened(omar, "/desk/?tab=waiting")
    expect(omar).to_have_title(TITLE)
    assert omar.evaluate("window.tones") == 0
    omar.locator(".app-bar__account").click()
    box = omar.get_by_label("Sound for possible emergencies")
    expect(box).not_to_be_checked()
    box.check()
    opened(omar, "/desk/?tab=waiting")
    omar.locator(".app-bar__account").click()
    expect(omar.get_by_label("Sound for possible emergencies")).to_be_checked()


def test_on_a_phone_the_notice_and_the_band_fit(page_at, live_server):
    page = page_at(390, 844, has_touch=True, is_mobile=True)
    sign_in(page, live_server, make.omar())
    flagged(location_text="Second St")
    opened(page)
    no_sideways_scroll(page)
    expect(page.locator("#q-danger")).to_be_visible()
    page.locator("#q-danger").get_by_role("link").click()
    expect(page.locator(".danger-band")).to_be_visible()
    expect(page.locator("#q-danger")).to_be_hidden()
    no_sideways_scroll(page)
    assert_accessible(page)


def test_while_a_call_is_typed_the_agent_reads_what_to_tell_the_caller(omar):
    omar.goto("/desk/intake/")
    omar.locator("#intake[data-ready]").wait_for()
    tell = omar.get_by_text("Tell the caller now:")
    omar.locator("#id_description").fill("The fire hydrant is leaking.")
    expect(tell).to_be_hidden()
    omar.locator("#id_description").press_sequentially(" And she smells gas.")
    expect(tell).to_be_visible()
    expect(omar.locator(".intake__tell").get_by_role("link", name="Call 911")).to_be_visible()
    assert_accessible(omar)
    omar.locator("#id_description").fill("")
    expect(tell).to_be_hidden()


def test_during_a_call_a_new_emergency_is_shown_said_and_heard_and_the_call_stays(omar):
    make.filed(location_text="First St")
    outbox.deliver_all_pending_events()
    omar.goto("/desk/intake/")
    omar.locator("#intake[data-ready]").wait_for()
    omar.locator(".app-bar__account").click()
    omar.get_by_label("Sound for possible emergencies").check()
    omar.wait_for_function("window.tones === 3")
    omar.keyboard.press("Escape")
    omar.locator("#id_description").fill("A lamp is out.")

    row = flagged(by=make.bob(), location_text="Second St")
    notice = omar.locator("#q-danger")
    expect(notice).to_contain_text("Second St", timeout=15_000)  # the page polls by itself
    expect(omar).to_have_title(TITLE)
    expect(omar.locator("[data-danger-says]")).to_contain_text("Possible emergency:")
    omar.wait_for_function("window.tones === 6")
    expect(omar.locator("#id_description")).to_have_value("A lamp is out.")
    assert_accessible(omar)
    no_sideways_scroll(omar)

    notice.get_by_role("link").click()
    expect(omar.locator("#request")).to_have_attribute("data-reference", row.reference)
    expect(notice).to_be_hidden()  # the script has recorded that the request was viewed
    omar.goto("/desk/intake/")
    omar.locator("#intake[data-ready]").wait_for()
    expect(omar.locator("#id_description")).to_have_value("A lamp is out.")
    expect(omar.locator("#q-danger")).to_be_hidden()
    cache.clear()  # so that the next poll returns the notice again
    with omar.expect_response("**/intake/live/**"):
        omar.evaluate("window.htmx.trigger('#danger-poll', 'poll')")
    omar.wait_for_timeout(500)
    expect(omar.locator("#q-danger")).to_be_hidden()


def test_on_a_phone_the_notice_fits_above_a_call(page_at, live_server):
    page = page_at(390, 844, has_touch=True, is_mobile=True)
    sign_in(page, live_server, make.omar())
    flagged(location_text="Second St")
    page.goto("/desk/intake/")
    page.locator("#intake[data-ready]").wait_for()
    expect(page.locator("#q-danger")).to_be_visible()
    no_sideways_scroll(page)
    assert_accessible(page)
