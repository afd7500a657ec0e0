"""A photo goes from a browser straight to the bucket, over a slow network that is cut once."""

import copy
import re

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from playwright.sync_api import expect

from requests_app.models import Photo
from requests_app.status import Status
from tests import make
from tests.barriers import no_barriers
from tests.shared import photo

pytestmark = pytest.mark.django_db(transaction=True)
WATCH = """
window.shares = [];
setInterval(() => {
  const progress = document.querySelector(".photo--going progress");
  if (progress) window.shares.push(progress.value);
}, 20);
"""


@pytest.fixture
def open_bucket(bucket, live_server, settings):
    """The bucket lets the pages of this test's server in, and they may reach it."""
    settings.BASE_URL = live_server.url
    settings.SECURE_CSP = copy.deepcopy(settings.SECURE_CSP)
    settings.SECURE_CSP["connect-src"].append(default_storage.public_endpoint)
    call_command("prepare_bucket", verbosity=0)
    return bucket


def slow_down(page, bytes_a_second):
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    speed = {"latency": 20, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    devtools.send("Network.emulateNetworkConditions", {"offline": False, **speed})


def test_a_photo_goes_straight_to_the_bucket_with_its_progress_and_once_more_after_a_cut(
    phone, open_bucket
):
    posted = []
    phone.on("request", lambda request: posted.append(request) if is_post(request) else None)
    phone.add_init_script(WATCH)
    phone.route(f"{open_bucket}**", lambda route: route.abort("connectionreset"), times=1)
    phone.goto("/report/")
    slow_down(phone, 400_000)
    gallery = phone.locator("[data-photos] input[type=file]").last
    gallery.set_input_files(photo("good/street_lines_orient1.jpg"))
    expect(phone.locator("[data-photo] img")).to_be_visible(timeout=60_000)
    shares = phone.evaluate("window.shares")
    assert any(0 < share < 100 for share in shares)
    to_bucket = [request for request in posted if request.url.startswith(open_bucket)]
    assert len(to_bucket) == 2
    assert posted[-1].url.endswith("/photos/")
    size = photo("good/street_lines_orient1.jpg").stat().st_size
    assert default_storage.size(Photo.objects.get().original) == size
    assert list(default_storage.listing("incoming/")) == []


def is_post(request):
    return request.method == "POST"


def test_a_photo_on_its_way_says_how_much_has_gone_and_is_called_off(phone, live_server):
    phone.goto("/report/")
    slow_down(phone, 40_000)
    gallery = phone.locator("[data-photos] input[type=file]").last
    names = ["street_lines_orient1.jpg", "small.webp"]
    gallery.set_input_files([photo(f"good/{name}") for name in names])
    going = phone.locator(".photo--going")
    expect(going.nth(1).locator("[data-share]")).to_have_text("Waiting its turn")
    expect(going.first.locator("[data-share]")).to_have_text(re.compile(r"[1-9]\d?%"))
    with phone.expect_event("requestfailed"):
        going.first.get_by_role("button", name="Remove this photo").click()
    expect(phone.locator("[data-photo]")).to_have_count(1)
    phone.reload()
    expect(phone.locator("[data-photo]")).to_have_count(1)
    expect(going).to_have_count(0)
    assert Photo.objects.count() == 1


@pytest.fixture
def reply(phone, live_server):
    """ana's page on which she says that it is not fixed, with a photo chosen."""
    row = make.service_request(Status.COMPLETED)
    phone.context.add_cookies([{"name": "device", "value": "ana", "url": live_server.url}])
    phone.goto(f"/requests/{row.reference}/dispute/")
    phone.get_by_label("In your words").fill("It came off again.")
    phone.set_input_files("#gallery", photo("good/street_lines_orient1.jpg"))
    return phone


def test_a_reply_says_how_much_of_its_photo_has_gone(reply):
    slow_down(reply, 70_000)  # some ten seconds: looking for barriers takes its time, too
    reply.get_by_role("button", name="Send it back").click(no_wait_after=True)
    expect(reply.locator("[data-share]")).to_have_text(re.compile(r"[1-9]\d?%"))
    expect(reply.get_by_role("status").filter(has_text="Sending…")).to_be_visible()
    no_barriers(reply)
    expect(reply).not_to_have_url(re.compile("dispute"), timeout=30_000)
    assert Photo.objects.filter(kind=Photo.Kind.DISPUTE).count() == 1


def test_a_reply_whose_line_is_cut_keeps_everything_and_goes_by_itself(reply):
    slow_down(reply, 300_000)
    reply.route("**/dispute/", lambda route: route.abort("connectionreset"), times=1)
    reply.get_by_role("button", name="Send it back").click(no_wait_after=True)
    expect(reply.get_by_text("No connection. Nothing is lost.")).to_be_visible()
    expect(reply.get_by_label("In your words")).to_have_value("It came off again.")
    reply.evaluate("dispatchEvent(new Event('online'))")
    expect(reply).not_to_have_url(re.compile("dispute"), timeout=30_000)
    assert Photo.objects.filter(kind=Photo.Kind.DISPUTE).count() == 1


def test_photos_of_a_reply_that_was_refused_do_not_travel_twice(reply):
    slow_down(reply, 300_000)
    reply.get_by_label("In your words").fill("Call me: 310 555 0142.")
    reply.get_by_role("button", name="Send it back").click(no_wait_after=True)
    expect(reply.get_by_role("button", name="Send as it is")).to_be_visible(timeout=30_000)
    expect(reply.get_by_label("Send this photo")).to_be_checked()
    assert Photo.objects.filter(kind=Photo.Kind.DISPUTE).count() == 1
