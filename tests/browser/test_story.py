"""Test of a complete request about a broken drain, from the report to a rating of five stars.

Each person has a browser with separate cookies. A real Celery worker executes the tasks, and the
photo contains GPS coordinates.
"""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from city.models import Category
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.status import Outcome, Status
from tests import make, pictures
from tests.browser.road import CORNER, DRAIN, WATER, Ana, Omar, Wes
from tests.shared import SHARED

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2, "locale": "en-US"}
WILSHIRE_14TH = {1: "N", 2: (34.0, 1.0, 36.4), 3: "W", 4: (118.0, 29.0, 19.9)}  # EXIF GPS tags
ROAD = ["file", "route", "start", "complete", "dispute", "start", "complete", "confirm"]


@pytest.fixture
def drain():
    """Return a real photo with GPS data, or a generated one with the same data if missing."""
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
    """Create wes in the water department, and a water leak that is already routed to it."""
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
    """Context manager that fails if the page of this person loads a new document."""
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
