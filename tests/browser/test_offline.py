"""Tests for reporting offline: the report is stored, sent automatically, and sent only once."""

import re
import threading
from contextlib import contextmanager

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.models import Draft, Photo, ServiceRequest
from requests_app.photos import uploading
from requests_app.status import Status
from tests import make
from tests.barriers import assert_accessible
from tests.browser.test_report import begin, choose, gallery, go_on, keeps_photos
from tests.chromium import SANTA_MONICA_CITY_HALL
from tests.shared import photo
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = "new Promise((_, refuse) => setTimeout(refuse, 30_000, new Error('not kept')))"
KEPT = f"""() => navigator.serviceWorker.controller ? true : Promise.race([{SLOW},
    new Promise((go) => navigator.serviceWorker.addEventListener("controllerchange", go))
        .then(() => true)])"""
LAST_FILE_IS_KEPT = f"""() => Promise.race([{SLOW}, (async () => {{
    while (!(await caches.match("/static/js/lib/form-enhance.js")))
        await new Promise((go) => setTimeout(go, 50));
}})()])"""
CREWS_ARE = f"""(names) => Promise.race([{SLOW}, (async () => {{
    const crews = async () => (await caches.keys()).filter((name) => name.startsWith("crew "));
    while (String(await crews()) !== String(names))
        await new Promise((go) => setTimeout(go, 50));
}})()])"""

OWN_PAGES_ARE = """async (number) => {
    let pages = 0;
    for (const name of await caches.keys())
        if (name.startsWith("own ")) pages += (await (await caches.open(name)).keys()).length;
    return pages === number;
}"""


@pytest.fixture
def keeper(page_at):
    """Return a resident's phone on which the service worker is installed."""
    page = page_at(
        390,
        844,
        has_touch=True,
        is_mobile=True,
        geolocation=SANTA_MONICA_CITY_HALL,
        permissions=["geolocation"],
        locale="en-US",
        service_workers="allow",
    )
    page.goto("/")
    page.evaluate(KEPT)
    return page


def send(page):
    page.get_by_role("button", name="Send to the city").click()


def answer_no(page):
    page.get_by_label("No", exact=True).first.locator("xpath=following-sibling::label").click()


PATIENCES = """
window.patiences = [];
const { timeout } = AbortSignal;
AbortSignal.timeout = (patience) => {
    window.patiences.push(patience);
    return timeout.call(AbortSignal, patience);
};
"""
PATIENCE = 30_000  # ms: sending is retried some seconds after a failure


def sent(page):
    return page.get_by_role("heading", name="Sent. Thank you.")


def test_own_requests_are_read_without_a_network_until_the_data_is_deleted(keeper):
    keeper.context.add_cookies([{"name": "device", "value": "ana", "url": keeper.url}])
    make.filed(by=make.ana(), description="A hole that is my own.")
    others = make.filed(by=make.bob())
    keeper.goto(reverse("my_requests"))
    keeper.wait_for_function(OWN_PAGES_ARE, arg=2)
    keeper.goto(reverse("service_request", args=[others.reference]))
    keeper.context.set_offline(True)
    keeper.goto(reverse("my_requests"))
    expect(keeper.get_by_text("You are offline. This page is as of")).to_be_visible()
    keeper.locator("a.row").first.click()
    expect(keeper.get_by_text("A hole that is my own.")).to_be_visible()
    kept = keeper.get_by_text("You are offline. This page is as of")
    expect(kept).to_have_text(re.compile(r"[A-Z]\w\w, [A-Z]\w\w \d+, \d+:\d\d [ap]m\."))
    keeper.wait_for_timeout(4000)  # the first poll of the live page has failed by then
    expect(keeper.locator("[data-offline]")).to_be_hidden()
    keeper.context.set_offline(False)
    expect(kept).to_be_hidden(timeout=30_000)  # the first poll of the live page succeeded
    keeper.context.set_offline(True)
    keeper.goto(reverse("service_request", args=[others.reference]))
    expect(keeper.get_by_text("You are offline. This page is as of")).to_have_count(0)
    keeper.goto("about:blank")  # an offline page reloads itself when the network is back
    keeper.context.set_offline(False)
    keeper.goto(reverse("data_deleted"))
    keeper.wait_for_function(OWN_PAGES_ARE, arg=0)


