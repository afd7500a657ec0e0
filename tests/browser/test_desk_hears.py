"""Tests for resident replies at the desk, and for messages about keys that cannot act."""

import re

import pytest
from playwright.sync_api import expect

from city.models import Category
from requests_app import workflow
from requests_app.status import Verb
from requests_app.workflow import outbox
from routing.models import Look, RoutingRule
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.browser.test_desk import opened, trigger_polls
from tests.sweeps import in_sweep
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

# Visible controls that the toast covers. There must be none.
COVERED = """() => {
    const toast = document.querySelector("[data-toast]").getBoundingClientRect();
    const controls = [...document.querySelectorAll("a, button, input, select, textarea, summary")];
    return controls
        .filter(one => one.checkVisibility() && !one.closest("[data-toast]"))
        .filter(one => {
            const box = one.getBoundingClientRect();
            const x = (Math.max(box.left, toast.left) + Math.min(box.right, toast.right)) / 2;
            const y = (Math.max(box.top, toast.top) + Math.min(box.bottom, toast.bottom)) / 2;
            const meets = box.left < toast.right && box.right > toast.left
                && box.top < toast.bottom && box.bottom > toast.top;
            return meets && document.elementFromPoint(x, y)?.closest("[data-toast]");
        })
        .map(one => one.outerHTML.slice(0, 100));
}"""
IN_SIGHT = """one => {
    const box = one.getBoundingClientRect();
    const { left, right, top, bottom } = box;
    const at = (x, y) => one.contains(document.elementFromPoint(x, y));
    return top >= 0 && bottom <= innerHeight
        && at(left + 9, top + 6) && at(right - 9, bottom - 6) && at(left + 9, bottom - 6);
}"""


def asked(where="First St"):
    row = make.filed(location_text=where)
    make.act(workflow.ask, row, make.omar(), question="Which side of the street?")
    return row


def answer(row):
    make.act(workflow.answer, row, make.ana(), words="The north side.")


def line_of(page, row):
    return page.locator(f"#q-list [data-reference={row.reference}]")


def test_the_mark_of_an_answer_goes_with_the_look_and_the_answer_is_on_top(omar):
    other, row = make.filed(by=make.bob()), asked()
    answer(row)
    outbox.deliver_all_pending_events()
    opened(omar, "/desk/?tab=open")
    chip = omar.get_by_role("group", name="Quick filters").get_by_role("link", name="Residents")
    expect(chip.locator("b")).to_have_text("1")
    mark = line_of(omar, row).locator(".mark--news")
    expect(mark).to_have_text(re.compile("Answered"))
    line_of(omar, row).click()
    expect(omar.locator(".wrote").first).to_contain_text("The north side.")
    expect(mark).to_have_count(0)
    expect(chip.locator("b")).to_have_text("0")
    assert Look.objects.get().service_request == row
    assert_accessible(omar)
    no_sideways_scroll(omar)
    line_of(omar, other).click()
    expect(omar.locator("#request")).to_have_attribute("data-reference", other.reference)
    expect(omar.locator(".wrote")).to_have_count(0)


def test_a_look_at_what_is_not_in_the_list_is_noted_all_the_same(omar):
    make.filed(by=make.bob())
    row = asked()
    answer(row)
    outbox.deliver_all_pending_events()
    with omar.expect_response(lambda answer: "/looks/" in answer.url):
        opened(omar, f"/desk/{row.reference}/?tab=late")
        expect(omar.locator(".wrote").first).to_contain_text("The north side.")
    assert Look.objects.get().service_request == row


def test_who_asked_hears_of_the_answer_once_and_goes_to_it(omar):
    other, row = make.filed(by=make.bob()), asked()
    outbox.deliver_all_pending_events()
    opened(omar, f"/desk/{other.reference}/?tab=open")
    answer(row)
    outbox.deliver_all_pending_events()
    trigger_polls(omar)
    news = omar.locator(f"[data-heard={row.reference}]")
    expect(news).to_contain_text(f"The resident answered your question on {row.reference}.")
    assert_accessible(omar)
    make.filed(by=make.device("another"))
    outbox.deliver_all_pending_events()
    trigger_polls(omar)
    expect(omar.locator("#q-news")).to_contain_text("1 new request")
    expect(news).to_have_count(1)
    news.get_by_role("link", name="Read the answer").click()
    expect(omar.locator("#request")).to_have_attribute("data-reference", row.reference)
    expect(omar.locator(".wrote")).to_contain_text("The north side.")
    expect(news).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), *in_sweep([[390, 844]])])
