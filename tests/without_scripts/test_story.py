"""Test for the story of a broken drain without scripts, over HTTP: from report to rating."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from requests_app import workflow
from requests_app.models import Photo, ServiceRequest
from requests_app.status import Outcome, Status
from tests import make, pictures
from tests.visitors import browser, signed_in
from tests.without_scripts.page import Page

pytestmark = pytest.mark.django_db
DRAIN = "Storm drain broken or blocked"
CORNER = "Wilshire Blvd & 14th St"
WATER = "Water Resources"
WILSHIRE_14TH = {1: "N", 2: (34.0, 1.0, 36.4), 3: "W", 4: (118.0, 29.0, 19.9)}  # EXIF's GPS tags
ROAD = [
    "file", "route", "comment", "start", "complete", "dispute", "start", "complete", "confirm",
]  # fmt: skip


@pytest.fixture
def wes():
    """Return the page of Wes, who works for Water Resources and has one job, a leak."""
    wes = make.user("wes", make.water())
    leak = make.filed(by=make.bob(), category=make.category(service_code="water-leak"))
    make.act(workflow.route, leak, make.omar(), to=make.water())
    return Page(signed_in(wes))


def report(ana):
    """Send a report with a photo that has a GPS position, in all steps of the form."""
    photo = pictures.written(pictures.street(), exif=pictures.exif(gps=WILSHIRE_14TH))
    ana.goto("/")
    ana.click("Report a problem")
    ana.attach("photos", ContentFile(photo, name="IMG_0311.jpg"))
    ana.fill("Say it in your own words", "hole by the drain")
    ana.press("Search")
    assert Photo.objects.count() == 1
    ana.check(DRAIN)
    ana.press("Continue")
    assert CORNER in ana.text
    ana.press("Use it")
    assert "Could a foot or a wheel fall in?" in ana.text
    ana.check("I am not sure")
    ana.fill("Anything the crew should know?", "The edge is gone.")
    ana.fill("Email", "ana@example.org")
    ana.press("Continue")
    ana.press("Send to the city")
    ana.heading("Sent. Thank you.")
    ana.click("See your request")
    return ServiceRequest.objects.get(category__name=DRAIN)


def assert_page_contains(ana, *words):
    """Load the page of the request again, and check that it contains `words`."""
    ana.goto(ana.path)
    assert all(each in ana.text for each in words), ana.text


def complete(wes, note):
    wes.press("Start work")
    assert "Work started." in wes.text
    wes.click("Finish")
    wes.attach("photos", make.picture("olive"))
    wes.check("resolution")
    wes.fill("Tell the resident", note)
    wes.press("Done, send it")
    assert "We're asking the resident to check it." in wes.text


def test_a_broken_drain_goes_from_the_street_to_five_stars_without_scripts(wes):
    ana, omar = Page(browser("ana")), Page(signed_in(make.omar()))
    row = report(ana)
    assert_page_contains(ana, "Received", "You reported it")
    omar.goto(reverse("desk"))
    omar.click(CORNER)
    assert row.reference in omar.part("panel").text
    omar.press(WATER)
    assert f"routed to {WATER}" in omar.text
    assert_page_contains(ana, f"With {WATER}", "sent it to", "Reload this page for updates")
    ana.fill("Your comment", "The other lane too.")
    ana.press("Send the comment")
    assert_page_contains(ana, "The other lane too.")
    wes.goto(reverse("inbox"))
    wes.click(CORNER)
    complete(wes, "The edge is patched.")
    assert_page_contains(ana, "Work finished. Please check", "The edge is patched.")
    ana.click("No")
    ana.check("It broke again")
    ana.attach("gallery", make.picture("red"))
    ana.fill("In your own words", "It came off when a bus went over it.")
    ana.press("Send it back")
    assert_page_contains(ana, f"{WATER} is taking another look", "when a bus went over it")
    wes.goto(reverse("inbox"))
    wes.click("Open")  # the disputed job is the first one
    assert CORNER in wes.text
    complete(wes, "A new grate, set in concrete.")
    assert_page_contains(ana, "Work finished. Please check", "set in concrete")
    ana.click("Yes, fixed")
    ana.check("Very well")
    ana.fill("What could we do better?", "Nothing. Thank you!")
    ana.press("Yes, it's fixed. Close it")
    assert_page_contains(ana, "You confirmed it's fixed", "Thank you!")
    row.refresh_from_db()
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.CONFIRMED)
    assert [event.verb for event in row.events.order_by("pk")] == ROAD
    assert row.feedback.get(rating__isnull=False).rating == 5
    assert row.location_text == CORNER