def test_what_was_searched_for_is_the_note_without_a_network_too(keeper):
    begin(keeper)
    keeper.get_by_label("Say it in your own words").fill("paint on the back wall")
    expect(keeper.locator("[data-saved]")).to_be_visible()
    report = keeper.url.split("/")[4]
    keeper.context.set_offline(True)
    keeper.goto(f"/report/offline/?report={report}")
    note = keeper.get_by_label("Anything the crew should know?")
    expect(note).to_have_value("paint on the back wall")
    note.fill("")
    keeper.reload()
    expect(keeper.locator("[data-ready]")).to_be_attached()
    expect(note).to_have_value("")


def test_a_report_is_written_without_a_network_and_sent_when_it_is_back(keeper):
    keeper.context.set_offline(True)
    keeper.goto("/requests/")
    expect(keeper.get_by_role("heading", name="This page needs a connection")).to_be_visible()
    expect(keeper).to_have_title(re.compile("^This page needs a connection –"))
    assert_accessible(keeper)
    keeper.get_by_role("link", name="Report a problem").click()
    expect(keeper.locator("form[data-ready]")).to_be_visible(timeout=PATIENCE)
    send(keeper)
    expect(keeper.locator(".error-summary")).to_contain_text("Choose what it is")
    assert_accessible(keeper)
    gallery(keeper).set_input_files(photo("good/small.webp"))
    choose(keeper)
    answer_no(keeper)
    keeper.get_by_role("button", name="Use my location").click()
    expect(keeper.locator("[data-latitude]")).to_have_value(re.compile("^34[.]01"))
    keeper.get_by_label("Anything the crew should know?").fill("On the back wall")
    keeper.reload()
    expect(keeper.locator("form[data-ready]")).to_be_visible(timeout=PATIENCE)
    expect(keeper.get_by_label("Anything the crew")).to_have_value("On the back wall")
    expect(keeper.locator("[data-photos] .photo")).to_have_count(1)
    expect(keeper.locator("[data-latitude]")).to_have_value(re.compile("^34[.]01"))
    send(keeper)
    expect(keeper.get_by_role("heading", name="Your report is waiting")).to_be_visible()
    expect(keeper.locator("[data-waits-list]")).to_contain_text("Waiting to send")
    expect(keeper.locator("[data-waits-list] [data-at]")).to_have_text(
        re.compile(r"^\d+:\d\d [ap]m$")
    )
    assert_accessible(keeper)
    assert not ServiceRequest.objects.exists()
    keeper.context.set_offline(False)
    expect(sent(keeper)).to_be_visible(timeout=PATIENCE)
    row = ServiceRequest.objects.get()
    expect(keeper.locator("[data-reference]")).to_have_text(row.reference)
    expect(keeper.locator("[data-waits-news]")).to_contain_text(row.reference)
    assert row.description == "On the back wall"
    assert row.photos.count() == 1
    keeper.get_by_role("link", name="Open the receipt").click()
    expect(keeper.locator(".bigref")).to_have_text(row.reference)


