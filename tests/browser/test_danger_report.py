"""Tests for the emergency message in the report form: shown first, and never blocking a report."""

import pytest
from playwright.sync_api import expect

from requests_app.models import ServiceRequest
from tests.barriers import assert_accessible
from tests.browser.test_offline import KEPT
from tests.browser.test_report import begin, choose, go_on
from tests.sweeps import in_sweep

pytestmark = pytest.mark.django_db(transaction=True)

WAY_ON = "No one is in danger: continue"


def call(page):
    return page.locator(".alarm__call")


def way_on(page, step):
    page.get_by_role("button", name=WAY_ON).click()
    page.wait_for_url(f"**/{step}/")


def is_the_biggest(page):
    """Return True if no text on the page is larger than the emergency number."""
    return page.evaluate("""() => {
        const size = (element) => Number.parseFloat(getComputedStyle(element).fontSize);
        const all = [...document.querySelectorAll("main *")].filter((each) => each.offsetWidth);
        return Math.max(...all.map(size)) === size(document.querySelector(".alarm__call"));
    }""")


def test_who_smells_gas_sees_the_number_above_the_suggestions_on_the_note_and_at_continue(phone):
    begin(phone)
    phone.get_by_label("Say it in your own words").press_sequentially("I smell gas")
    expect(call(phone)).to_have_text("Call 911")
    expect(call(phone)).to_be_in_viewport()
    expect(phone.get_by_text("1-800-427-2200")).to_be_visible()
    assert_accessible(phone)
    choose(phone)
    phone.locator("button[name=go]").click()
    expect(phone.get_by_role("heading", name="Is someone in danger?")).to_be_visible()
    assert is_the_biggest(phone)
    assert_accessible(phone)
    way_on(phone, "where")
    phone.get_by_role("button", name="Use my location").click()
    go_on(phone, "details")
    expect(call(phone)).to_have_count(0)  # this kind of danger was denied before
    note = phone.get_by_label("Anything the crew should know?")
    note.fill("I smell gas, and a man has a gun")
    expect(phone.get_by_text("Get away and stay out of sight if you can.")).to_be_visible()
    assert_accessible(phone)
    note.fill("It is on the back wall")
    expect(call(phone)).to_have_count(0)


def test_who_says_that_nobody_is_in_danger_sends_it_and_it_is_flagged(phone):
    begin(phone)
    choose(phone)
    go_on(phone, "where")
    phone.get_by_role("button", name="Use my location").click()
    go_on(phone, "details")
    phone.get_by_label("Anything the crew should know?").fill("There is a gas leak and a fire")
    expect(call(phone)).to_be_visible()
    phone.get_by_label("No", exact=True).first.locator("xpath=following-sibling::label").click()
    phone.locator(".dock button").click()
    expect(phone.get_by_role("heading", name="Is someone in danger?")).to_be_visible()
    way_on(phone, "check")  # one answer for both the fire and the gas
    phone.get_by_role("button", name="Send to the city").click()
    phone.wait_for_url("**/sent/")
    expect(call(phone)).to_be_visible()
    assert_accessible(phone)
    assert ServiceRequest.objects.get().danger == "fire"


def test_a_form_without_a_network_asks_once_and_says_the_number_after_it_was_delivered(page_at):
    page = page_at(390, 844, service_workers="allow")
    page.goto("/")
    page.evaluate(KEPT)
    page.context.set_offline(True)
    page.goto("/report/offline/")
    expect(page.locator("form[data-ready]")).to_be_visible(timeout=30_000)
    choose(page)
    page.get_by_label("Address, corner").fill("City Hall")
    page.get_by_label("No", exact=True).first.locator("xpath=following-sibling::label").click()
    page.get_by_label("Anything the crew should know?").fill("I smell gas")
    expect(call(page)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Send to the city").click()
    expect(call(page)).to_be_focused()
    page.get_by_role("button", name=WAY_ON).click()
    expect(call(page)).to_have_count(0)
    page.get_by_role("button", name="Send to the city").click()
    expect(page.get_by_role("heading", name="Your report is waiting")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Sent. Thank you.")).to_be_visible(timeout=30_000)
    expect(call(page)).to_be_visible()
    expect(page.get_by_text("Leave the area now.")).to_be_visible()
    assert_accessible(page)
    assert ServiceRequest.objects.get().danger == "gas"


COVERED = """(alarm) => {
    const box = alarm.getBoundingClientRect();
    const spots = [];
    // Not the padding at its edge: with large text it fills the space below the bar.
    for (const across of [0.1, 0.5, 0.9])
        for (const down of [0.04, 0.25, 0.5, 0.75, 0.96])
            spots.push([box.left + box.width * across, box.top + box.height * down]);
    const seen = spots.filter(([, y]) => y < innerHeight);
    return seen.filter(([x, y]) => !alarm.contains(document.elementFromPoint(x, y))).map(String);
}"""
"""Returns the visible points of the message that another element covers."""


SAMPLE = [(360, 740, 130, "details"), (390, 544, 100, "offline")]
SWEEP = [
    [360, 740, 130, "offline"],
    [390, 544, 100, "details"],
    [390, 844, 100, "details"],
    [390, 844, 100, "offline"],
]


@pytest.mark.parametrize(("width", "height", "percent", "path"), [*SAMPLE, *in_sweep(SWEEP)])
def test_nothing_lies_over_the_message_while_somebody_writes(page_at, width, height, percent, path):
    """The screens include a small phone with large text, and one with the keyboard open."""
    page = page_at(width, height, has_touch=True, is_mobile=True, locale="en-US")
    if path == "offline":
        page.goto("/report/offline/")
        page.locator("[data-offline-report][data-ready]").wait_for()
    else:
        begin(page)
        choose(page)
        go_on(page, "where")
        page.locator(".is-live").wait_for(state="attached")
        page.get_by_label("Address, corner").fill("1685 main st")
        page.locator("#places button").first.click()
        go_on(page, "details")
    page.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")
    page.get_by_label("Anything the crew should know?").press_sequentially("I smell gas")
    alarm = page.locator("[data-danger-watch] > .alarm")
    expect(alarm).to_be_in_viewport(ratio=0.9)
    page.wait_for_function(f"() => ({COVERED})(document.querySelector('.alarm')).length === 0")
    page.keyboard.type(" in the alley")
    page.wait_for_timeout(400)  # the text is checked for danger words again
    assert alarm.evaluate(COVERED) == []
    for part in (".alarm__call", ".alarm__advice"):
        expect(alarm.locator(part)).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("Anything the crew should know?")).to_be_focused()
    assert_accessible(page)
