"""Tests for a crew's note on a job: kept while typing, sent once, and queued while offline."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.status import Status, Verb
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.browser.test_crew_queue import ARE_KEPT, open_form
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "The gate code is on the board."


def open_job(page, row):
    page.goto(reverse("job", args=[row.reference]), wait_until="networkidle")


def open_note(page):
    page.locator("summary").filter(has_text="Note").tap()


def write(page, words=WORDS):
    open_note(page)
    page.get_by_label("Your note").fill(words)
    page.get_by_text("Only staff", exact=True).first.tap()
    page.evaluate(ARE_KEPT, words)


def save(page):
    page.get_by_role("button", name="Save the note").tap()


def look(page):
    assert_accessible(page)
    no_sideways_scroll(page)


def notes_of(row):
    said = row.comments.filter(event__verb=Verb.COMMENT)
    return [(note.body, note.is_public) for note in said]


def test_a_note_survives_leaving_and_a_reload_until_it_is_saved(wes, job, live_server):
    page, other = wes, make.service_request(Status.ROUTED)
    open_job(page, job)
    write(page)
    expect(page.locator("[data-queue]")).to_be_hidden()  # the page of the job shows it
    open_job(page, other)
    bar = page.locator("[data-queue]")
    expect(bar).to_contain_text("Note on “Pothole”, City Hall: not finished yet")
    look(page)
    sign_in(page, live_server, make.sue())
    open_job(page, job)
    expect(page.locator("#comments [data-unsent]")).to_be_hidden()
    expect(page.get_by_label("Your note")).to_have_value("")
    sign_in(page, live_server, make.wes())
    open_job(page, job)
    expect(page.locator("#comments [data-unsent]")).to_be_visible()
    expect(page.locator("[data-queue]")).to_be_hidden()
    look(page)
    open_note(page)
    expect(page.get_by_label("Your note")).to_have_value(WORDS)
    save(page)
    expect(page.get_by_text("Note saved.")).to_be_visible()
    expect(page.locator("#comments [data-unsent]")).to_be_hidden()
    assert notes_of(job) == [(WORDS, False)]
    open_job(page, other)
    expect(page.locator("[data-queue]")).to_be_hidden()


def test_what_is_taken_out_again_is_not_kept(wes, job):
    page = wes
    open_job(page, job)
    write(page)
    page.get_by_label("Your note").fill("")
    expect(page.locator("#comments [data-unsent]")).to_be_hidden()
    page.goto(reverse("inbox"), wait_until="networkidle")
    expect(page.locator("[data-queue]")).to_be_hidden()


def test_without_a_signal_two_notes_wait_and_are_sent_once(wes, job):
    page = wes
    open_job(page, job)
    page.context.set_offline(True)
    write(page)
    save(page)
    safe = page.get_by_text("Safe on this phone. It will send automatically.")
    expect(safe).to_be_visible()
    expect(page.get_by_label("Your note")).to_have_value("")
    look(page)
    page.get_by_label("Your note").fill("Nobody was there.")
    expect(safe).to_be_hidden()
    page.get_by_text("The resident too").tap()
    page.evaluate(ARE_KEPT, "Nobody was there.")
    save(page)
    expect(page.locator("[data-queue]")).to_contain_text("2 waiting to send")
    expect(safe).to_be_visible()  # sending the second note was tried, too
    assert notes_of(job) == []
    page.context.set_offline(False)
    expect(page.locator("[data-queue-sent]")).to_contain_text("Sent: Note on “Pothole”, City Hall.")
    expect(page.locator("[data-queue]")).to_be_hidden()
    expect(safe).to_be_hidden()
    assert notes_of(job) == [(WORDS, False), ("Nobody was there.", True)]


def test_a_note_whose_answer_is_lost_is_saved_once(wes, job):
    page = wes

    def lose(route):
        route.fetch()
        route.abort()

    open_job(page, job)
    write(page)
    page.route("**/comments/", lose)
    save(page)
    expect(page.get_by_text("Safe on this phone.")).to_be_visible()
    page.unroute("**/comments/")
    page.locator("[data-queue]").tap()
    expect(page.get_by_role("dialog")).to_contain_text(WORDS)
    look(page)
    page.get_by_role("dialog").get_by_role("button", name="Send now").tap()
    expect(page.get_by_text("Nothing is waiting on this phone.")).to_be_visible()
    assert notes_of(job) == [(WORDS, False)]


def test_a_note_on_a_job_that_changed_is_saved_after_a_look(wes, job):
    page = wes
    open_job(page, job)
    write(page)
    make.act(workflow.assign, job, make.sue(), to=make.sue())
    save(page)
    expect(page.locator(".error-summary")).to_contain_text("The job is assigned to Sue.")
    expect(page.get_by_label("Your note")).to_have_value(WORDS)
    page.wait_for_load_state("networkidle")
    save(page)
    expect(page.get_by_text("Note saved.")).to_be_visible()
    expect(page.locator("[data-queue]")).to_be_hidden()
    assert notes_of(job) == [(WORDS, False)]


@pytest.mark.parametrize("is_offline", [False, True], ids=["online", "offline"])
def test_a_note_without_its_reader_is_refused_in_words_and_stays(wes, job, is_offline):
    page = wes
    open_job(page, job)
    open_note(page)
    page.context.set_offline(is_offline)
    save(page)
    expect(page.locator(".error-summary")).to_contain_text("Write something first.")
    page.get_by_label("Your note").fill(WORDS)
    save(page)
    expect(page.locator(".error-summary li")).to_have_text(["Say who should read it."])
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[data-lost]")).not_to_contain_text("You need one for this")
    expect(page.get_by_label("Your note")).to_have_value(WORDS)
    look(page)
    page.get_by_text("Only staff", exact=True).first.tap()
    expect(page.locator(".error-summary")).to_have_count(0)
    save(page)
    if is_offline:
        expect(page.locator("[data-kept-later=comments]")).to_contain_text("Safe on this phone.")
        page.context.set_offline(False)
        expect(page.locator("[data-queue-sent]")).to_contain_text("Sent: Note on “Pothole”")
    else:
        expect(page.get_by_text("Note saved.")).to_be_visible()
    assert notes_of(job) == [(WORDS, False)]


def test_a_note_that_waits_while_the_job_moves_can_go_to_its_holder(wes, job):
    page = wes
    open_job(page, job)
    page.context.set_offline(True)
    write(page)
    save(page)
    expect(page.get_by_text("Safe on this phone.")).to_be_visible()
    make.route(job, make.water())
    page.context.set_offline(False)
    expect(page.locator("[data-queue]")).to_contain_text("Tap to see what needs you.")
    page.locator("[data-queue]").tap()
    page.get_by_role("dialog").get_by_role("button", name="Send to Water Resources").tap()
    expect(page.get_by_text("Nothing is waiting on this phone.")).to_be_visible()
    [event] = job.events.filter(verb=Verb.HAND_OVER)
    assert event.words.body == WORDS


def test_what_is_unfinished_is_named_and_not_on_its_own_page(wes, job):
    page, other = wes, make.service_request(Status.IN_PROGRESS)
    bar = page.locator("[data-queue]")
    open_form(page, job)
    page.get_by_label("Tell the resident").fill("Half done.")
    page.evaluate(ARE_KEPT, "Half done.")
    page.reload(wait_until="networkidle")
    expect(page.get_by_label("Tell the resident")).to_have_value("Half done.")
    expect(bar).to_be_hidden()
    open_form(page, other)
    expect(bar).to_contain_text("Pothole, City Hall: not finished yet")
    expect(bar).to_contain_text("Tap to continue.")
    look(page)


def test_the_bar_at_the_bottom_gives_way_to_an_open_form(wes):
    page, row = wes, make.service_request(Status.ROUTED)
    open_job(page, row)
    start = page.get_by_role("button", name="Start work")
    expect(start).to_be_in_viewport()
    page.locator("summary").filter(has_text="Not ours").tap()
    expect(start).not_to_be_in_viewport()
    start.scroll_into_view_if_needed()
    expect(start).to_be_in_viewport()
    look(page)
    page.locator("summary").filter(has_text="Not ours").tap()
    page.evaluate("window.scrollTo(0, 0)")
    expect(start).to_be_in_viewport()