def test_a_report_goes_on_where_the_network_left_it_and_a_lost_answer_files_it_once(keeper):
    begin(keeper)
    gallery(keeper).set_input_files(photo("good/small.webp"))
    expect(keeper.locator("[data-photo]")).to_be_visible()
    choose(keeper)
    go_on(keeper, "where")
    keeper.get_by_role("button", name="Use my location").click()
    expect(keeper.locator("[data-latitude]")).to_have_value(re.compile("^34[.]01"))
    go_on(keeper, "details")
    keeper.get_by_label("Anything the crew should know?").fill("On the back wall")
    keeper.context.set_offline(True)
    answer_no(keeper)
    keeper.locator(".dock button").click()
    expect(keeper.locator("form[data-ready]")).to_be_visible()
    expect(keeper.locator("[data-offline-report] .photo img")).to_have_js_property(
        "complete", value=True
    )
    assert_accessible(keeper)
    expect(keeper.locator("[data-chosen]")).to_have_text("Graffiti")
    expect(keeper.get_by_label("Anything the crew")).to_have_value("On the back wall")
    lost = []

    def lose_the_answer(route):
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    keeper.context.route("**/delivery/", lose_the_answer)
    keeper.context.set_offline(False)
    send(keeper)
    expect(keeper.locator("[data-waits-news]")).to_have_text(re.compile("No connection yet"))
    keeper.context.unroute("**/delivery/")
    keeper.get_by_role("button", name="Try now").click()
    expect(sent(keeper)).to_be_visible(timeout=PATIENCE)
    assert set(lost) == {201}
    row = ServiceRequest.objects.get()
    assert row.draft == Draft.objects.get()
    assert row.photos.count() == 1
    expect(keeper.locator("[data-reference]")).to_have_text(row.reference)


def test_continue_leads_on_without_a_network_although_a_photo_is_on_its_way(keeper):
    begin(keeper)
    choose(keeper)
    keeper.context.set_offline(True)
    gallery(keeper).set_input_files(photo("good/small.webp"))
    keeper.locator("button[name=go], .dock button").first.click()
    expect(keeper.locator("form[data-ready]")).to_be_visible()
    expect(keeper.locator("[data-chosen]")).to_have_text("Graffiti")
    expect(keeper.locator("[data-offline-report] .photo img")).to_have_count(1)


def without_internet(page):
    """Simulate Wi-Fi without internet: the browser is online, but all requests fail."""
    page.context.route("**/*", lambda route: route.abort("connectionreset"))


def test_continue_leads_on_over_wi_fi_without_internet_with_all_that_was_typed(
    keeper, page_problems
):
    begin(keeper)
    gallery(keeper).set_input_files(photo("good/small.webp"))
    expect(keeper.locator("[data-photo]")).to_be_visible()
    choose(keeper)
    go_on(keeper, "where")
    keeper.get_by_role("button", name="Use my location").click()
    expect(keeper.locator("[data-latitude]")).to_have_value(re.compile("^34[.]01"))
    go_on(keeper, "details")
    keeper.get_by_label("Anything the crew should know?").fill("On the back wall")
    answer_no(keeper)
    without_internet(keeper)
    keeper.locator(".dock button").click()
    keeper.wait_for_url("**/report/offline/**")
    expect(keeper.locator("form[data-ready]")).to_be_visible()
    assert keeper.evaluate("navigator.onLine")
    expect(keeper.locator("[data-chosen]")).to_have_text("Graffiti")
    expect(keeper.get_by_label("Anything the crew")).to_have_value("On the back wall")
    expect(keeper.locator("[data-offline-report] .photo img")).to_have_count(1)
    keeper.context.unroute("**/*")
    page_problems.clear()
    send(keeper)
    expect(sent(keeper)).to_be_visible(timeout=PATIENCE)
    row = ServiceRequest.objects.get()
    assert (row.description, row.photos.count()) == ("On the back wall", 1)


def test_a_photo_that_cannot_be_sent_over_wi_fi_without_internet_goes_along(keeper, page_problems):
    begin(keeper)
    choose(keeper)
    without_internet(keeper)
    gallery(keeper).set_input_files(photo("good/small.webp"))
    keeper.locator("button[name=go], .dock button").first.click()
    keeper.wait_for_url("**/report/offline/**")
    expect(keeper.locator("form[data-ready]")).to_be_visible()
    expect(keeper.locator("[data-chosen]")).to_have_text("Graffiti")
    expect(keeper.locator("[data-offline-report] .photo img")).to_have_count(1)
    page_problems.clear()


