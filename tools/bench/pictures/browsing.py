"""Pages in Chromium, and actions that anybody can take before a screenshot."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tools.bench import chromium
from tools.bench.chromium import sign_in

PHONE = {"viewport": chromium.PHONE, "has_touch": True, "is_mobile": True}
DESK = {"viewport": chromium.DESK}
HERE = {"latitude": 34.0195, "longitude": -118.4912, "accuracy": 8}


@contextmanager
def someone(browser, base, who, size, language="en-US") -> Iterator:
    context = browser.new_context(
        **size, geolocation=HERE, permissions=["geolocation"], locale=language
    )
    page = context.new_page()
    if who:
        sign_in(page, base, who)
    yield page
    context.close()


def nothing(page) -> None:
    """Do nothing."""


def press(*keys) -> Callable:
    def do(page) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(600)

    return do


def follow(selector) -> Callable:
    def do(page) -> None:
        page.locator(selector).first.click()
        page.wait_for_timeout(1000)

    return do


def write(text) -> Callable:
    def do(page) -> None:
        page.keyboard.type(text)
        page.wait_for_timeout(1000)

    return do
