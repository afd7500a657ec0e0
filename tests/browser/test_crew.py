"""Tests for the pages of a crew on a phone: refused files, live updates, an ended session."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.status import Status
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def picture(color="olive"):
    content = make.picture(color).read()
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content}


def finish_page(phone, row):
    phone.goto(reverse("completion", args=[row.reference]))
    return phone


def test_a_file_that_is_no_picture_is_refused_where_it_was_chosen(wes):
    row = make.service_request(Status.IN_PROGRESS)
    page = finish_page(wes, row)
    page.set_input_files(
        "#camera", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    )
    expect(page.locator("[data-problem]")).to_contain_text("a.jpg")
    expect(page.locator("[data-photos] figure")).to_have_count(0)
    page.get_by_label("Tell the resident").fill("Filled.")
    finish_page(page, row)
    expect(page.get_by_label("Tell the resident")).to_have_value("Filled.")
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(page.get_by_text("a.jpg")).to_have_count(0)


def test_what_the_city_refused_is_over_with_the_next_choice_of_files(wes):
    row = make.service_request(Status.IN_PROGRESS)
    page = finish_page(wes, row)
    page.route("**/completion/photos/", lambda route: route.abort("connectionreset"))
    page.set_input_files(
        "#camera", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    )
    expect(page.locator("[data-photos] [data-down]")).to_be_visible()  # the upload has failed
    page.unroute("**/completion/photos/")
    page.locator("label[for=completion-resolution_0]").tap()
    page.get_by_label("Tell the resident").fill("Filled.")
    page.locator("#finish [type=submit], #finish button:not([type])").last.click()
    expect(page.locator(".error-summary")).to_contain_text("a.jpg")
    page.set_input_files("#camera", picture())
    expect(page.locator("[data-photos] [data-uploaded]")).to_have_count(1)
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(page.locator("[data-problem]")).to_be_empty()


def test_news_is_offered_and_nothing_that_is_typed_moves(wes):
    row = make.service_request(Status.ROUTED)
    page = wes
    page.goto(reverse("job", args=[row.reference]))
    page.locator("#question > summary").tap()
    page.get_by_label("Your question").fill("Which side?")
    make.act(workflow.comment, row, make.sue(), words="Mind the dog.", is_public=False)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".news")).to_contain_text("Mind the dog.")
    expect(page.get_by_label("Your question")).to_have_value("Which side?")


def test_a_form_that_is_opened_comes_into_sight_above_the_bar(wes):
    row = make.service_request(Status.IN_PROGRESS)
    wes.goto(reverse("job", args=[row.reference]))
    wes.locator("summary", has_text="Before photo").tap()
    opened = wes.locator("details[open]", has_text="Before photo")
    send = opened.get_by_role("button").last
    expect(send).to_be_in_viewport(ratio=1)
    assert send.evaluate(
        "one => { const box = one.getBoundingClientRect(); return one.contains("
        "document.elementFromPoint(box.left + box.width / 2, box.bottom - 4)); }"
    )


def test_a_session_that_ended_is_said_in_words(wes):
    make.service_request(Status.ROUTED)
    wes.goto(reverse("inbox"))
    wes.context.clear_cookies()
    wes.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(wes.get_by_text("You're signed out.")).to_be_visible()
