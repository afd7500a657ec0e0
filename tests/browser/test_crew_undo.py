"""Tests for undoing the start of a job."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.status import Status
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.keyboard import press

pytestmark = pytest.mark.django_db(transaction=True)
STARTED = "Work started. The resident can see it."


@pytest.fixture
def job():
    return make.service_request(Status.ROUTED)


@pytest.fixture
def started(wes, job):
    """Return the phone page of wes, showing a job that he has just started."""
    wes.goto(reverse("job", args=[job.reference]))
    wes.get_by_role("button", name="Start work").tap()
    expect(wes.get_by_role("status").filter(has_text=STARTED)).to_be_visible()
    return wes


def undo(page):
    return page.get_by_role("button", name="Undo")


def test_a_start_is_taken_back_by_keyboard_and_residents_see_nothing_of_it(started, job, page_at):
    assert_accessible(started)
    no_sideways_scroll(started)
    resident = page_at(390, 844)
    resident.goto(reverse("service_request", args=[job.reference]))
    expect(resident.locator(".timeline")).to_contain_text("started work")
    press(started, undo(started))
    expect(started.get_by_text("Undone. The job is as it was before.")).to_be_visible()
    expect(started.get_by_role("button", name="Start work")).to_be_visible()
    expect(undo(started)).to_have_count(0)
    assert_accessible(started)
    resident.reload()
    expect(resident.locator(".timeline")).not_to_contain_text("started work")
    job.refresh_from_db()
    assert (job.status, job.assignee) == (Status.ROUTED, None)


def test_the_undo_goes_with_its_time_and_the_message_stays(wes, job):
    wes.clock.install()
    wes.goto(reverse("job", args=[job.reference]))
    wes.get_by_role("button", name="Start work").tap()
    expect(wes.locator("[data-left]")).to_have_text("30")
    undo(wes).focus()
    wes.clock.run_for(10_000)
    expect(wes.locator("[data-left]")).to_have_text("20")
    wes.clock.run_for(21_000)
    expect(undo(wes)).to_have_count(0)
    expect(wes.get_by_text(STARTED)).to_be_visible()
    expect(wes.locator("[data-undo]")).to_be_focused()


def test_what_somebody_else_did_meanwhile_is_said_in_words(started, job):
    make.act(workflow.prioritise, job, make.omar(), priority="urgent")
    undo(started).tap()
    expect(started.locator(".error-summary")).to_contain_text("Something changed after that")
    assert_accessible(started)
    job.refresh_from_db()
    assert job.status == Status.IN_PROGRESS
