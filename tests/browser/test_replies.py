"""Photos of a reply are seen and can be taken out; a fault that is mended loses its lines."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.models import Photo
from requests_app.status import Status, Verb
from tests import make
from tests.barriers import no_barriers, no_sideways_scroll
from tests.browser.test_crew_queue import fill, open_form
from tests.browser.test_report import to_details
from tests.shared import photo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ana(phone, live_server):
    phone.context.add_cookies([{"name": "device", "value": "ana", "url": live_server.url}])
    return phone


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
    no_barriers(ana)
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


def test_a_photo_that_the_browser_cannot_draw_is_named(ana):
    disputing(ana)
    ana.set_input_files("#gallery", photo("good/phone_iphone7.heic"))
    expect(tiles(ana)).to_contain_text("phone_iphone7.heic")


def test_the_error_lines_of_a_reply_go_when_the_words_are_there(ana):
    disputing(ana)
    ana.get_by_role("button", name="Send it back").tap()
    expect(ana.locator(".errsum")).to_contain_text("Tell us what is still wrong.")
    ana.get_by_label("In your own words").fill("Still a hole.")
    expect(ana.locator(".errsum")).to_have_count(0)
    expect(ana.locator(".usa-error-message, [aria-invalid=true]")).to_have_count(0)


def test_the_error_lines_of_a_crews_form_go_one_by_one(wes, job):
    phone = wes
    open_form(phone, job)
    phone.get_by_role("button", name="Done, send it").tap()
    lines = phone.locator(".errsum li")
    expect(lines).to_have_count(3)
    why = phone.locator("[data-nophoto]")
    why.locator("summary").tap()
    fill(phone)
    expect(lines).to_have_count(0)
    expect(phone.locator(".errsum")).to_have_count(0)
    expect(why).not_to_have_attribute("open", "")


def test_the_error_lines_of_a_step_go_when_the_questions_are_answered(phone):
    to_details(phone)
    phone.locator(".dock button").click()
    expect(phone.locator(".errsum li")).to_have_count(1)
    no = phone.get_by_label("No", exact=True).first
    no.locator("xpath=following-sibling::label").click()
    expect(phone.locator(".errsum")).to_have_count(0)
    expect(phone.locator(".usa-error-message")).to_have_count(0)
