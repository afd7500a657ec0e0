"""A photo goes from a browser straight to the bucket, over a slow network that is cut once."""

import copy
import re

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from playwright.sync_api import expect

from requests_app.models import Photo
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
