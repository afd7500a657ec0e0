"""The story: a broken drain, from a phone in the street to five stars.

Each person has a browser with cookies of its own; a real worker does what is asked of it, and the
photo knows where it was taken.
"""

from contextlib import contextmanager

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from city.models import Category
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.status import Outcome, Status
from tests import make, pictures
from tests.barriers import no_sideways_scroll
from tests.browser.road import (
    CORNER,
    DRAIN,
    WATER,
    Ana,
    AnaWithoutJavascript,
    Omar,
    Wes,
    WesWithoutJavascript,
)
from tests.shared import SHARED

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2, "locale": "en-US"}
WILSHIRE_14TH = {1: "N", 2: (34.0, 1.0, 36.4), 3: "W", 4: (118.0, 29.0, 19.9)}  # EXIF's GPS
ROAD = ["file", "route", "start", "complete", "dispute", "start", "complete", "confirm"]


@pytest.fixture
def drain():
    """Return a real photo with its place in Santa Monica, or a drawn one with the same place."""
    return _real("sm_gps_wilshire_14th.jpg") or _drawn(exif=pictures.exif(gps=WILSHIRE_14TH))


@pytest.fixture
def still_broken():
    return _real("street_drain_broken_orient6.jpg") or _drawn(quality=60)


@pytest.fixture
def patched():
    return _file(make.picture("olive", size=(1200, 900)).read())


@pytest.fixture
def new_grate():
    return _file(make.picture("teal", size=(1200, 900)).read())


def _real(name):
    path = SHARED / "photos" / "good" / name
    return _file(path.read_bytes()) if path.exists() else None


def _drawn(**options):
    return _file(pictures.written(pictures.street(), **options))


def _file(content):
    return {"name": "IMG_0311.jpg", "mimeType": "image/jpeg", "buffer": content}


@pytest.fixture
def staff():
    """Create agent omar, and wes, who is on duty for pipes and has a leak on his list."""
    make.user("wes", make.water())
    leak = make.filed(by=make.bob(), category=Category.objects.get(service_code="water-leak"))
    make.act(workflow.route, leak, make.omar(), to=make.water())


def the_request():
    return ServiceRequest.objects.get(category__name=DRAIN)


def ends_with_five_stars(row):
    row.refresh_from_db()
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.CONFIRMED)
    assert [event.verb for event in row.events.order_by("pk")] == ROAD
    assert row.feedback.get(rating__isnull=False).rating == 5
    assert row.location_text == CORNER


@contextmanager
def without_a_reload(person):
    """Fail if the page of this person loads a new document."""
    loaded = []

    def note(frame):
        loaded.append(frame.url)

    person.page.on("framenavigated", note)
    yield
    person.page.remove_listener("framenavigated", note)
    assert loaded == []


def test_a_broken_drain_from_the_street_to_five_stars(
    worker, staff, phone, desk, page_at, drain, patched, still_broken, new_grate
):
    ana, omar, wes = Ana(phone), Omar(desk), Wes(page_at(390, 844, **PHONE))
    omar.sign_in("omar", then="desk")
    expect(desk.get_by_role("heading", name="Nothing left in this queue")).to_be_visible()
    wes.sign_in("wes", then="inbox")
    ana.report(drain)
    row = the_request()
    with without_a_reload(ana):
        omar.see_it_arrive()
        omar.route(row.reference)
        ana.reads(f"With {WATER}", "sent it to")
        wes.see_it_arrive()
        wes.open_from_the_list()
        wes.start()
        ana.reads("Work underway", "started work")
        wes.complete(patched, "The edge is patched.")
        ana.reads("Work finished. Please check", "The edge is patched.")
        ana.sees_before_and_after()
    ana.say_no(still_broken)
    ana.reads(f"{WATER} is taking another look", "when a bus went over it")
    with without_a_reload(ana):
        wes.open_from_the_top()
        wes.start()
        ana.reads("Work underway", "started work")
        wes.complete(new_grate, "A new grate, set in concrete.")
        ana.reads("Work finished. Please check", "set in concrete")
        ana.sees_before_and_after()
    ana.say_yes()
    ana.reads("You confirmed it's fixed", "Thank you!")
    omar.look()
    ends_with_five_stars(row)