@contextmanager
def silent(live_server):
    """Context manager that delays all responses of the live server until the block ends."""
    httpd, may_answer = live_server.thread.httpd, threading.Event()
    application = httpd.get_app()

    def answer(environ, start_response):
        may_answer.wait()
        return application(environ, start_response)

    httpd.set_app(answer)
    try:
        yield
    finally:
        httpd.set_app(application)
        may_answer.set()


def test_wi_fi_that_never_answers_can_be_left_after_a_moment(keeper, live_server):
    begin(keeper)
    choose(keeper)
    with silent(live_server):
        keeper.locator("button[name=go], .dock button").first.click()
        keeper.get_by_role("link", name="Continue offline").click()
        expect(keeper.locator("form[data-ready]")).to_be_visible()
        expect(keeper.locator("[data-chosen]")).to_have_text("Graffiti")


def test_a_city_in_maintenance_is_waited_for_on_the_page(keeper, page_problems):
    begin(keeper)
    choose(keeper)
    away = {"status": 503, "headers": {"X-Read-Only": "1"}}
    keeper.context.route("**/what/", lambda route: route.fulfill(**away))
    keeper.locator("button[name=go], .dock button").first.click()
    expect(keeper.locator("[data-offline]")).to_contain_text("doing maintenance")
    with keeper.expect_response("**/what/"):
        keeper.get_by_role("button", name="Try now").click()
    expect(keeper.get_by_role("link", name="Continue offline")).to_be_hidden()
    page_problems.clear()
    keeper.context.unroute("**/what/")
    keeper.get_by_role("button", name="Try now").click()
    keeper.wait_for_url("**/where/")


def test_a_photo_that_was_taken_out_again_is_not_shown_without_a_network(keeper):
    begin(keeper)
    gallery(keeper).set_input_files(photo("good/small.webp"))
    expect(keeper.locator("[data-photo]")).to_be_visible()
    keeper.get_by_role("button", name="Remove this photo").click()
    expect(keeper.locator("[data-photo-news]")).to_have_text("Photo removed.")
    choose(keeper)
    keeper.context.set_offline(True)
    keeper.locator("button[name=go], .dock button").first.click()
    expect(keeper.locator("form[data-ready]")).to_be_visible()
    expect(keeper.locator("[data-offline-report] .photo")).to_have_count(0)


def test_a_report_that_is_thrown_away_leaves_no_photo_on_the_phone(keeper):
    begin(keeper)
    choose(keeper)
    gallery(keeper).set_input_files(photo("good/small.webp"))
    expect(keeper.locator("[data-photo]")).to_be_visible()
    keeps_photos(keeper, Photo.objects.get())
    keeper.context.set_offline(True)
    keeper.locator("button[name=go], .dock button").first.click()
    expect(keeper.locator("form[data-ready]")).to_be_visible(timeout=PATIENCE)
    expect(keeper.locator("[data-offline-report] .photo")).to_have_count(1)
    answer_no(keeper)
    keeper.get_by_role("button", name="Use my location").click()
    expect(keeper.locator("[data-latitude]")).to_have_value(re.compile("^34[.]01"))
    send(keeper)
    expect(keeper.get_by_role("heading", name="Your report is waiting")).to_be_visible()
    keeper.get_by_role("button", name="Delete").click()
    keeper.locator("[data-yes]").click()
    expect(keeper.locator("[data-waits-list]")).to_be_hidden()
    keeps_photos(keeper)


def write(page, words):
    page.goto("/report/?category=graffiti-public")
    expect(page.locator("form[data-ready]")).to_be_visible(timeout=PATIENCE)
    answer_no(page)
    page.get_by_role("button", name="Use my location").click()
    expect(page.locator("[data-latitude]")).to_have_value(re.compile("^34[.]01"))
    page.get_by_label("Anything the crew should know?").fill(words)


