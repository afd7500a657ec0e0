"""Tests for the desk on a small laptop: important parts are visible, and nothing covers them."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lib import clock
from requests_app.models import ServiceRequest
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.browser.test_desk import opened
from tests.relay import Relay
from tests.sweeps import in_sweep
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
GAS = "I smell gas. A man lies beside the hole and does not wake up."
WORDS = "The water runs over the sidewalk."
LAPTOP = (1280, 720)

# Buttons and tabs that are cut off, outside of the page, or overlapping.
MISPLACED = """() => {
    const controls = ".action-bar .usa-button, .app-bar a, .app-bar button, .queue .chip";
    const found = [...document.querySelectorAll(controls)]
        .filter(one => one.checkVisibility() && !one.closest(".action-form__body"));
    const boxes = found.map(one => [one, one.getBoundingClientRect()]);
    const meets = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    return boxes
        .filter(([one, box]) => box.left < 0 || box.right > innerWidth
            || one.scrollWidth > one.clientWidth + 1
            || boxes.some(([other, its]) => other !== one && meets(box, its)))
        .map(([one]) => one.outerHTML.slice(0, 100));
}"""
ROWS = """() => new Set([...document.querySelectorAll(".action-bar .usa-button")]
    .filter(one => one.checkVisibility() && !one.closest(".action-form__body"))
    .map(one => Math.round(one.getBoundingClientRect().bottom / 10))).size"""
# Returns true if every line of the text is on the screen and nothing covers it.
IS_SEEN = """one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return [...range.getClientRects()].filter(({ width }) => width > 40).every(line =>
        one.contains(document.elementFromPoint(line.left + 4, line.top + line.height / 2))
        && one.contains(document.elementFromPoint(line.right - 4, line.top + line.height / 2)));
}"""
BACKGROUND = "one => getComputedStyle(one).backgroundColor"


@pytest.fixture
def omar(page_at, live_server):
    return sign_in(page_at(*LAPTOP), live_server, make.omar())


def test_the_key_of_the_notice_opens_the_danger_with_the_residents_words_in_sight(omar):
    plain = make.filed(location_text="First St")
    danger = make.filed(description=GAS, by=make.bob(), location_text="Second St")
    outbox.deliver_all_pending_events()
    opened(omar, f"/desk/{plain.reference}/?tab=waiting")
    notice = omar.locator("#q-danger")
    expect(notice.locator("kbd")).to_have_text("!")
    omar.wait_for_timeout(400)  # an earlier key is ignored
    omar.keyboard.press("!")
    expect(omar.locator("#request")).to_have_attribute("data-reference", danger.reference)
    expect(omar.locator(".danger-band")).to_be_visible()
    assert omar.locator(".words").evaluate(IS_SEEN)
    assert_accessible(omar)


def test_an_age_is_red_only_where_the_request_is_late(omar):
    with clock.freeze_time(clock.now() - timedelta(days=3)):
        rows = [make.filed(by=make.device(name)) for name in ("one", "two")]
    ServiceRequest.objects.filter(pk=rows[0].pk).update(due_at=clock.now() - timedelta(days=1))
    ServiceRequest.objects.filter(pk=rows[1].pk).update(due_at=clock.now() + timedelta(days=1))
    opened(omar, "/desk/?tab=open")
    colors = [
        omar.locator(f"[data-reference={row.reference}] .age").evaluate(
            "one => getComputedStyle(one).color"
        )
        for row in rows
    ]
    bad = omar.locator(".chip, .count").first.evaluate(
        "() => { const one = document.createElement('i'); one.style.color = 'var(--bad)'; "
        "document.querySelector('.desk').append(one); return getComputedStyle(one).color; }"
    )
    assert colors[0] == bad
    assert colors[1] != bad


SIZES = [(1024, 768), LAPTOP, (1440, 900)]
SAMPLE = [Status.FILED, Status.DISPUTED]


@pytest.mark.parametrize(
    "status", [*SAMPLE, *in_sweep(one for one in Status if one not in SAMPLE)], ids=str
)
def test_tabs_and_actions_fit(omar, status):
    row = make.service_request(status)
    make.filed(by=make.bob())  # so that there is a next request
    outbox.deliver_all_pending_events()
    opened(omar, f"/desk/{row.reference}/?tab=open")
    expect(omar.locator(".action-bar")).to_be_visible()
    for width, height in SIZES:
        omar.set_viewport_size({"width": width, "height": height})
        assert omar.evaluate(MISPLACED) == []
        assert omar.evaluate(ROWS) == 1
        no_sideways_scroll(omar)


def test_no_form_covers_the_words_that_it_is_about(omar):
    row = make.filed(description=WORDS)
    outbox.deliver_all_pending_events()
    opened(omar, f"/desk/{row.reference}/?tab=open")
    omar.wait_for_timeout(400)  # an earlier key is ignored
    for key in "aswre":
        omar.keyboard.press(key)
        form = omar.locator("details.action-form[open] .action-form__body").last
        expect(form).to_be_visible()
        for words in (omar.locator(".words"), omar.locator("#panel h1")):
            assert words.evaluate(IS_SEEN), key
        omar.keyboard.press("Escape")
        omar.keyboard.press("Escape")


@pytest.fixture
def nearby():
    """Create two similar requests at the same place, and return the later one.

    The earlier one is located in front of an address.
    """
    first = make.filed(description=WORDS, location_text="1 Main St")
    ServiceRequest.objects.filter(pk=first.pk).update(location_relation="in_front")
    row = make.filed(description=WORDS, by=make.bob())
    outbox.deliver_all_pending_events()
    return row


def test_routing_is_primary_and_same_is_secondary(omar, nearby):
    opened(omar, f"/desk/{nearby.reference}/?tab=open")
    same = omar.locator(".request-list [name=original]").first
    expect(same).to_be_visible()
    primary = omar.locator(".action-bar .action-bar__first").evaluate(BACKGROUND)
    assert omar.locator(".department-options .is-first").evaluate(BACKGROUND) == primary
    assert primary != "rgba(0, 0, 0, 0)"
    assert same.evaluate(BACKGROUND) == "rgba(0, 0, 0, 0)"


def test_a_caller_is_known_by_the_phone_number_without_scrolling(omar):
    known = make.filed(contact={"name": "Dora", "email": "", "phone": "310 555 0143"})
    outbox.deliver_all_pending_events()
    omar.goto("/desk/intake/")
    omar.locator("[data-intake][data-ready]").wait_for()
    omar.fill("#id_phone", "(310) 555 0143")
    omar.keyboard.press("Tab")
    earlier = omar.locator("#earlier")
    expect(earlier).to_contain_text(known.reference)
    expect(earlier.locator("li").first).to_be_in_viewport(ratio=1)
    assert_accessible(omar)


def test_selected_requests_stay_in_sight_while_they_are_routed(omar):
    for number in range(4):
        make.filed(location_text=f"{number} First St", by=make.device(str(number)))
    outbox.deliver_all_pending_events()
    opened(omar, "/desk/?tab=open")
    omar.wait_for_timeout(400)  # an earlier key is ignored
    for key in "bx1":
        omar.keyboard.press(key)
    expect(omar.get_by_label("Each to its suggested department")).to_be_visible()
    assert omar.locator("#q-list").evaluate("one => one.clientHeight") >= 60
    omar.get_by_text("Reason and message (public)").click()
    expect(omar.get_by_label("Reason for rerouting (public)")).to_be_visible()
    assert_accessible(omar)
    for key in "23":
        omar.keyboard.press("Escape")
        omar.keyboard.press(key)
        expect(omar.locator(".bulk__acts > details[open] [data-first]")).to_be_focused()


def test_the_desk_is_live_within_ten_seconds_of_a_restart(page_at, live_server, page_problems):
    httpd = live_server.thread.httpd
    relay = Relay(*httpd.server_address[:2])
    page = sign_in(page_at(*LAPTOP), live_server, make.omar())
    page.clock.install()
    row = make.filed()
    outbox.deliver_all_pending_events()
    opened(page, f"{relay.url}/desk/{row.reference}/?tab=open")
    state = page.locator("[data-state]")
    expect(state).to_have_text("Live")
    relay.stop()
    for _question in range(4):  # the interval grows while polls fail
        with page.expect_event("requestfailed"):
            page.clock.run_for(10_000)
    expect(state).to_contain_text("No connection")
    relay.start()
    now = page.evaluate("Date.now()")
    page.clock.pause_at((now + 10_000) / 1000)  # so that later polls are not counted
    expect(state).to_have_text("Live")
    page.close()
    relay.stop()
    page_problems.clear()  # network errors that the browser logs
