"""Test of a crew's morning on one phone, with at most six taps per job.

Of five jobs, one is finished offline, one came back as not fixed, and one changes while it is
being finished.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.models import Photo
from requests_app.status import Status, Verb
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

MOST_TAPS = 6
CAMERA = 2  # taps for a photo: the shutter and "OK"
FIVE_KM_AWAY = {"latitude": 34.0580, "longitude": -118.4917, "accuracy": 8}


class Phone:
    """The phone of wes, which counts the taps for one job."""

    def __init__(self, page):
        self.page = page
        self.taps = 0

    def tap(self, name, role="button", within=None):
        (within or self.page).get_by_role(role, name=name, exact=True).first.tap()
        self.taps += 1

    def open(self, row):
        self.page.goto(reverse("job", args=[row.reference]), wait_until="networkidle")
        self.taps = 0

    def look(self):
        assert_accessible(self.page)
        no_sideways_scroll(self.page)

    def finish(self, color="olive"):
        """Tap "Finish", which opens the camera, and wait until the form shows the photo."""
        with self.page.expect_file_chooser() as camera:
            self.tap("Finish", "link")
        self.taps += CAMERA
        camera.value.set_files(picture(color))
        expect(self.page.locator("[data-photos] img[src^=blob]")).to_be_visible()

    def say_what(self, note="Filled and level"):
        self.page.locator(".usual label.usa-radio__label").first.tap()
        self.taps += 1
        self.tap(note)

    def send(self):
        self.tap("Done, send it")

    def reads(self, words):
        expect(self.page.locator("body")).to_contain_text(words)


def picture(color):
    content = make.picture(color).read()
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content}


@pytest.fixture
def phone(phone, live_server):
    sign_in(phone, live_server, make.wes())
    return Phone(phone)


def is_done_once(row, photos=1):
    row.refresh_from_db()
    assert row.status == Status.COMPLETED
    [event] = row.events.filter(verb=Verb.COMPLETE, pk__gt=row.before)
    assert event.photos.count() == photos


def job(status=Status.IN_PROGRESS):
    row = make.service_request(status)
    row.before = make.last_event_id(row)
    return row


def test_a_crews_morning(phone):
    with_signal(phone)
    without_signal(phone)
    not_fixed(phone)
    changed_meanwhile(phone)
    far_from_the_pin(phone)
    assert Photo.objects.unattached().count() == 0


def with_signal(phone):
    """Open a job from the list, start it and finish it, all online."""
    row, page = job(Status.ROUTED), phone.page
    page.goto(reverse("inbox"))
    phone.tap("Open", "link")
    phone.tap("Start work")
    phone.reads("Work started.")
    phone.look()
    phone.taps = 0
    phone.finish()
    phone.look()
    phone.say_what()
    phone.send()
    phone.reads("Finished: Pothole.")
    phone.look()
    assert phone.taps <= MOST_TAPS
    is_done_once(row)


def without_signal(phone):
    row, page = job(), phone.page
    phone.open(row)
    page.context.set_offline(True)
    phone.finish("red")
    phone.reads("On this phone")
    phone.say_what()
    phone.send()
    phone.reads("Safe on this phone")
    expect(page.locator("[data-queue]")).to_contain_text("1 waiting to send")
    phone.look()
    assert phone.taps <= MOST_TAPS
    page.locator("[data-queue]").tap()
    expect(page.get_by_role("dialog")).to_contain_text("Waits to be sent")
    phone.look()
    phone.tap("Close")
    phone.tap("To my jobs", "link")
    phone.reads("You need one for this, so you're still on this page.")
    row.refresh_from_db()
    assert row.status == Status.IN_PROGRESS
    page.context.set_offline(False)
    phone.reads("Sent. We're asking the resident to check it.")
    expect(page.locator("[data-queue]")).to_be_hidden()
    phone.look()
    is_done_once(row)


def not_fixed(phone):
    row = make.service_request(Status.COMPLETED)
    picture = make.photo(Photo.Kind.DISPUTE, "red", device=make.ana())
    make.act(workflow.dispute, row, make.ana(), words="It is still there.", photos=[picture])
    row.before = make.last_event_id(row)
    phone.open(row)
    top = phone.page.locator("main section, main .jobshots").first
    expect(top).to_contain_text("It is still there.")
    phone.look()
    phone.finish("navy")
    phone.say_what()
    phone.send()
    phone.reads("Finished: Pothole.")
    is_done_once(row)


def changed_meanwhile(phone):
    row, page = job(), phone.page
    phone.open(row)
    phone.finish("gold")
    phone.say_what()
    make.act(workflow.comment, row, make.omar(), words="Mind the cable below.", is_public=False)
    make.act(workflow.assign, row, make.sue(), to=make.sue())
    phone.send()
    expect(page.locator(".error-summary")).to_contain_text("The job is assigned to Sue.")
    expect(page.get_by_label("Tell the resident")).to_have_value(filled())
    expect(page.locator("[data-photos] img[src^=blob]")).to_be_visible()
    expect(page.locator("[data-queue]")).to_contain_text("Tap to see what needs you.")
    phone.look()
    phone.send()
    phone.reads("Finished: Pothole.")
    is_done_once(row)


def filled():
    return make.pothole().canned_texts.get(use="note").body


def far_from_the_pin(phone):
    pothole = make.pothole()
    pothole.proof_within_m = 100
    pothole.save()
    row, page = job(), phone.page
    page.context.set_geolocation(FIVE_KM_AWAY)
    phone.open(row)
    phone.finish("pink")
    phone.reads("You are about 3.2 mi from the pin")
    phone.say_what()
    phone.send()
    expect(page.locator(".error-summary")).to_contain_text("You are about 3.2 mi from the pin")
    phone.look()
    phone.tap("GPS was wrong")
    phone.send()
    phone.reads("Finished: Pothole.")
    phone.reads("Proof taken 3.2 mi from the pin")
    is_done_once(row)
    assert row.completions.get().proof_reason == "GPS was wrong"
