"""Tests for a resident's reply: photos are shown and removable, corrected errors disappear."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.models import Photo
from requests_app.photos import uploading
from requests_app.status import Status, Verb
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.browser.test_crew_queue import fill, open_form
from tests.browser.test_report import to_details
from tests.shared import photo
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
HEIC = "good/phone_iphone7.heic"


def picture(color):
    content = make.picture(color).read()
    return {"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": content}


def tiles(page):
    return page.locator("[data-chosen-photos] .photo")


def disputing(page):
    row = make.service_request(Status.COMPLETED)
    page.goto(reverse("dispute", args=[row.reference]), wait_until="networkidle")
    return row


def test_the_photos_of_a_dispute_are_seen_and_one_is_taken_out(ana):
    row = disputing(ana)
    ana.set_input_files("#camera", picture("red"))
    ana.set_input_files("#gallery", [picture("blue"), picture("gold")])
    expect(tiles(ana)).to_have_count(3)
    expect(tiles(ana).locator("img").first).to_have_js_property("naturalWidth", 64)
    assert_accessible(ana)
    no_sideways_scroll(ana)
    tiles(ana).nth(1).get_by_role("button", name="Remove this photo").tap()
    expect(tiles(ana)).to_have_count(2)
    ana.get_by_text("It broke again").tap()
    ana.get_by_role("button", name="Send it back").tap()
    ana.wait_for_url(f"**{reverse('service_request', args=[row.reference])}*")
    event = row.events.get(verb=Verb.DISPUTE)
    assert event.photos.filter(kind=Photo.Kind.DISPUTE).count() == 2


def test_of_an_answer_too(ana):
    row = make.service_request(Status.AWAITING_RESIDENT)
    ana.goto(reverse("answer", args=[row.reference]), wait_until="networkidle")
    ana.set_input_files("#gallery", [picture("blue")])
    expect(tiles(ana)).to_have_count(1)
    tiles(ana).get_by_role("button").tap()
    expect(tiles(ana)).to_have_count(0)
    ana.get_by_label("Your answer").fill("The left one.")
    ana.get_by_role("button", name="Send the answer").tap()
    ana.wait_for_url(f"**{reverse('service_request', args=[row.reference])}*")
    assert not row.events.get(verb=Verb.ANSWER).photos.exists()


def test_a_photo_is_added_from_the_requests_page_with_or_without_words(ana):
    row = make.service_request(Status.ROUTED)
    ana.goto(reverse("service_request", args=[row.reference]), wait_until="networkidle")
    ana.get_by_label("Your comment").fill("The other lane too.")
    ana.get_by_role("button", name="Add a photo").tap()
    words = ana.get_by_label("Your comments")
    expect(words).to_have_value("The other lane too.")
    assert_accessible(ana)
    no_sideways_scroll(ana)
    words.fill("")
    ana.set_input_files("#gallery", [picture("blue"), picture("gold")])
    expect(tiles(ana)).to_have_count(2)
    ana.get_by_role("button", name="Send the comment").tap()
    ana.wait_for_url(f"**{reverse('service_request', args=[row.reference])}")
    expect(ana.locator("[data-news]")).to_contain_text("You added 2 photos.")
    expect(ana.locator(".timeline")).to_contain_text("You added 2 photos.")
    no_sideways_scroll(ana)


def test_a_photo_of_an_answer_that_came_too_late_goes_as_a_comment(ana):
    row = make.filed()
    make.act(workflow.ask, row, make.omar(), question="Could you add a photo of it?")
    ana.goto(reverse("answer", args=[row.reference]), wait_until="networkidle")
    ana.set_input_files("#gallery", [picture("blue")])
    ana.get_by_label("Your answer").fill("The left one.")
    make.route(row)
    ana.get_by_role("button", name="Send the answer").tap()
    expect(ana.get_by_role("heading", level=1)).to_have_text("This question is no longer open")
    kept = ana.get_by_label("Send this photo")
    expect(kept).to_be_checked()
    assert_accessible(ana)
    no_sideways_scroll(ana)
    ana.set_input_files("#gallery", photo(HEIC))
    expect(tiles(ana).locator("[name=photo]")).to_have_count(1)
    expect(kept).to_be_checked()
    ana.get_by_role("button", name="Send as a comment").tap()
    ana.wait_for_url(f"**{reverse('service_request', args=[row.reference])}*")
    event = row.events.get(verb=Verb.COMMENT)
    assert (event.words.body, event.photos.count()) == ("The left one.", 2)


def is_drawn_by_the_city(image):
    """Check that the server's copy of a HEIC is shown, because Chromium cannot draw HEIC."""
    expect(image).to_have_attribute("data-pending", "")
    uploading.make_sizes(Photo.objects.unattached().get().pk)
    expect(image).to_have_attribute("src", re.compile(r"[?]ready$"), timeout=20_000)
    expect(image).to_have_js_property("naturalWidth", 320)
    expect(image).to_have_attribute("alt", "Your photo")


def test_a_photo_of_a_dispute_that_the_browser_cannot_draw_is_shown_as_the_city_made_it(ana):
    row = disputing(ana)
    ana.set_input_files("#camera", picture("blue"))
    ana.set_input_files("#gallery", photo(HEIC))
    expect(tiles(ana)).to_have_count(2)
    is_drawn_by_the_city(tiles(ana).last.locator("img"))
    kept = Photo.objects.unattached().get()
    assert browser("ana").get(kept.small).status_code == 200
    assert browser("bob").get(kept.small).status_code == 404
    assert_accessible(ana)
    no_sideways_scroll(ana)
    ana.get_by_text("It broke again").tap()
    ana.get_by_role("button", name="Send it back").tap()
    ana.wait_for_url(f"**{reverse('service_request', args=[row.reference])}*")
    photos = row.events.get(verb=Verb.DISPUTE).photos
    assert photos.filter(kind=Photo.Kind.DISPUTE).count() == 2
    assert not Photo.objects.unattached().exists()
    assert kept in photos.all()


