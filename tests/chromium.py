"""A real Chromium for the tests, and pages of the sizes people use.

`phone` is a resident's or a crew member's page (390 × 844, touch), `desk` an agent's (1440 × 900),
`page_at(width, height, **options)` makes more, each with cookies of its own; none keeps a service
worker, which would answer before a test's own routes do, unless it says `service_workers="allow"`.
A page that logs an
error, or asks this server for something that is not there, fails its test; where that is expected,
the test empties `page_problems`.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=30_000)  # ms, on a machine that is busy with other tests

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
# The same engine without the windows of a desktop; a test in it takes a third of the CPU.
SHELLS = ["chromium-headless-shell", "chrome-headless-shell"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
# A 4xx that a test asks for on purpose is in the console too, as is what was still under way when a
# test went offline or on to another page; what the server answers is looked at itself.
SAID_BY_RESPONSES = ("Failed to load resource", "TypeError: Failed to fetch")
SANTA_MONICA_CITY_HALL = {"latitude": 34.01207, "longitude": -118.49171, "accuracy": 8}


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, browser_type):
    path = find_shell() or find_chromium(browser_type) or install_chromium(browser_type)
    if not path:
        message = "NO CHROMIUM: install one (apt-get install chromium) or set CHROMIUM to its path"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": path, "args": QUIET + sandbox}


def find_shell():
    """Return the path of a headless shell, or None.

    If $CHROMIUM names a browser, return None too.
    """
    return None if os.environ.get("CHROMIUM") else _on_path(SHELLS)


def find_chromium(browser_type):
    """$CHROMIUM, then one on the PATH, then Playwright's own; None without any."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen
    own = browser_type.executable_path
    return _on_path(NAMES) or (own if Path(own).exists() else None)


def _on_path(names):
    return next(filter(None, map(shutil.which, names)), None)


def install_chromium(browser_type):
    """Install Playwright's Chromium, or Debian's as root; one worker does, the others wait."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        commands += [["apt-get", "update"], ["apt-get", "install", "--yes", "chromium"]]
    with (Path(tempfile.gettempdir()) / f"santa311-chromium-{os.geteuid()}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in commands:
            if path := find_chromium(browser_type):
                return path
            subprocess.run(command, check=False, timeout=600, stdin=subprocess.DEVNULL)
    return find_chromium(browser_type)


@pytest.fixture
def page_problems():
    return []


@pytest.fixture
def page_at(browser, live_server, page_problems):
    contexts = []

    def make(width, height, **options):
        size = {"width": width, "height": height}
        options = {"service_workers": "block", **options}
        context = browser.new_context(base_url=live_server.url, viewport=size, **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        _watch(page, live_server.url, page_problems)
        return page

    yield make
    for context in contexts:
        context.close()
    assert page_problems == []


def _watch(page, address, problems):
    def on_response(response):
        ours = response.url.startswith(address)
        if ours and (
            response.status >= 500 or (response.status == 404 and "/static/" in response.url)
        ):
            problems.append(f"{response.status} {response.url}")

    def on_console(message):
        if message.type == "error" and not any(each in message.text for each in SAID_BY_RESPONSES):
            problems.append(message.text)

    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", on_console)
    page.on("response", on_response)


@pytest.fixture
def phone(page_at):
    """Return a resident's page with touch, and with its location in the city."""
    return page_at(
        390,
        844,
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
        geolocation=SANTA_MONICA_CITY_HALL,
        permissions=["geolocation"],
        timezone_id="America/Los_Angeles",
        locale="en-US",
    )


@pytest.fixture
def desk(page_at):
    """Return an agent's page."""
    return page_at(1440, 900, timezone_id="America/Los_Angeles", locale="en-US")
