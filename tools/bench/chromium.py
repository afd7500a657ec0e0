"""Helpers to use a running demo in Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.chromium import find_chromium
from tools.demo.people import PASSWORD

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)


@contextmanager
def launch_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium),
            args=["--no-sandbox", "--disable-gpu"],
        )
        yield browser
        browser.close()


def sign_in(page: Page, base: str, name: str) -> None:
    """Sign in as a person of the demo."""
    page.goto(f"{base}/accounts/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "/login/" not in address)


def open_desk(browser: Browser, base: str) -> Page:
    """Return the page of an agent at the desk, once its scripts are ready."""
    page = browser.new_page(base_url=base, viewport=DESK, locale="en-US")
    page.set_default_timeout(60_000)
    sign_in(page, base, "omar")
    page.goto("/desk/")
    page.locator("[data-desk][data-ready]").wait_for()
    return page
