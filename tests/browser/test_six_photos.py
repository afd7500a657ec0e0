"""Tests for choosing six photos at once: five are accepted, and the page names the refused one."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.models import Photo
from requests_app.status import Status
from tests import make
from tests.barriers import assert_accessible
from tests.browser.test_crew import finish_page
from tests.browser.test_report import begin, gallery
from tests.visitors import carry_device

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "You can add up to 5 photos. Not added: IMG_5.jpg."


def pictures(count):
    return [
        {
            "name": f"IMG_{n}.jpg",
            "mimeType": "image/jpeg",
            "buffer": make.picture((n * 40, 0, 0)).read(),
        }
        for n in range(count)
    ]


def test_at_the_first_step_of_a_report(phone):
    begin(phone)
    gallery(phone).set_input_files(pictures(6))
    left_out = phone.locator("[data-photos-left]")
    expect(left_out).to_have_text(SAID)
    expect(phone.locator("[data-photo]")).to_have_count(5)
    expect(left_out).to_have_text(SAID)
    assert_accessible(phone)
    phone.get_by_role("button", name="Remove this photo").first.click()
    expect(left_out).to_be_empty()


def test_in_the_form_for_a_phone_without_a_network(phone):
    phone.goto(reverse("report_offline"))
    expect(phone.locator("[data-ready]")).to_be_attached()
    gallery(phone).set_input_files(pictures(6))
    expect(phone.locator("[data-photos-left]")).to_have_text(SAID)
    expect(phone.locator("[data-photos] .photo")).to_have_count(5)


def test_in_a_dispute(phone, live_server):
    row = make.service_request(Status.COMPLETED)
    carry_device(phone, live_server)
    phone.goto(reverse("dispute", args=[row.reference]))
    phone.set_input_files("#gallery", pictures(6))
    expect(phone.locator("[data-photos-left]")).to_have_text(SAID)
    expect(phone.locator("[data-chosen]")).not_to_contain_text("IMG_5.jpg")
    phone.get_by_label("In your own words").fill("Still there.")
    phone.get_by_role("button", name="Send it back").click()
    phone.wait_for_url(f"**{reverse('service_request', args=[row.reference])}")
    assert row.photos.filter(kind="dispute").count() == 5


def test_at_the_end_of_a_job(wes, job):
    page = finish_page(wes, job)
    page.set_input_files("#gallery", pictures(6))
    expect(page.locator("[data-photos] figure[data-uploaded]")).to_have_count(5)
    expect(page.locator("[data-problem]")).to_have_text(SAID)
    while Photo.objects.unattached().count() < 5:  # a tile shows what was sent, not received
        page.wait_for_event("response")
    assert Photo.objects.unattached().count() == 5