def test_the_toast_covers_no_control(page_at, live_server, width, height):
    omar = sign_in(page_at(width, height), live_server, make.omar())
    row = make.filed()
    opened(omar, f"/desk/{row.reference}/?tab=open")
    omar.evaluate("scrollTo(0, document.body.scrollHeight)")  # the agent has scrolled down
    omar.keyboard.press("i")  # makes the request urgent
    toast = omar.locator("[data-toast]")
    expect(toast).to_be_visible()
    expect(toast).to_be_in_viewport(ratio=1)
    for share in (0, 0.5, 1):
        omar.evaluate("share => scrollTo(0, share * document.body.scrollHeight)", share)
        assert omar.evaluate(COVERED) == []
    no_sideways_scroll(omar)


def test_what_the_resident_will_read_is_in_sight_with_the_button(page_at, live_server):
    omar = sign_in(page_at(1280, 720), live_server, make.omar())
    row = make.filed()
    opened(omar, f"/desk/{row.reference}/?tab=open")
    omar.keyboard.press("w")
    first = omar.locator("#pop-declination [name=reason]").first
    expect(first).to_be_focused()
    omar.keyboard.press("Space")
    words = omar.locator("#decline-words")
    expect(words).to_have_value(first.get_attribute("data-words"))
    for one in (words, omar.locator("#pop-declination [data-send]")):
        assert one.evaluate(IN_SIGHT)
    omar.locator("#pop-declination [name=reason]").last.check()
    for one in (words, omar.locator("#pop-declination [data-send]")):
        assert one.evaluate(IN_SIGHT)


def test_enter_with_nothing_suggested_says_so_and_offers_the_next_step(omar):
    Category.objects.update(department=None)
    RoutingRule.objects.all().delete()
    row = make.filed()
    opened(omar, f"/desk/{row.reference}/?tab=open")
    omar.wait_for_function("performance.now() > 300")  # an earlier Enter is ignored
    omar.locator("#panel h1").focus()
    omar.keyboard.press("Enter")
    expect(omar.locator("[data-draft-note]")).to_contain_text("Press D to choose one.")
    assert row.events.count() == 1
    omar.get_by_role("link", name="Choose a department").click()
    expect(omar.locator("#route-to")).to_be_focused()


def test_the_menu_of_further_acts_opens_as_a_menu(omar):
    row = make.filed()
    opened(omar, f"/desk/{row.reference}/?tab=open")
    omar.keyboard.press("e")
    expect(omar.locator("#kind")).to_be_focused()
    omar.keyboard.press("Escape")
    omar.keyboard.press(".")
    expect(omar.locator("#pop-more")).to_have_attribute("open", "")
    expect(omar.locator("#kind")).not_to_be_visible()
    omar.keyboard.press("e")
    expect(omar.locator("#kind")).to_be_focused()


def test_a_reply_is_undone_by_one_key(omar):
    row = make.filed()
    opened(omar, f"/desk/{row.reference}/?tab=open")
    omar.keyboard.press("r")
    expect(omar.locator("#reply")).to_be_focused()
    omar.keyboard.type("A crew comes on Tuesday.")
    omar.keyboard.press("Control+Enter")
    toast = omar.locator("[data-toast]")
    expect(toast).to_contain_text(re.compile(r"becomes public in \d+ seconds"))
    expect(omar.locator(".timeline")).to_contain_text("not public yet")
    omar.keyboard.press("z")
    expect(omar.locator("[data-toast]")).to_contain_text("undone")
    assert [event.verb for event in row.events.all()] == [Verb.FILE, Verb.COMMENT, Verb.UNDO]
