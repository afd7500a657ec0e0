"""Fixtures for pages in a real Chromium.

`phone` is the page of a resident or a crew member (390 × 844, touch), `desk` the page of an agent
(1440 × 900). `page_at(width, height, **options)` creates more pages, each with its own cookies.
Service workers are blocked, because they would respond before the routes of a test; the option
`service_workers="allow"` permits them. A test fails if a page logs an error or if this server
responds with a 5xx status, or with 404 to a request for a static file. A test that expects this
empties `page_problems`.
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

expect.set_options(timeout=30_000)  # ms; the machine may be busy with other tests

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
# The same engine without a desktop interface; a test takes a third of the CPU time.
SHELLS = ["chromium-headless-shell", "chrome-headless-shell"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
# Ignored console messages. They also appear for an expected 4xx, and for requests interrupted when
# a test goes offline or opens another page. The responses of the server are checked separately.
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
    """Return the path of a Chromium, or None if there is none.

    Prefer $CHROMIUM, then a browser on the PATH, then the one of Playwright.
    """
    if chosen := os.environ.get("CHROMIUM"):
        return chosen
    own = browser_type.executable_path
    return _on_path(NAMES) or (own if Path(own).exists() else None)


def _on_path(names):
    return next(filter(None, map(shutil.which, names)), None)


def install_chromium(browser_type):
    """Install a Chromium and return its path, or None if that failed.

    Try Playwright's Chromium first, then Debian's package if the user is root. A lock file makes
    the other xdist workers wait.
    """
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
    """Return a resident's page with touch and a geolocation at Santa Monica City Hall."""
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
