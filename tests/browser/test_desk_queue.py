"""Tests for the desk queue by keyboard: filters, saved views, actions on several requests."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lib import clock
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.status import ReviewReason, Status
from requests_app.workflow import outbox
from routing.models import Proposal
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def five():
    """Create five new requests at different places, oldest first. The last two are urgent."""
    rows = []
    for number, place in enumerate(["First St", "Second St", "Third St", "Fourth St", "Fifth St"]):
        with clock.freeze_time(clock.now() - timedelta(hours=9 - number)):
            rows.append(make.filed(location_text=place, by=make.device(place)))
    ServiceRequest.objects.filter(pk__in=[row.pk for row in rows[3:]]).update(priority="urgent")
    outbox.deliver_all_pending_events()
    return rows


def opened(page, address="/desk/"):
    page.goto(address)
    page.locator("[data-ready][data-queue-ready]").wait_for()


def ticked(page):
    found = page.locator("#q-list li", has=page.locator(":checked")).locator("small").all()
    return [one.text_content().split(" · ")[0] for one in found]


def statuses(rows):
    return [ServiceRequest.objects.get(pk=row.pk).status for row in rows]


def test_a_chosen_department_says_what_usually_goes_elsewhere_as_ticks_change(omar, five):
    leak = make.category(service_code="water-leak")
    ServiceRequest.objects.filter(pk=five[1].pk).update(category=leak)
    Proposal.objects.filter(service_request=five[1]).update(department=leak.department)
    opened(omar, "/desk/?priority=normal")
    keys, usual = omar.keyboard, omar.locator("#bulk-usual")
    keys.press("x")
    keys.press("Shift+ArrowDown")
    keys.press("1")
    omar.select_option("#bulk-department", "street-services")
    expect(usual).to_contain_text("1 of 2 is usually routed to another department.")
    assert_accessible(omar)
    omar.locator("#q-list .queue__tick input").nth(2).check()
    expect(usual).to_contain_text("1 of 3 is usually routed to another department.")
    omar.locator("#q-list .queue__tick input").nth(1).uncheck()
    expect(usual).to_be_empty()


def test_several_are_selected_routed_and_taken_back_by_keyboard(omar, five):
    opened(omar, "/desk/?priority=normal")
    keys = omar.keyboard
    keys.press("x")
    expect(omar.locator(".queue__tick input").first).to_be_focused()
    keys.press("Shift+ArrowDown")
    assert ticked(omar) == ["First St", "Second St"]
    expect(omar.locator("[data-ticked]")).to_have_text("2 selected")
    keys.press("Enter")
    keys.press("s")
    assert statuses(five) == [Status.FILED] * 5

    make.act(workflow.route, five[1], make.user("olga", is_agent=True), to=make.water())
    outbox.deliver_all_pending_events()
    expect(omar.locator("[data-ticked]")).to_have_text(
        "1 selected · 1 taken by others", timeout=20_000
    )
    assert ticked(omar) == ["First St"]
    keys.press("j")
    keys.press("x")
    expect(omar.locator("[data-ticked]")).to_have_text("2 selected · 1 taken by others")
    assert ticked(omar) == ["First St", "Third St"]
    assert_accessible(omar)

    keys.press("1")
    expect(omar.locator("#bulk-department")).to_be_focused()
    omar.get_by_role("button", name="Route selected").click()
    expect(omar.locator("#q-bulk-problems")).to_contain_text("Please choose one.")
    omar.select_option("#bulk-department", "street-services")
    omar.get_by_role("button", name="Route selected").click()
    expect(omar.locator("#panel h1")).to_have_text("2 of 2 went to Street Services")
    expect(omar.locator(".queue-item.is-taken")).to_have_count(3)
    expect(omar.locator("#q-bulk")).to_be_hidden()
    assert_accessible(omar)
    assert statuses(five) == [Status.ROUTED] * 3 + [Status.FILED] * 2

    keys.press("z")
    expect(omar.locator("#panel h1")).to_have_text("2 of 2 were undone")
    assert statuses(five) == [Status.FILED, Status.ROUTED] + [Status.FILED] * 3


def test_filters_apply_at_once_and_are_kept_as_a_view(omar, five):
    opened(omar)
    omar.locator("#note").fill("half a thought")
    omar.keyboard.press("Escape")
    omar.keyboard.press("f")
    facets = omar.locator("#q-filters")
    expect(facets.get_by_label("Type to find a filter")).to_be_focused()
    assert_accessible(omar)
    facets.get_by_label("Urgent").check()
    expect(omar.locator("#q-list li")).to_have_count(2)
    expect(omar.locator("#qf-priority-normal ~ .num")).to_have_text("3")
    expect(omar).to_have_url(omar.url.split("/desk/")[0] + "/desk/?tab=new&priority=urgent")
    expect(omar.locator("#q-filters")).to_be_visible()
    omar.get_by_role("button", name="Show 2 requests").click()
    expect(facets).to_be_hidden()
    expect(omar.locator("#note")).to_have_value("half a thought")

    omar.keyboard.press("v")
    name = omar.get_by_label("Save the filters that are on as")
    name.fill("Urgent and new")
    omar.get_by_role("button", name="Save", exact=True).click()
    expect(omar.locator(".views__l .option")).to_have_text("Urgent and new 2")
    assert_accessible(omar)
    omar.keyboard.press("Escape")
    omar.get_by_role("link", name="Without Priority: Urgent").click()
    expect(omar.locator("#q-list li")).to_have_count(5)
    omar.keyboard.press("v")
    omar.locator(".views__l .option").click()
    expect(omar.locator("#q-list li")).to_have_count(2)


def test_the_panel_goes_on_in_the_queue_as_it_is_filtered_now(omar, five):
    opened(omar, f"/desk/{five[4].reference}/")
    omar.locator(".chip", has_text="Urgent").click()
    expect(omar.locator("#q-list li")).to_have_count(2)
    omar.keyboard.press("Escape")
    omar.keyboard.press("Enter")
    expect(omar.locator(".fact-grid dd").first).to_have_text("Fourth St")
    expect(omar).to_have_url(
        omar.url.split("/desk/")[0] + f"/desk/{five[3].reference}/?tab=new&priority=urgent"
    )


def test_a_range_is_ticked_by_mouse_and_escape_ends_it(omar, five):
    opened(omar)
    omar.get_by_role("link", name="Select B").click()
    boxes = omar.locator(".queue__tick input")
    boxes.nth(1).check()
    boxes.nth(3).click(modifiers=["Shift"])
    assert len(ticked(omar)) == 3
    omar.keyboard.press("a")
    assert len(ticked(omar)) == 5
    omar.keyboard.press("a")
    assert ticked(omar) == []
    omar.keyboard.press("Escape")
    expect(omar.locator("#q-bulk")).to_be_hidden()
    omar.keyboard.press("j")
    expect(omar.locator(".queue-item[aria-current]")).to_contain_text("Fifth St")


LINES = """one => one.getBoundingClientRect().height
    / parseFloat(getComputedStyle(one).lineHeight)"""


def test_the_citys_name_is_on_one_line_and_seven_tabs_are_beside_it(omar):
    make.filed(held_for=ReviewReason.WORDS)
    opened(omar)
    expect(omar.locator("#tabs .tab")).to_have_count(7)
    for width, height in [(1280, 800), (1440, 900), (1920, 1080)]:
        omar.set_viewport_size({"width": width, "height": height})
        assert omar.locator(".app-bar .brand span").evaluate(LINES) < 1.5
        assert omar.locator("#tabs").evaluate("one => one.scrollWidth - one.clientWidth") == 0
        no_sideways_scroll(omar)


def test_a_connection_that_is_gone_is_said_beside_seven_tabs(omar, page_problems):
    make.filed(held_for=ReviewReason.WORDS)
    opened(omar)
    omar.route("**/desk/**", lambda route: route.abort())
    expect(omar.locator("[data-state]")).to_contain_text("No connection", timeout=20_000)
    assert omar.locator("#tabs").evaluate("one => one.scrollWidth - one.clientWidth") == 0
    page_problems.clear()


def test_a_request_from_far_down_the_queue_is_shown_from_its_heading(page_at, live_server):
    for number in range(25):
        make.filed(location_text=f"{number} First St", by=make.device(str(number)))
    page = sign_in(page_at(390, 844), live_server, make.omar())
    opened(page)
    page.locator("#q-list li a").last.click()
    heading = page.locator("#panel h1")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport(ratio=1)
