"""Tests for the queue on a crew's phone of completions that the server has not confirmed.

The cases include reloads, lost responses, expired sessions and discarded entries.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.models import Photo
from requests_app.status import Status, Verb
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.browser.test_report import clear_the_sites_data
from tests.visitors import pass_by, session_of, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
DONE = "Sent. We're asking the resident to check it."
ARE_KEPT = """(words) => Promise.race([
    new Promise((_, refuse) => setTimeout(refuse, 30_000, new Error("not kept"))),
    new Promise((go) => { indexedDB.open("crew", 1).onsuccess = ({ target: { result } }) => {
        const look = () => {
            const rows = result.transaction("completions").objectStore("completions").getAll();
            const isThere = () => JSON.stringify(rows.result).includes(words);
            rows.onsuccess = () => isThere() ? go() : setTimeout(look, 50);
        };
        look();
    }; }),
])"""


def picture(color="olive"):
    content = make.picture(color).read()
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content}


def open_form(page, row):
    page.goto(reverse("completion", args=[row.reference]), wait_until="networkidle")


def fill(page):
    page.set_input_files("#camera", picture())
    expect(page.locator("[data-photos] [data-uploaded]")).to_have_count(1)
    page.locator(".usual label.usa-radio__label").first.tap()
    page.get_by_label("Tell the resident").fill("Filled and rolled.")


def send(page):
    page.get_by_role("button", name="Done, send it").tap()


def look(page):
    assert_accessible(page)
    no_sideways_scroll(page)


def discard(page):
    """Discard the entry shown in the open dialog, and wait until the page confirms it."""
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Discard").tap()
    sheet.get_by_role("button", name="Discard").tap()
    expect(sheet.get_by_text("Nothing is waiting on this phone.")).to_be_visible()
    sheet.get_by_role("button", name="Close").tap()
    expect(page.get_by_role("heading", name="Discarded. Nothing was sent.")).to_be_visible()
    look(page)


def is_done_once(row):
    row.refresh_from_db()
    [event] = row.events.filter(verb=Verb.COMPLETE)
    assert event.photos.count() == 1
    assert Photo.objects.unattached().count() == 0


def test_neither_a_reload_nor_a_lost_answer_costs_anything(wes, job):
    page = wes

    def lose(route):
        route.fetch()
        route.abort()

    open_form(page, job)
    fill(page)
    page.evaluate(ARE_KEPT, "Filled and rolled.")
    page.reload(wait_until="networkidle")
    expect(page.locator("[data-photos] img[src^=blob]")).to_be_visible()
    expect(page.get_by_label("Tell the resident")).to_have_value("Filled and rolled.")
    expect(page.locator(".usual :checked")).to_have_count(1)
    page.route("**/completion/", lose)
    send(page)
    expect(page.get_by_role("heading", name="Safe on this phone")).to_be_visible()
    is_done_once(job)
    page.unroute("**/completion/")
    page.get_by_role("button", name="Send now").tap()
    page.wait_for_url(f"**{reverse('job', args=[job.reference])}")
    is_done_once(job)


def test_a_phone_that_clears_its_store_meanwhile_still_sends_it(wes, job):
    page = wes
    open_form(page, job)
    fill(page)
    page.evaluate(ARE_KEPT, "Filled and rolled.")
    clear_the_sites_data(page)
    page.get_by_label("Tell the resident").fill("Filled, rolled and swept.")
    send(page)
    page.wait_for_url(f"**{reverse('job', args=[job.reference])}")
    is_done_once(job)


def test_an_ended_session_keeps_it_until_the_same_person_is_back(wes, job, live_server):
    page = wes
    open_form(page, job)
    fill(page)
    page.context.clear_cookies()
    send(page)
    expect(page.get_by_role("heading", name="Sign in again to send it")).to_be_visible()
    expect(page.locator("[data-queue]")).to_contain_text("Sign in again to send.")
    look(page)
    sign_in(page, live_server, make.sue())
    page.goto(reverse("inbox"), wait_until="networkidle")
    expect(page.locator("[data-queue]")).to_be_hidden()
    job.refresh_from_db()
    assert job.status == Status.IN_PROGRESS
    sign_in(page, live_server, make.wes())
    page.goto(reverse("inbox"))
    expect(page.locator("[data-queue-sent]")).to_be_visible()
    is_done_once(job)
    assert job.events.last().actor == make.wes()


def test_silence_ends_a_session_and_what_waits_is_sent_after_signing_in(wes, job):
    page = wes
    open_form(page, job)
    fill(page)
    pass_by(session_of(page), timedelta(hours=4))
    send(page)
    expect(page.get_by_role("heading", name="Sign in again to send it")).to_be_visible()
    page.goto(reverse("inbox"))
    expect(page.get_by_role("status")).to_contain_text("because you weren't active for 4 hr")
    look(page)
    page.locator("[name=login]").fill("wes")
    page.get_by_label("Password", exact=True).fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).tap()
    page.wait_for_url(f"**{reverse('inbox')}")
    expect(page.locator("[data-queue-sent]")).to_be_visible()
    is_done_once(job)


def test_two_tabs_send_it_once(wes, job):
    page, other = wes, wes.context.new_page()
    open_form(page, job)
    fill(page)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("heading", name="Safe on this phone")).to_be_visible()
    page.context.set_offline(False)
    other.goto(reverse("inbox"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", name=DONE)).to_be_visible()
    is_done_once(job)


def test_a_job_that_changed_while_it_waited_is_read_before_it_is_sent(wes, job):
    page = wes
    open_form(page, job)
    fill(page)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("heading", name="Safe on this phone")).to_be_visible()
    make.act(workflow.assign, job, make.sue(), to=make.sue())
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(reverse("inbox"))
    expect(page.locator("[data-queue]")).to_contain_text("Tap to see what needs you.")
    page.locator("[data-queue]").tap()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("The job changed in the meantime:")
    expect(sheet).to_contain_text("The job is assigned to Sue.")
    look(page)
    sheet.get_by_role("button", name="Send it anyway").tap()
    expect(sheet.get_by_text("Nothing is waiting on this phone.")).to_be_visible()
    is_done_once(job)


@pytest.fixture
def held(wes, job):
    """Finish a job while offline.

    Return a list that receives the Playwright route of the photo's upload, which is held back.
    """
    page, routes = wes, []

    def hold(route):
        routes.append(route)

    open_form(page, job)
    page.context.set_offline(True)
    page.set_input_files("#camera", picture())
    page.locator(".usual label.usa-radio__label").first.tap()
    page.get_by_label("Tell the resident").fill("Filled and rolled.")
    send(page)
    expect(page.get_by_role("heading", name="Safe on this phone")).to_be_visible()
    page.route("**/completion/photos/", hold)
    with page.expect_request("**/completion/photos/"):
        page.context.set_offline(False)
    return routes


def test_what_is_changed_while_its_photos_go_is_sent_as_it_is_then(wes, job, held):
    page = wes
    page.get_by_role("button", name="Change it").tap()
    page.get_by_label("Tell the resident").fill("Filled, rolled and swept.")
    page.evaluate(ARE_KEPT, "Filled, rolled and swept.")
    held[0].continue_()
    page.evaluate(ARE_KEPT, '"id":"')
    expect(page.get_by_label("Tell the resident")).to_be_visible()
    send(page)
    page.wait_for_url(f"**{reverse('job', args=[job.reference])}")
    is_done_once(job)
    assert job.events.get(verb=Verb.COMPLETE).words.body == "Filled, rolled and swept."


def test_what_is_discarded_while_its_photos_go_is_not_sent(wes, job, held):
    page = wes
    page.locator("[data-queue]").tap()
    discard(page)
    held[0].continue_()
    page.evaluate("navigator.locks.request('completions', () => {})")  # all entries were tried
    expect(page.locator("[data-queue-sent]")).to_be_hidden()
    job.refresh_from_db()
    assert job.status == Status.IN_PROGRESS


def test_what_cannot_be_sent_any_more_is_discarded_only_after_a_question(wes, job, live_server):
    page = wes
    open_form(page, job)
    fill(page)
    person = make.wes()
    person.memberships.update(department=make.water())
    sign_in(page, live_server, person)
    send(page)
    expect(page.get_by_role("heading", name="This job is no longer yours")).to_be_visible()
    page.locator("[data-queue]").tap()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Discard").tap()
    look(page)
    sheet.get_by_role("button", name="Keep it").tap()
    expect(sheet.locator("img")).to_have_count(1)
    discard(page)


def test_a_camera_that_brings_nothing_is_said_in_words_and_the_rest_stays(wes, job):
    page = wes
    open_form(page, job)
    page.get_by_label("Tell the resident").fill("Half done.")
    empty = {"name": "IMG_2.jpg", "mimeType": "image/jpeg", "buffer": b""}
    page.set_input_files("#camera", empty)
    expect(page.locator("[data-problem]")).to_contain_text("We didn't get a photo from the camera.")
    expect(page.locator("[data-nophoto] .usa-radio__label").first).to_be_visible()
    expect(page.get_by_label("Tell the resident")).to_have_value("Half done.")
    page.locator("#camera").dispatch_event("cancel")
    send(page)
    expect(page.locator(".error-summary a").first).to_have_text(
        "Add a photo of the finished work, or say why there is none."
    )
    look(page)


def test_the_way_back_to_the_job_needs_no_signal(wes, job):
    page = wes
    page.goto(reverse("job", args=[job.reference]), wait_until="networkidle")
    page.context.set_offline(True)
    with page.expect_file_chooser() as camera:
        page.get_by_role("link", name="Finish").tap()
    camera.value.set_files(picture())
    expect(page.locator("[data-photos] img[src^=blob]")).to_have_count(1)
    page.get_by_role("link", name="Back to the job").tap()
    expect(page.get_by_role("link", name="Finish")).to_be_visible()
    expect(page.locator("[data-queue]")).to_contain_text("Pothole, City Hall: not finished yet")
    page.go_forward()
    expect(page.locator("[data-photos] img[src^=blob]")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator("[data-photos] [data-uploaded]")).to_have_count(1)
    page.locator(".usual label.usa-radio__label").first.tap()
    page.get_by_role("button", name="Filled and level").tap()
    send(page)
    page.wait_for_url(f"**{reverse('job', args=[job.reference])}", wait_until="networkidle")
    is_done_once(job)


def test_a_photo_fills_the_screen_at_a_tap(wes):
    row = make.filed(photos=[make.photo()])
    make.route(row)
    row.photos.update(state=Photo.State.READY)
    page = wes
    page.route("**/photos/**", lambda route: route.fulfill(body=make.picture().read()))
    page.goto(reverse("job", args=[row.reference]), wait_until="networkidle")
    page.get_by_role("link", name="Open it large").first.tap()
    viewer = page.get_by_role("dialog")
    expect(viewer).to_contain_text("From the resident")
    look(page)
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


BROKEN_OFF = """
const ask = window.fetch;
window.fetch = (address, options) => String(address).includes("live")
    ? Promise.resolve(new Response(new ReadableStream({ start: (body) => body.error(Error()) })))
    : ask(address, options);
"""


def test_an_answer_of_the_inbox_that_breaks_off_is_said_as_no_connection(wes, job):
    wes.add_init_script(BROKEN_OFF)
    wes.goto(reverse("inbox"), wait_until="networkidle")
    wes.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(wes.locator("[data-lost]")).to_be_visible()


ALTER_AT_ONCE = """async () => {
    const { completions, newRow, updateRow } = await import("/static/js/outbox/completions.js");
    const later = (ms) => new Promise((go) => setTimeout(go, ms));
    const lost = [];
    for (let round = 0; round < 40; round += 1) {
        const row = newRow({ user: "nobody", reference: `round ${round}` });
        const add = async (n) => {
            await later(n % 4);
            await updateRow(row, (kept) => kept.fields.push([`n${n}`, ""]));
        };
        await Promise.all([...Array(12).keys()].map(add));
        const { fields } = await completions.get(row.key);
        if (fields.length !== 12) lost.push(fields.length);
        await completions.remove(row.key);
    }
    return lost;
}"""


def test_what_is_entered_at_the_same_moment_is_all_kept(wes, job):
    open_form(wes, job)
    assert wes.evaluate(ALTER_AT_ONCE) == []
