"""Takes the pictures in `docs/pictures/` from a running demo, in real Chromium.

`.venv/bin/python -m bench.pictures http://localhost:8000` against `./run demo --fresh`. Each
shot says who looks, where, and what they do first; it changes the demo's data as they would.
"""

import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from santa311.demo.people import PASSWORD
from tests.chromium import find_chromium

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
HERE = {"latitude": 34.0195, "longitude": -118.4912}


def nothing(page):
    """Look, and touch nothing."""


@dataclass(frozen=True)
class Shot:
    """`who` is signed in ("" for a resident); `first` brings the page into its state."""

    name: str
    who: str
    path: str
    size: dict
    first: Callable[[Page], None] = nothing


def press(*keys):
    def do(page):
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(500)

    return do


def follow(selector):
    def do(page):
        page.locator(selector).first.click()
        page.wait_for_timeout(900)

    return do


def select_some(page):
    for _line in range(4):
        press("x", "j")(page)


def take_a_call(page):
    page.keyboard.type("pico and 4th")
    page.wait_for_timeout(900)
    press("Enter", "Tab")(page)
    page.keyboard.type("pothole")
    page.wait_for_timeout(900)
    press("Enter")(page)
    page.wait_for_timeout(900)


def first_job(page):
    follow("main a[href^='/staff/SM-']")(page)


def finish_first_job(page):
    first_job(page)
    follow("a[href$='/completion/']")(page)


SHOTS = [
    Shot("desk", "omar", "/desk/", DESK),
    Shot("desk-phone", "omar", "/desk/", PHONE),
    Shot("desk-filters", "omar", "/desk/?tab=open", DESK, press("f")),
    Shot("desk-selected", "omar", "/desk/", DESK, select_some),
    Shot("desk-keys", "omar", "/desk/", DESK, press("?")),
    Shot("desk-photo", "omar", "/desk/?tab=open", DESK, press("p")),
    Shot("desk-around", "omar", "/desk/", DESK, press("m")),
    Shot("desk-intake", "omar", "/desk/intake/", DESK, take_a_call),
    Shot("desk-rules", "omar", "/desk/rules/", DESK),
    Shot("crew-inbox", "wes", "/staff/", PHONE),
    Shot("crew-map", "wes", "/staff/?view=map", PHONE),
    Shot("crew-plan", "wes", "/staff/plan/", PHONE),
    Shot("crew-job", "wes", "/staff/", PHONE, first_job),
    Shot("crew-finish", "wes", "/staff/", PHONE, finish_first_job),
    Shot("overview", "sue", "/staff/overview/", DESK),
    Shot("overview-jobs", "sue", "/staff/overview/jobs/", DESK),
    Shot("overview-city", "lena", "/staff/overview/city/", DESK),
    Shot("rules-admin", "ada", "/admin/routing/routingrule/", DESK),
]


@contextmanager
def someone(browser, base, who, size):
    context = browser.new_context(**size, geolocation=HERE, permissions=["geolocation"])
    page = context.new_page()
    if who:
        page.goto(f"{base}/accounts/login/")
        page.fill("[name=login]", who)
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_load_state()
    yield page
    context.close()


def main(base, *names):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium), args=["--no-sandbox"]
        )
        for shot in SHOTS:
            if names and shot.name not in names:
                continue
            with someone(browser, base, shot.who, shot.size) as page:
                page.goto(base + shot.path)
                page.wait_for_timeout(1200)
                shot.first(page)
                page.screenshot(path=PICTURES / f"{shot.name}.png")
                print(shot.name)


if __name__ == "__main__":
    main(*sys.argv[1:])