def test_it_can_be_taken_out_of_an_answer_again(ana):
    row = make.service_request(Status.AWAITING_RESIDENT)
    ana.goto(reverse("answer", args=[row.reference]), wait_until="networkidle")
    ana.set_input_files("#gallery", photo(HEIC))
    is_drawn_by_the_city(tiles(ana).locator("img"))
    with ana.expect_response("**/removal/"):
        tiles(ana).get_by_role("button", name="Remove this photo").tap()
    expect(tiles(ana)).to_have_count(0)
    assert not Photo.objects.exists()
    ana.get_by_label("Your answer").fill("The left one.")
    ana.get_by_role("button", name="Send the answer").tap()
    ana.wait_for_url(f"**{reverse('service_request', args=[row.reference])}*")
    assert not row.events.get(verb=Verb.ANSWER).photos.exists()


def test_where_the_city_cannot_be_reached_it_goes_with_the_form_under_its_name(ana):
    row = disputing(ana)
    ana.route("**/dispute/photos/", lambda route: route.abort())
    ana.set_input_files("#gallery", photo(HEIC))
    expect(tiles(ana)).to_contain_text("phone_iphone7.heic")
    ana.get_by_text("It broke again").tap()
    ana.get_by_role("button", name="Send it back").tap()
    ana.wait_for_url(f"**{reverse('service_request', args=[row.reference])}*")
    assert row.events.get(verb=Verb.DISPUTE).photos.count() == 1


def test_a_file_that_is_no_photo_is_refused_before_the_form_is_sent(ana):
    row = disputing(ana)
    broken = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    ana.set_input_files("#gallery", [broken, picture("blue")])
    expect(tiles(ana).first).to_contain_text("a text file, not a photo")
    assert_accessible(ana)
    ana.get_by_text("It broke again").tap()
    ana.get_by_role("button", name="Send it back").tap()
    ana.wait_for_url(f"**{reverse('service_request', args=[row.reference])}*")
    assert row.events.get(verb=Verb.DISPUTE).photos.count() == 1


def test_a_crews_photo_that_the_browser_cannot_draw_is_shown_as_the_city_made_it(wes, job):
    open_form(wes, job)
    wes.set_input_files("#gallery", photo(HEIC))
    expect(wes.locator("[data-photos] figure[data-uploaded]")).to_have_count(1)
    is_drawn_by_the_city(wes.locator("[data-photos] figure img"))
    kept = Photo.objects.get()
    assert signed_in(make.wes()).get(kept.small).status_code == 200
    assert signed_in(make.sue()).get(kept.small).status_code == 404
    assert_accessible(wes)
    no_sideways_scroll(wes)
    wes.reload(wait_until="networkidle")
    expect(wes.locator("[data-photos] figure img")).to_have_js_property("naturalWidth", 320)
    wes.locator("[data-photos] .drop").tap()
    expect(wes.locator("[data-photos] figure")).to_have_count(0)


def test_the_error_lines_of_a_reply_go_when_the_words_are_there(ana):
    disputing(ana)
    ana.get_by_role("button", name="Send it back").tap()
    expect(ana.locator(".error-summary")).to_contain_text("Choose what is still wrong")
    ana.get_by_label("In your own words").fill("Still a hole.")
    expect(ana.locator(".error-summary")).to_have_count(0)
    expect(ana.locator(".usa-error-message:not(:empty), [aria-invalid=true]")).to_have_count(0)


def test_the_error_lines_of_a_crews_form_go_one_by_one(wes, job):
    phone = wes
    open_form(phone, job)
    phone.get_by_role("button", name="Done, send it").tap()
    lines = phone.locator(".error-summary li")
    expect(lines).to_have_count(3)
    why = phone.locator("[data-nophoto]")
    why.locator("summary").tap()
    fill(phone)
    expect(lines).to_have_count(0)
    expect(phone.locator(".error-summary")).to_have_count(0)
    expect(why).not_to_have_attribute("open", "")


def test_the_error_lines_of_a_step_go_when_the_questions_are_answered(phone):
    to_details(phone)
    phone.locator(".dock button").click()
    expect(phone.locator(".error-summary li")).to_have_count(1)
    phone.wait_for_load_state()  # until its scripts are loaded
    no = phone.get_by_label("No", exact=True).first
    no.locator("xpath=following-sibling::label").click()
    expect(phone.locator(".error-summary")).to_have_count(0)
    expect(phone.locator(".usa-error-message")).to_have_count(0)


def test_a_comment_with_a_photo_is_sent_as_the_answer_that_it_is(ana):
    row = make.service_request(Status.AWAITING_RESIDENT)
    ana.goto(reverse("service_request", args=[row.reference]), wait_until="networkidle")
    ana.get_by_label("Your comment").fill("The left one.")
    ana.get_by_role("button", name="Send the comment").tap()
    ana.get_by_role("heading", name="Is this your answer?").wait_for()
    assert_accessible(ana)
    no_sideways_scroll(ana)
    ana.set_input_files("#gallery", picture("blue"))
    ana.get_by_role("button", name="Send the answer").tap()
    ana.wait_for_url(f"**{reverse('service_request', args=[row.reference])}*")
    event = row.events.get(verb=Verb.ANSWER)
    assert (event.words.body, event.photos.count()) == ("The left one.", 1)
    assert not row.events.filter(verb=Verb.COMMENT).exists()
