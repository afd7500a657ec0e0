"""Tests for uploading photos from a browser directly to the bucket, over a slow network."""

import copy
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from playwright.sync_api import expect

from lib.storage import default_storage
from requests_app.models import Draft, Photo
from requests_app.status import Status
from tests import make
from tests.barriers import assert_accessible
from tests.locks import wait_for_someone_to_block
from tests.shared import photo
from tests.visitors import carry_device

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
    """Allow the live server's pages in the bucket, and the bucket in their security policy."""
    settings.BASE_URL = live_server.url
    settings.SECURE_CSP = copy.deepcopy(settings.SECURE_CSP)
    settings.SECURE_CSP["connect-src"].append(default_storage.public_endpoint)
    call_command("prepare_bucket", verbosity=0)
    return bucket


def slow_down(page, bytes_a_second):
    """Limit the upload speed of `page`, and return a function that changes the limit."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")

    def change(bytes_a_second):
        speed = {"latency": 20, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
        devtools.send("Network.emulateNetworkConditions", {"offline": False, **speed})

    change(bytes_a_second)
    return change


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
    assert list(default_storage.list_files("incoming/")) == []


def test_a_bucket_that_hangs_costs_a_report_a_quarter_of_a_minute_and_not_each_photo(
    phone, open_bucket
):
    phone.clock.install()
    held = []

    def hold(route):
        held.append(route)

    phone.route(f"{open_bucket}**", hold)
    phone.goto("/report/")
    gallery = phone.locator("[data-photos] input[type=file]").last
    with phone.expect_request(f"{open_bucket}**"):
        gallery.set_input_files([photo("good/small.webp"), photo("good/street_lines_orient1.jpg")])
    phone.clock.fast_forward("00:16")
    expect(phone.locator("[data-photo]")).to_have_count(2)
    assert len(held) == 1


def is_post(request):
    return request.method == "POST"


def test_a_photo_on_its_way_says_how_much_has_gone_and_is_called_off(phone, live_server):
    phone.goto("/report/")
    slow_down(phone, 40_000)
    gallery = phone.locator("[data-photos] input[type=file]").last
    names = ["street_lines_orient1.jpg", "small.webp"]
    gallery.set_input_files([photo(f"good/{name}") for name in names])
    going = phone.locator(".photo--going")
    expect(going.nth(1).locator("[data-share]")).to_have_text("Waiting to upload")
    expect(going.first.locator("[data-share]")).to_have_text(re.compile(r"[1-9]\d?%"))
    with phone.expect_event("requestfailed"):
        going.first.get_by_role("button", name="Remove this photo").click()
    expect(phone.locator("[data-photo]")).to_have_count(1)
    phone.reload()
    expect(phone.locator("[data-photo]")).to_have_count(1)
    expect(going).to_have_count(0)
    assert Photo.objects.count() == 1


def test_a_photo_taken_out_while_its_place_is_asked_for_does_not_go(phone, open_bucket):
    posted, asked = [], []

    def hold(route):
        asked.append(route)

    phone.on("request", lambda request: posted.append(request) if is_post(request) else None)
    phone.route("**/photos/incoming/", hold, times=1)
    phone.goto("/report/")
    with phone.expect_request("**/photos/incoming/"):
        add(phone, "street_lines_orient1.jpg")
    phone.locator(".photo--going").get_by_role("button", name="Remove this photo").click()
    asked[0].continue_()
    add(phone, "small.webp")
    expect(phone.locator("[data-photo]")).to_have_count(1)
    to_bucket = [request for request in posted if request.url.startswith(open_bucket)]
    assert len(to_bucket) == 1


def add(page, name):
    page.locator("[data-photos] input[type=file]").last.set_input_files(photo(f"good/{name}"))


def on_its_way(page):
    return page.locator(".photo--going [data-share]")


NO_CONNECTION = "No connection. Nothing is lost."


def stop_the_clock(page):
    """Stop the clock of `page`, so that only `fast_forward` advances it."""
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))


def test_a_slow_photo_has_time_as_long_as_it_moves(phone, live_server):
    phone.goto("/report/")
    stop_the_clock(phone)
    change_speed = slow_down(phone, 2_000)
    add(phone, "street_lines_orient1.jpg")
    for _ in range(3):
        expect(on_its_way(phone)).to_have_text(re.compile(r"^\d+%$"))
        phone.clock.fast_forward("00:40")
        expect(on_its_way(phone)).not_to_have_text(on_its_way(phone).text_content())
    expect(phone.locator("[data-offline]")).to_be_hidden()
    phone.clock.fast_forward("00:46")  # no byte is sent during this time
    expect(phone.locator("[data-offline]")).to_contain_text(NO_CONNECTION)
    change_speed(-1)
    phone.get_by_role("button", name="Try now").click()
    expect(phone.locator("[data-photo]")).to_have_count(1)


@contextmanager
def hung(page, second="street_lines_orient1.jpg"):
    """Context manager in which the server has received a second photo but does not respond."""
    page.goto("/report/")
    add(page, "small.webp")
    expect(page.locator("[data-photo]")).to_have_count(1)
    with transaction.atomic():
        Draft.objects.select_for_update().get()
        add(page, second)
        wait_for_someone_to_block()
        expect(on_its_way(page)).to_have_text("Almost done…")
        yield


def test_an_answer_has_the_minute_of_the_proxy_and_not_for_ever(phone, live_server):
    stop_the_clock(phone)
    with hung(phone):
        phone.clock.fast_forward("01:05")
        expect(on_its_way(phone)).to_have_text("Almost done…")
        expect(phone.locator("[data-offline]")).to_be_hidden()
        phone.clock.fast_forward("00:26")
        expect(phone.locator("[data-offline]")).to_contain_text(NO_CONNECTION)
    phone.get_by_role("button", name="Try now").click()
    expect(phone.locator("[data-photo]")).to_have_count(2)
    assert Photo.objects.count() == 2


def test_a_photo_taken_out_after_its_last_byte_does_not_stay_in_the_report(phone, live_server):
    with hung(phone):
        phone.locator(".photo--going").get_by_role("button", name="Remove this photo").click()
        add(phone, "sm_gps_wilshire_14th.jpg")
        expect(on_its_way(phone)).to_have_text("Waiting to upload")
    expect(phone.locator("[data-photo]")).to_have_count(2)
    phone.reload()
    expect(phone.locator("[data-photo]")).to_have_count(2)
    assert Photo.objects.count() == 2


def test_a_photo_that_is_there_already_stays_when_its_double_is_taken_out(phone, live_server):
    with hung(phone, second="small.webp"):
        phone.locator(".photo--going").get_by_role("button", name="Remove this photo").click()
    add(phone, "street_lines_orient1.jpg")
    expect(phone.locator("[data-photo]")).to_have_count(2)
    assert Photo.objects.count() == 2


@pytest.fixture
def reply(phone, live_server):
    """Return ana's page with the dispute form, filled in and with a photo chosen."""
    row = make.service_request(Status.COMPLETED)
    carry_device(phone, live_server)
    phone.goto(f"/requests/{row.reference}/dispute/")
    phone.get_by_label("In your own words").fill("It came off again.")
    phone.set_input_files("#gallery", photo("good/street_lines_orient1.jpg"))
    return phone


