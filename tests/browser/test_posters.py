"""Tests for posters in a real browser: place on the map, one printed page, QR code (by zxing)."""

import re
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.barriers import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("paper", "box"), [("letter", "612 792"), ("a4", "594.95996 841.91998")])
def test_a_poster_is_one_page_and_its_code_reads_back(page_at, paper, box):
    page = page_at(1440, 900)
    page.goto(f"/poster/?category=pothole&text=City+Hall&paper={paper}")
    assert_accessible(page)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    [size] = re.findall(rb"/MediaBox\s*\[0 0 ([\d. ]+)\]", printed)
    assert [float(side) for side in size.split()] == pytest.approx(
        [float(side) for side in box.split()], abs=1
    )
    picture = Image.open(BytesIO(page.locator(".qr-code").screenshot()))
    [code] = zxingcpp.read_barcodes(picture)
    assert (
        page.locator(".poster__url").inner_text() == code.text.partition("://")[2].partition("?")[0]
    )
    assert "category=pothole&at=34." in code.text


def test_a_place_is_chosen_on_the_map(phone):
    phone.goto("/poster/")
    expect(phone.locator("[data-map-picker].is-live")).to_be_visible()
    expect(phone.locator(".cross")).to_have_css("opacity", "0.35")
    phone.get_by_label("Address, corner or landmark").press_sequentially("City Hall")
    phone.locator("#places button").first.click()
    phone.get_by_role("button", name="Show the poster").click()
    expect(phone.locator(".poster__place")).to_contain_text("City Hall")
    expect(phone.locator(".cross")).to_have_css("opacity", "1")
    phone.get_by_text("A4").click()
    phone.get_by_role("button", name="Show the poster").click()
    expect(phone.locator(".poster--a4 .poster__place")).to_contain_text("City Hall")
    assert_accessible(phone)
