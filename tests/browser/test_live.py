"""Tests for the live page in a real browser: updates appear by polling, without interruption."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from lib import clock
from requests_app import workflow
from requests_app.models import Photo, ReporterSession
from requests_app.photos import uploading
from requests_app.status import Status
from tests import make
from tests.santa311.observability.test_metrics import scrape_metrics
from tests.visitors import address

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 5_000  # ms: a change is shown within five seconds


def polls_of(page):
    """Return a list to which the URL of each later poll is added."""
    asked = []
    page.on("request", lambda r: "/live/" in r.url and asked.append(r.url))
    return asked


def asked_in_a_minute(page):
    """Advance the clock of the page by one minute, and return the URLs of the polls."""
    asked = polls_of(page)
    page.clock.run_for(60_000)
    page.evaluate("fetch('/robots.txt')")  # sent after all polls, so they have been recorded
    return asked


def hide(page, hidden):
    """Simulate that the tab becomes hidden or visible."""
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
            document.dispatchEvent(new Event('visibilitychange'));
        }""",
        hidden,
    )


def top_of(locator):
    return locator.evaluate("element => element.getBoundingClientRect().top")


def test_a_change_shows_within_five_seconds_and_leaves_the_typing_alone(ana):
    row, page = make.service_request(Status.ROUTED), ana
    page.goto(address(row))
    comment = page.get_by_label("Your comment")
    comment.press_sequentially("It grew since")
    place = top_of(comment)
    make.act(workflow.start, row, make.wes())
    expect(page.locator(".status")).to_have_text("Work underway", timeout=SOON)
    expect(page.locator("[data-announce]")).to_contain_text("Work underway. A crew from")
    expect(page.locator(".timeline .is-new")).to_contain_text("started work")
    expect(page).to_have_title("Pothole: Work underway – Santa Monica 311")
    expect(comment).to_be_focused()
    expect(comment).to_have_value("It grew since")
    assert abs(top_of(comment) - place) < 2
    comment.press_sequentially(" Monday.")
    page.get_by_role("button", name="Send the comment").click()
    expect(page.locator(".timeline")).to_contain_text("It grew since Monday.")


SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => {
    for (const shift of list.getEntries()) window.shifted += shift.value;
}).observe({type: 'layout-shift', buffered: true});
"""


def test_a_change_is_counted_by_how_late_the_open_page_shows_it(ana):
    in_time = ("santa311_live_update_seconds_bucket", "5.0")
    row, page, before = make.service_request(Status.ROUTED), ana, scrape_metrics()
    page.goto(address(row))
    expect(page.locator("[data-live-sign]")).to_be_visible()
    make.act(workflow.start, row, make.wes())
    expect(page.locator(".status")).to_have_text("Work underway", timeout=SOON)
    assert scrape_metrics()[in_time] - before[in_time] == 1


def test_nothing_jumps_while_the_page_loads_and_changes(ana):
    photo = make.photo(device=make.ana())
    uploading.make_sizes(photo.pk)
    row, page = make.filed(photos=[Photo.objects.get(pk=photo.pk)]), ana
    make.route(row)
    page.add_init_script(SHIFTS)
    page.goto(address(row))
    make.act(workflow.start, row, make.wes())
    expect(page.locator(".status")).to_have_text("Work underway", timeout=SOON)
    assert page.evaluate("window.shifted") <= 0.05


def test_finished_work_asks_the_question_on_the_open_page(ana):
    row, page = make.service_request(Status.IN_PROGRESS), ana
    page.goto(address(row))
    make.complete(row)
    expect(page.get_by_role("link", name="Yes, fixed")).to_be_visible(timeout=SOON)
    page.get_by_role("link", name="Yes, fixed").click()
    page.get_by_text("Very well").click()
    page.get_by_role("button", name="Yes, it's fixed. Close it").click()
    expect(page.locator(".status")).to_contain_text("You confirmed it's fixed")
    row.refresh_from_db()
    assert row.feedback.get().rating == 5


def test_a_hidden_tab_asks_nothing_and_asks_at_once_when_it_returns(ana):
    row, page = make.service_request(Status.ROUTED), ana
    page.clock.install()
    page.goto(address(row))
    with page.expect_response("**/live/*"):
        page.clock.run_for(4_000)
    hide(page, True)
    make.act(workflow.start, row, make.wes())
    assert asked_in_a_minute(page) == []
    page.clock.pause_at(clock.now() + timedelta(hours=1))  # so that no timer triggers a poll
    with page.expect_request("**/live/*"):
        hide(page, False)
    page.clock.resume()
    expect(page.locator(".status")).to_have_text("Work underway", timeout=SOON)


def test_polling_ends_an_hour_after_closing(ana):
    almost = clock.now() - timedelta(minutes=59, seconds=58)
    with clock.freeze_time(almost):
        row = make.service_request(Status.CLOSED)
    page = ana
    page.clock.install()
    page.goto(address(row))
    expect(page.locator(".live--off:not(.live--still)")).to_contain_text("Final", timeout=20_000)
    assert asked_in_a_minute(page) == []


def test_a_page_that_cannot_reach_the_city_says_so_and_recovers(ana, page_problems):
    row, page = make.service_request(Status.ROUTED), ana
    page.goto(address(row))
    live = page.get_by_text("Live ·")
    expect(live).to_be_visible()
    page.context.set_offline(True)
    expect(live).to_be_hidden()
    banner = page.locator("[data-offline]")
    expect(banner).to_contain_text("We can't reach the city. Trying again…", timeout=SOON)
    make.act(workflow.start, row, make.wes())
    page.context.set_offline(False)
    expect(page.locator(".status")).to_have_text("Work underway", timeout=SOON)
    expect(banner).to_be_hidden()
    expect(live).to_be_visible()
    page_problems.clear()  # the network error that the browser logs


def test_failing_answers_slow_the_polling_down(ana, page_problems):
    row, page = make.service_request(Status.ROUTED), ana
    page.route("**/live/*", lambda route: route.fulfill(status=503, body="<h1>Down</h1>"))
    page.goto(address(row))
    asked = polls_of(page)
    page.wait_for_timeout(10_500)
    page_problems.clear()
    assert 1 <= len(asked) <= 2  # one in the first three seconds, one six seconds later
    expect(page.locator("h1")).to_have_text("Pothole")


def test_a_strangers_welcome_page_is_not_taken_for_news(ana):
    row, page = make.service_request(Status.ROUTED), ana
    welcome = "<h1>Welcome to our hotel</h1>"
    page.route("**/live/*", lambda route: route.fulfill(content_type="text/html", body=welcome))
    page.goto(address(row))
    expect(page.locator("[data-offline]")).to_contain_text("can't reach", timeout=SOON)
    expect(page.locator("h1")).to_have_text("Pothole")


def test_a_session_that_ends_leaves_the_page_as_it_is_and_says_so(ana):
    row, page = make.filed(category=make.category(is_private=True)), ana
    page.clock.install()
    page.goto(address(row))
    ReporterSession.objects.all().delete()
    cache.clear()
    expect(page.locator("[data-offline]")).to_contain_text("private link", timeout=SOON)
    expect(page.locator("h1")).to_have_text(row.category.name)
    assert asked_in_a_minute(page) == []
