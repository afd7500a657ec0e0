"""Tests for a job that was rerouted while its crew was offline.

The completion reaches the department that holds the job now.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.models import Photo
from requests_app.photos import uploading
from requests_app.status import Verb
from tests import make
from tests.browser.test_crew_queue import (
    ARE_KEPT,
    fill,
    look,
    open_form,
    picture,
    send,
)
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
WHERE = "Now with Water Resources"
TO = "Send to Water Resources"


def move(row):
    make.route(row, make.water())


def is_with_the_holder(row, photos=1, words="Filled and rolled."):
    [event] = row.events.filter(verb=Verb.HAND_OVER)
    assert event.photos.count() == photos
    assert event.words.body == words
    assert not event.words.is_public
    assert Photo.objects.unattached().count() == 0


def finish_without_a_network(page, row):
    open_form(page, row)
    fill(page)
    page.evaluate(ARE_KEPT, "Filled and rolled.")
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("heading", name="Safe on this phone")).to_be_visible()


def test_it_moves_while_the_last_photo_is_on_its_way(wes, job):
    page = wes

    def taken_just_before(route):
        answer = route.fetch()
        move(job)
        send(page)
        expect(page.locator("form [data-says]")).to_have_text("Sending…")
        route.fulfill(response=answer)

    page.route("**/completion/photos/", taken_just_before)
    open_form(page, job)
    page.locator(".usual label.usa-radio__label").first.tap()
    page.get_by_label("Tell the resident").fill("Filled and rolled.")
    page.set_input_files("#camera", picture())
    expect(page.get_by_role("heading", name=WHERE)).to_be_visible()


def test_one_tap_sends_it_to_who_has_the_job_and_the_desk_sees_it(wes, job, desk, live_server):
    page = wes
    finish_without_a_network(page, job)
    move(job)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name=WHERE)).to_be_visible()
    expect(page.locator("[data-photos] img[src^=blob]")).to_be_visible()
    expect(page.get_by_label("What did you do?")).to_have_value("Filled and rolled.")
    look(page)
    page.get_by_role("button", name=TO).tap()
    expect(page.get_by_text("Your photos and note were sent to Water Resources.")).to_be_visible()
    expect(page.locator("[data-queue]")).to_be_hidden()
    is_with_the_holder(job)
    for photo in Photo.objects.all():
        uploading.make_sizes(photo.pk)
    sign_in(desk, live_server, make.omar())
    desk.goto(reverse("desk_request", args=[job.reference]))
    line = desk.locator(".timeline li.is-internal").filter(has_text="Filled and rolled.")
    expect(line.get_by_text("Wes worked on it before it moved, and sent this:")).to_be_visible()
    expect(line.locator("img")).to_have_js_property("complete", value=True)
    assert line.locator("img").evaluate("(image) => image.naturalWidth") > 0


def test_on_another_page_the_list_of_what_waits_sends_it_on_at_one_tap(wes, job):
    page = wes
    finish_without_a_network(page, job)
    move(job)
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(reverse("inbox"))
    expect(page.locator("[data-queue]")).to_contain_text("Tap to see what needs you.")
    page.locator("[data-queue]").tap()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text(WHERE)
    expect(sheet.get_by_role("button", name="Discard")).to_be_visible()
    look(page)
    sheet.get_by_role("button", name=TO).tap()
    expect(sheet.get_by_text("Nothing is waiting on this phone.")).to_be_visible()
    sheet.get_by_role("button", name="Close").tap()
    expect(page.locator("[data-queue-sent]")).to_contain_text("Sent to Water Resources: Pothole")
    is_with_the_holder(job)


def test_a_lost_answer_sends_it_once(wes, job):
    page = wes

    def lose(route):
        route.fetch()
        route.abort()

    open_form(page, job)
    fill(page)
    move(job)
    send(page)
    expect(page.get_by_role("heading", name=WHERE)).to_be_visible()
    page.route("**/handover/", lose)
    page.get_by_role("button", name=TO).tap()
    expect(page.get_by_role("heading", name="Safe on this phone")).to_be_visible()
    page.unroute("**/handover/")
    page.get_by_role("button", name="Send now").tap()
    page.wait_for_url(f"**{reverse('inbox')}")
    is_with_the_holder(job)


def test_what_is_typed_on_the_open_page_goes_along_when_the_job_moves(wes, job):
    page = wes
    page.goto(reverse("job", args=[job.reference]), wait_until="networkidle")
    page.locator("summary").filter(has_text="Note").tap()
    page.get_by_label("Your note").fill("Cones are out.")
    move(job)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("link", name=WHERE).tap()
    expect(page.get_by_role("heading", name=WHERE)).to_be_visible()
    expect(page.get_by_label("What did you do?")).to_have_value("Cones are out.")
    page.set_input_files("#camera", picture())
    expect(page.locator("[data-photos] [data-uploaded]")).to_have_count(1)
    page.get_by_role("button", name=TO).tap()
    page.wait_for_url(f"**{reverse('inbox')}")
    is_with_the_holder(job, words="Cones are out.")


def test_it_is_discarded_only_after_a_question(wes, job):
    page = wes
    open_form(page, job)
    fill(page)
    move(job)
    send(page)
    page.get_by_role("button", name="Discard").tap()
    look(page)
    page.get_by_role("button", name="Keep it").tap()
    expect(page.locator("[data-photos] img")).to_have_count(1)
    page.get_by_role("button", name="Discard").tap()
    page.get_by_role("button", name="Discard").tap()
    page.wait_for_url(f"**{reverse('inbox')}")
    expect(page.locator("[data-queue]")).to_be_hidden()
    assert not job.events.filter(verb=Verb.HAND_OVER).exists()
