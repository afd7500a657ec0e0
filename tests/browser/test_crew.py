"""A crew member's phone: near jobs first, photos that go up by themselves, a lost connection."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.models import Photo
from requests_app.status import Status
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wes(phone, live_server):
    """wes's phone, signed in."""
    client = Client()
    client.force_login(make.wes())
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    phone.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
    )
    return phone


def picture(color="olive"):
    content = make.picture(color).read()
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": content}


def finish_page(phone, row):
    phone.goto(reverse("completion", args=[row.reference]))
    return phone


def fill(page, note="Filled and rolled."):
    page.locator("label.usa-radio__label").first.tap()
    page.get_by_label("Tell the resident").fill(note)


def test_a_job_from_the_list_to_the_photo_of_the_work_done(wes):
    row, page = make.service_request(Status.ROUTED), wes
    page.goto(reverse("inbox"))
    page.get_by_role("link", name="Open").tap()
    page.get_by_role("button", name="Start work").tap()
    expect(page.get_by_text("Work is under way.")).to_be_visible()
    page.get_by_role("link", name="Finish").tap()
    page.set_input_files("#camera", picture())
    expect(page.locator("[data-kept]")).to_have_count(1)
    fill(page)
    page.get_by_role("button", name="Done, send it").tap()
    expect(page.get_by_text("Done. The resident sees the photo")).to_be_visible()
    row.refresh_from_db()
    assert row.status == Status.COMPLETED
    assert row.events.last().photos.count() == 1


def test_the_nearest_come_first_at_a_tap(wes):
    make.service_request(Status.ROUTED)
    page = wes
    page.goto(reverse("inbox"))
    expect(page.locator(".next [data-distance]")).to_contain_text("ft")
    page.get_by_role("link", name="Nearest").tap()
    page.wait_for_url("**sort=near**lat=34.01**")
    expect(page.get_by_role("link", name="Nearest")).to_have_attribute("aria-current", "true")


def test_a_phone_that_says_nothing_of_its_place_is_told_so(wes):
    make.service_request(Status.ROUTED)
    wes.context.clear_permissions()
    wes.goto(reverse("inbox"))
    wes.get_by_role("link", name="Nearest").tap()
    expect(wes.locator("[data-place-says]")).to_contain_text("did not say where you are")


def test_a_refused_form_keeps_its_photo_and_says_what_is_missing(wes):
    row = make.service_request(Status.IN_PROGRESS)
    page = finish_page(wes, row)
    page.set_input_files("#camera", picture())
    expect(page.locator("[data-kept] img")).to_be_visible()
    page.get_by_label("Tell the resident").fill("Half done.")
    page.get_by_role("button", name="Done, send it").tap()
    expect(page.locator(".errsum")).to_contain_text("Choose what you did.")
    expect(page.get_by_label("Tell the resident")).to_have_value("Half done.")
    expect(page.locator("[data-kept] img")).to_be_visible()
    fill(page, "Done now.")
    page.get_by_role("button", name="Done, send it").tap()
    page.wait_for_url(f"**{reverse('job', args=[row.reference])}")
    assert Photo.objects.filter(service_request=row, kind=Photo.Kind.COMPLETION).count() == 1


def test_a_lost_connection_loses_nothing(wes):
    row = make.service_request(Status.IN_PROGRESS)
    page = finish_page(wes, row)
    page.context.set_offline(True)
    page.set_input_files("#camera", picture())
    expect(page.get_by_text("Not sent")).to_be_visible()
    fill(page)
    page.get_by_role("button", name="Done, send it").tap()
    expect(page.locator("[data-says]")).to_contain_text("Everything is still here")
    page.context.set_offline(False)
    page.get_by_role("button", name="Done, send it").tap()
    page.wait_for_url(f"**{reverse('job', args=[row.reference])}")
    row.refresh_from_db()
    assert row.status == Status.COMPLETED
    assert row.events.last().photos.count() == 1


def test_a_file_that_is_no_picture_is_refused_where_it_was_chosen(wes):
    row = make.service_request(Status.IN_PROGRESS)
    page = finish_page(wes, row)
    page.set_input_files(
        "#camera", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    )
    expect(page.locator("[data-problem]")).to_contain_text("a.jpg")
    expect(page.locator("[data-kept], [data-waiting]")).to_have_count(0)


def test_a_tap_on_what_was_said_before_fills_the_note(wes):
    make.service_request(Status.COMPLETED)
    page = finish_page(wes, make.service_request(Status.IN_PROGRESS))
    page.get_by_role("button", name="Filled and rolled.").tap()
    expect(page.get_by_label("Tell the resident")).to_have_value("Filled and rolled.")


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


def test_a_session_that_ended_is_said_in_words(wes):
    make.service_request(Status.ROUTED)
    wes.goto(reverse("inbox"))
    wes.context.clear_cookies()
    wes.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(wes.get_by_text("You are signed out.")).to_be_visible()


def test_the_whole_job_by_keyboard_and_without_javascript(page_at, live_server):
    row = make.service_request(Status.IN_PROGRESS)
    page = page_at(390, 844, java_script_enabled=False)
    client = Client()
    client.force_login(make.wes())
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
    )
    finish_page(page, row)
    page.set_input_files("#gallery", picture())
    page.locator("#completion-resolution_0").focus()
    page.keyboard.press("Space")
    page.get_by_label("Tell the resident").fill("Filled.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('job', args=[row.reference])}")
    row.refresh_from_db()
    assert row.status == Status.COMPLETED
