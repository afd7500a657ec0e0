"""Tests for preferences set on a device: reduced motion, forced colors, printing."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.status import Status
from tests import make
from tests.visitors import address, carry_device

pytestmark = pytest.mark.django_db(transaction=True)

_MOVES = (
    """() => document.getAnimations().map(each => each.animationName || each.transitionProperty)"""
)
_MARK = """one => {
    const {backgroundColor} = getComputedStyle(one.labels[0], "::before");
    return [backgroundColor, getComputedStyle(one.labels[0]).outlineStyle];
}"""


def test_less_motion_own_colors_and_paper(page_at, live_server):
    page = page_at(390, 844, reduced_motion="reduce", forced_colors="active", locale="en-US")
    carry_device(page, live_server)
    row = make.service_request(Status.ROUTED)
    page.goto(address(row))
    make.act(workflow.start, row, make.wes())
    expect(page.locator(".timeline .is-new")).to_contain_text("started work")
    assert page.evaluate(_MOVES) == []

    page.goto(reverse("requests") + "?view=map")
    expect(page.locator(".is-live")).to_be_attached()
    page.get_by_role("button", name="Zoom in").click()
    page.locator("[data-map-canvas]").press("ArrowRight")
    assert page.evaluate(_MOVES) == []
    expect(page.locator(".leaflet-zoom-anim, .leaflet-pan-anim")).to_have_count(0)

    completed = make.service_request(Status.COMPLETED)
    page.goto(address(completed, "dispute"))
    chosen, other = page.get_by_role("radio").nth(0), page.get_by_role("radio").nth(1)
    chosen.press("Space")
    assert chosen.evaluate(_MARK) != other.evaluate(_MARK)

    page.goto(address(completed))
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    for pressed_only in [".top", ".dock", ".foot", ".track__acts"]:
        expect(page.locator(pressed_only)).to_be_hidden()