def test_a_photo_the_city_will_not_have_keeps_no_other_report_waiting(keeper):
    keeper.context.set_offline(True)
    write(keeper, "On the back wall")
    key = keeper.evaluate("new URL(location.href).searchParams.get('report')")
    Draft.objects.create(pk=key, device=make.bob())
    gallery(keeper).set_input_files(photo("good/small.webp"))
    send(keeper)
    expect(keeper.get_by_role("heading", name="Your report is waiting")).to_be_visible()
    write(keeper, "On the front wall")
    send(keeper)
    expect(keeper.locator("[data-waits-list]").get_by_text("Waiting to send")).to_have_count(2)
    keeper.context.set_offline(False)
    again = keeper.get_by_role("heading", name="Fix one thing before sending")
    expect(again).to_be_visible(timeout=PATIENCE)
    expect(keeper.locator("[data-reference]:visible")).to_have_count(1, timeout=PATIENCE)
    expect(keeper.locator("[data-waits-list] img:visible")).to_have_count(1)
    assert ServiceRequest.objects.get().description == "On the front wall"


def test_a_large_photo_on_a_slow_line_has_the_time_it_needs(keeper):
    keeper.add_init_script(PATIENCES)
    keeper.context.set_offline(True)
    write(keeper, "On the back wall")
    small = photo("good/small.webp").read_bytes()
    large = {"name": "large.webp", "mimeType": "image/webp", "buffer": small + bytes(8_000_000)}
    gallery(keeper).set_input_files(large)
    send(keeper)
    expect(keeper.get_by_role("heading", name="Your report is waiting")).to_be_visible()
    keeper.context.set_offline(False)
    expect(sent(keeper)).to_be_visible(timeout=PATIENCE)
    assert max(keeper.evaluate("patiences")) > 800_000  # ms, at 10 kB/s


def test_what_the_city_refuses_comes_back_at_its_step_with_everything(keeper):
    keeper.context.set_offline(True)
    keeper.goto("/report/?category=graffiti-public")
    expect(keeper.locator("form[data-ready]")).to_be_visible()
    answer_no(keeper)
    keeper.get_by_label("Address, corner").fill("behind the blue house")
    keeper.get_by_label("Anything the crew should know?").fill("On the back wall")
    send(keeper)
    expect(keeper.get_by_role("heading", name="Your report is waiting")).to_be_visible()
    keeper.context.set_offline(False)
    again = keeper.get_by_role("heading", name="Fix one thing before sending")
    expect(again).to_be_visible(timeout=PATIENCE)
    expect(keeper.locator("[data-says]")).to_contain_text("We can't find")
    assert_accessible(keeper)
    keeper.get_by_role("link", name="Fix it").click()
    keeper.wait_for_url("**/where/")
    expect(keeper.get_by_label("Address, corner")).to_have_value("behind the blue house")
    keeper.get_by_role("button", name="Use my location").click()
    expect(keeper.locator("[data-latitude]")).to_have_value(re.compile("^34[.]01"))
    go_on(keeper, "details")
    expect(keeper.get_by_label("Anything the crew")).to_have_value("On the back wall")
    go_on(keeper, "check")
    go_on(keeper, "sent")
    expect(keeper.locator(".bigref")).to_have_text(ServiceRequest.objects.get().reference)
    keeper.goto("/report/waiting/")
    expect(keeper.get_by_role("heading", name="Everything is sent")).to_be_visible()


@pytest.fixture
def wes(keeper, live_server):
    sign_in(keeper, live_server, make.wes())
    return keeper


def keeps_pages_of(page, *people):
    """Wait until the browser has a cache of pages for exactly these people.

    The service worker adds and deletes these caches in the background.
    """
    page.evaluate(CREWS_ARE, [f"crew {person.pk}" for person in people])