def test_two_photos_are_kept_when_the_scripts_of_the_page_arrive_late(phone, live_server):
    def delay(route):
        phone.wait_for_timeout(500)
        route.continue_()

    row = make.service_request(Status.COMPLETED)
    carry_device(phone, live_server)
    phone.route(re.compile(r"/static/js/lib/photo-choice"), delay)
    phone.goto(f"/requests/{row.reference}/dispute/")
    for name in ["good/street_lines_orient1.jpg", "good/small.webp"]:
        phone.set_input_files("#gallery", photo(name))
    expect(phone.get_by_role("button", name="Remove this photo")).to_have_count(2)


def test_a_reply_says_how_much_of_its_photo_has_gone(reply):
    slow_down(reply, 70_000)  # about ten seconds, since the accessibility check takes time, too
    reply.get_by_role("button", name="Send it back").click(no_wait_after=True)
    expect(reply.locator("[data-share]")).to_have_text(re.compile(r"[1-9]\d?%"))
    expect(reply.get_by_role("status").filter(has_text="Sending…")).to_be_visible()
    assert_accessible(reply)
    expect(reply).not_to_have_url(re.compile("dispute"), timeout=30_000)
    assert Photo.objects.filter(kind=Photo.Kind.DISPUTE).count() == 1


def test_a_reply_whose_line_is_cut_keeps_everything_and_goes_by_itself(reply):
    slow_down(reply, 300_000)
    reply.route("**/dispute/", lambda route: route.abort("connectionreset"), times=1)
    reply.get_by_role("button", name="Send it back").click(no_wait_after=True)
    expect(reply.get_by_text("No connection. Nothing is lost.")).to_be_visible()
    expect(reply.get_by_label("In your own words")).to_have_value("It came off again.")
    reply.evaluate("dispatchEvent(new Event('online'))")
    expect(reply).not_to_have_url(re.compile("dispute"), timeout=30_000)
    assert Photo.objects.filter(kind=Photo.Kind.DISPUTE).count() == 1


def test_photos_of_a_reply_that_was_refused_do_not_travel_twice(reply):
    slow_down(reply, 300_000)
    reply.get_by_label("In your own words").fill("Call me: 310 555 0142.")
    reply.get_by_role("button", name="Send it back").click(no_wait_after=True)
    expect(reply.get_by_role("button", name="Send as is")).to_be_visible(timeout=30_000)
    expect(reply.get_by_label("Send this photo")).to_be_checked()
    assert Photo.objects.filter(kind=Photo.Kind.DISPUTE).count() == 1


def test_a_file_that_is_no_photo_is_named_and_the_others_are_kept(reply):
    no_photo = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"Not a photo."}
    # The photo cannot be checked before, so it stays in the form and is sent with it.
    reply.route("**/dispute/photos/", lambda route: route.abort())
    reply.set_input_files("#gallery", [no_photo])  # in addition to the photo chosen before
    reply.get_by_role("button", name="Send it back").click(no_wait_after=True)
    problems = reply.locator(".error-summary")
    expect(problems).to_contain_text("not a photo", ignore_case=True, timeout=30_000)
    expect(problems).to_be_focused()
    expect(reply.get_by_label("In your own words")).to_have_value("It came off again.")
    expect(reply.get_by_label("Send this photo")).to_be_checked()
    reply.get_by_role("button", name="Send it back").click()
    expect(reply).not_to_have_url(re.compile("dispute"), timeout=30_000)
    assert Photo.objects.exclude(service_request=None).filter(kind=Photo.Kind.DISPUTE).count() == 1