def test_a_report_without_javascript_on_the_smallest_phones(
    worker, staff, page_at, drain, patched, still_broken, new_grate
):
    small = {"width": 320, "height": 640, "java_script_enabled": False, **PHONE}
    ana = AnaWithoutJavascript(page_at(**small), look=no_sideways_scroll)
    omar = Omar(page_at(1440, 900, java_script_enabled=False), look=no_sideways_scroll)
    wes = WesWithoutJavascript(page_at(**small), look=no_sideways_scroll)
    wes.sign_in("wes", then="inbox")
    ana.report(drain)
    row = the_request()
    omar.sign_in("omar", then="desk")
    omar.route(row.reference)
    ana.reads(f"With {WATER}", "sent it to")
    wes.open("inbox")
    wes.open_from_the_list()
    wes.start()
    ana.reads("Work underway", "started work")
    wes.complete(patched, "The edge is patched.")
    ana.reads("Work finished. Please check", "The edge is patched.")
    ana.say_no(still_broken)
    ana.reads(f"{WATER} is taking another look", "when a bus went over it")
    wes.open_from_the_top()
    wes.start()
    wes.complete(new_grate, "A new grate, set in concrete.")
    ana.reads("Work finished. Please check", "set in concrete")
    ana.say_yes()
    ana.reads("You confirmed it's fixed", "Thank you!")
    ends_with_five_stars(row)


class Keyboard:
    """Hands that know Tab, Enter and the arrows, and go on from where the focus is."""

    def __init__(self, page):
        self.page = page

    def press(self, goal):
        self._until_focused(goal, "Tab")
        self.page.keyboard.press("Enter")

    def write(self, goal, words):
        self._until_focused(goal, "Tab")
        self.page.keyboard.type(words)

    def choose(self, radios, goal):
        """Tab goes to the first of several radio buttons, the arrows to the others."""
        self._until_focused(radios.first, "Tab")
        self.page.keyboard.press("Space")
        self._until_focused(goal, "ArrowDown")
        expect(goal).to_be_checked()

    def _until_focused(self, goal, key, most=90):
        for _presses in range(most):
            if goal.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{most} times {key} do not lead to {goal}")


def test_a_report_is_sent_by_keyboard_alone(desk):
    page, keys = desk, Keyboard(desk)
    page.goto(reverse("home"))
    keys.press(page.get_by_role("link", name="Report a problem", exact=True).first)
    expect(page.get_by_role("heading", name="What is it?")).to_be_visible()
    keys.press(page.locator("summary", has_text="Water and drains"))
    kinds = page.locator("details[open] [name=category]")
    keys.choose(kinds, page.locator("#in-group-storm-drain"))
    keys.press(page.get_by_role("button", name="Continue"))
    expect(page.locator(".is-live")).to_be_attached()
    keys.write(page.get_by_label("Address, corner"), "santa monica pier")
    expect(page.locator("#places button").first).to_contain_text("Santa Monica Pier")
    keys.press(page.locator("#places button").first)
    keys.press(page.get_by_role("button", name="Use this spot"))
    page.wait_for_url("**/details/")
    falls = page.get_by_role("group", name="Could a foot or a wheel fall in?")
    keys.choose(falls.get_by_role("radio"), falls.get_by_label("I am not sure"))
    keys.write(page.get_by_label("Email"), "ana@example.org")
    keys.press(page.get_by_role("button", name="Continue"))
    page.wait_for_url("**/check/")
    keys.press(page.get_by_role("button", name="Send to the city"))
    expect(page.get_by_role("heading", name="Sent. Thank you.")).to_be_visible()
    keys.press(page.get_by_role("link", name="See your request"))
    expect(page.get_by_role("heading", name=DRAIN)).to_be_visible()
    assert the_request().location_text == "Santa Monica Pier"