def test_todays_pages_of_a_crew_open_without_a_signal_until_they_sign_out(wes, live_server):
    job = make.service_request(Status.IN_PROGRESS)
    wes.goto(reverse("inbox"), wait_until="networkidle")
    wes.goto(reverse("job", args=[job.reference]), wait_until="networkidle")
    expect(wes.locator("[data-lost]")).to_be_hidden()
    wes.evaluate(LAST_FILE_IS_KEPT)
    wes.context.set_offline(True)
    wes.goto(reverse("inbox"))
    expect(wes.locator("[data-lost]")).to_contain_text("No signal. This page is as of")
    assert_accessible(wes)
    wes.get_by_role("link", name=re.compile("^Open")).first.click()
    wes.wait_for_url(f"**/{job.reference}/", wait_until="networkidle")
    expect(wes.locator("[data-lost]")).to_contain_text("No signal. This page is as of")
    wes.goto(reverse("completion", args=[job.reference]))
    expect(wes.get_by_label("Tell the resident")).to_be_visible()
    wes.context.set_offline(False)
    wes.goto(reverse("inbox"), wait_until="networkidle")
    expect(wes.locator("[data-lost]")).to_be_hidden()
    keeps_pages_of(wes, make.wes())
    sign_in(wes, live_server, make.sue())
    wes.goto(reverse("inbox"), wait_until="networkidle")
    keeps_pages_of(wes, make.sue())
    wes.get_by_role("button", name="Your account").click()
    wes.get_by_role("button", name="Sign out").click()
    wes.wait_for_url(f"{live_server.url}/")
    keeps_pages_of(wes)


AHEAD_ARE = f"""(paths) => Promise.race([{SLOW}, (async () => {{
    const isThere = async (path) => Boolean(await caches.match(path, {{ ignoreVary: true }}));
    while (!(await Promise.all(paths.map(isThere))).every(Boolean))
        await new Promise((go) => setTimeout(go, 50));
}})()])"""


PHOTOS_ARE = f"""() => Promise.race([{SLOW}, (async () => {{
    const kept = async () => {{
        const name = (await caches.keys()).find((each) => each.startsWith("crew "));
        return (await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname);
    }};
    while (!(await kept()).some((path) => path.endsWith("/960.webp")))
        await new Promise((go) => setTimeout(go, 50));
}})()])"""


def paths_of(*jobs):
    return [reverse(name, args=[job.reference]) for job in jobs for name in ("job", "completion")]


def test_the_stops_of_a_day_open_without_a_signal_though_nobody_opened_them(wes):
    taken = make.photo()
    uploading.make_sizes(taken.pk)
    given = make.service_request(Status.ROUTED, photos=[taken])
    added, other = (make.service_request(Status.ROUTED) for _each in range(2))
    make.act(workflow.assign, given, make.wes(), to=make.wes())
    wes.goto(reverse("inbox"), wait_until="networkidle")
    wes.evaluate(KEPT)
    wes.goto(reverse("plan"), wait_until="networkidle")
    wes.get_by_role("button", name="Add 1 assigned to you").tap()
    expect(wes.locator("[data-stop]")).to_have_count(1)
    wes.evaluate(AHEAD_ARE, paths_of(given))
    wes.evaluate(PHOTOS_ARE)
    wes.goto(reverse("inbox"), wait_until="networkidle")
    wes.locator(f"form[data-pick]:has([value='{added.reference}']) button").tap()
    wes.evaluate(AHEAD_ARE, [*paths_of(added), reverse("crew_offline")])
    wes.goto(reverse("plan"), wait_until="networkidle")
    wes.context.set_offline(True)
    wes.locator(f"[data-stop='{given.reference}'] a").tap()
    wes.wait_for_url(f"**/{given.reference}/")
    expect(wes.get_by_role("button", name="Start work")).to_be_visible()
    assert wes.locator("img.jobimg").evaluate("each => each.decode().then(() => each.naturalWidth)")
    expect(wes.locator("[data-lost]")).to_contain_text("No signal. This page is as of")
    wes.goto(reverse("job", args=[other.reference]))
    expect(wes.get_by_role("heading", name="This page needs a signal")).to_be_visible()
    assert_accessible(wes)
    wes.get_by_role("link", name="My day").click()
    expect(wes.locator("[data-stop]")).to_have_count(2)
    wes.goto(reverse("job", args=[other.reference]))
    wes.context.set_offline(False)
    expect(wes.get_by_role("button", name="Start work")).to_be_visible()
