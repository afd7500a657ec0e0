"""Tests for the list and the map in an iframe on a site of another origin."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.barriers import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_site(serve, live_server, browser, settings):
    """Return a function that opens a page of another origin, with this site in an iframe."""
    contexts = []

    def open_page(query: str, *, is_allowed: bool, scheme="light"):
        frame = f'<iframe src="{live_server.url}/embed/{query}" width="600" height="700"></iframe>'
        page = f'<!doctype html><meta name=color-scheme content="light dark"><h1>A city</h1>{frame}'

        def answer(handler):
            handler.send(body=page.encode(), Content_Type="text/html; charset=utf-8")

        site = serve(answer)
        settings.EMBED_ORIGINS = [site.url] if is_allowed else ["https://other.example.gov"]
        context = browser.new_context(color_scheme=scheme)
        contexts.append(context)
        shown = context.new_page()
        shown.goto(site.url)
        return shown

    yield open_page
    for context in contexts:
        context.close()


def test_an_allowed_site_shows_the_list_and_no_cookie_is_stored(open_site, live_server):
    row = make.filed()
    page = open_site("?view=list", is_allowed=True)
    frame = page.frame_locator("iframe")
    expect(frame.locator(".row")).to_have_count(1)
    with page.context.expect_page() as opened:
        frame.locator(".row").click()
    expect(opened.value.locator("h1")).to_be_visible()
    assert row.reference in opened.value.url
    assert opened.value.evaluate("window.opener") is None
    opened.value.close()


def test_the_frame_alone_stores_no_cookie(open_site):
    make.filed()
    page = open_site("?view=map", is_allowed=True, scheme="dark")
    frame = page.frame_locator("iframe")
    expect(frame.locator("[data-list-map].is-live")).to_be_visible()
    expect(frame.locator(".leaflet-marker-icon")).to_have_count(1)
    assert page.context.cookies() == []
    frame.locator(".leaflet-marker-icon").click()
    expect(frame.locator(".pin-card")).to_have_attribute("target", "_blank")
    assert page.context.cookies() == []


def test_another_site_shows_nothing(open_site, live_server):
    make.filed()
    page = open_site("?view=list", is_allowed=False)
    page.wait_for_timeout(500)
    assert all(live_server.url not in frame.url for frame in page.frames)
    expect(page.frame_locator("iframe").locator(".row")).to_have_count(0)


@pytest.mark.parametrize("view", ["list", "map"])
def test_the_frame_has_no_barriers(page_at, view):
    make.filed()
    page = page_at(390, 844)
    page.goto(f"/embed/?view={view}")
    assert_accessible(page)
