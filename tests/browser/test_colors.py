"""Tests for the colors of a page: those of the city, and those set by the person."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from city import cache
from city.models import City
from requests_app.status import Status
from tests import make
from tests.barriers import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)
BRICK = {"accent": "#9a3b26", "accent_strong": "#7a2c1b", "accent_deep": "#4a2018"}


def test_a_crews_pages_have_the_citys_colors(wes):
    city = City.objects.get()
    for name, color in BRICK.items():
        setattr(city, name, color)
    city.save()
    cache.clear_process_cache()
    row = make.service_request(Status.ROUTED)
    wes.goto(reverse("job", args=[row.reference]))
    expect(wes.locator(".app-bar").first).to_have_css("background-color", "rgb(74, 32, 24)")
    button = wes.locator(".dock .usa-button:not(.usa-button--outline)").first
    expect(button).to_have_css("background-color", "rgb(122, 44, 27)")


NEW_COLORS = (
    """css => document.styleSheets[0].insertRule(css, document.styleSheets[0].cssRules.length)"""
)


@pytest.mark.parametrize(
    "css",
    [
        "h1 { color: #eee !important }",
        "@media (prefers-color-scheme: dark) { main { background: #fff !important } }",
    ],
    ids=["text", "ground in dark mode"],
)
def test_colors_that_are_hard_to_read_are_found_on_a_page_that_had_none(page_at, css):
    first, second = page_at(390, 844), page_at(390, 844)
    for page in (first, second):
        page.goto(reverse("look_up"))
    assert_accessible(first)
    second.evaluate(NEW_COLORS, css)
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_accessible(second)


def test_tiles_have_borders_where_a_person_has_their_own_colors(page_at):
    page = page_at(390, 844, forced_colors="active")
    make.filed()
    page.goto(reverse("home"))
    for tile in (".quick a", ".row .thumb", ".map"):
        expect(page.locator(tile).first).to_have_css("border-top-width", "1px")
