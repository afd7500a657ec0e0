"""Tests for continuing a report that was begun on this device and not sent."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lib import clock
from requests_app import workflow
from requests_app.models import Draft
from tests import make
from tests.requests_app.filing.report import HERE, Report
from tests.visitors import browser

pytestmark = pytest.mark.django_db

DOOR = "Continue your report"


def list_pages_with_offer(client):
    """Return the HTML of the pages that offer to continue: home, new report, own reports."""
    pages = [client.get("/"), client.get("/report/", follow=True), client.get("/requests/mine/")]
    return [page.content.decode() for page in pages]


def begin_report(name="ana"):
    return Report(name).walk_to("details")


def test_a_report_that_was_begun_is_offered_and_leads_to_its_first_gap():
    report = begin_report()
    for page in list_pages_with_offer(browser("ana")):
        assert DOOR in page
        assert "Graffiti" in page
        assert "City Hall" in page
        assert report.url("check") in page
    assert report.get("check").url == report.url("details")


def test_what_is_kept_about_the_device_leads_there_too():
    report = begin_report()
    client = browser("ana")
    assert "1 report was started here and isn't sent yet." in client.get("/your-data/").text
    assert "sent or opened here" not in client.get("/your-data/").text
    assert report.url("check") in client.get("/your-data/device/").text


def test_the_page_it_is_offered_on_begins_a_new_one():
    old = begin_report()
    new = Report("ana")
    assert new.draft_id != old.draft_id
    assert DOOR in new.get("what").text
    new.post_category("pothole")
    assert DOOR not in new.get("what").text
    assert Draft.objects.count() == 2


def test_the_latest_is_offered():
    begin_report()
    with clock.freeze_time(clock.now() + timedelta(minutes=1)):
        latest = Report("ana")
        latest.post_category("pothole")
    for page in list_pages_with_offer(browser("ana")):
        assert latest.url("check") in page
        assert page.count(DOOR) == 1


@pytest.mark.parametrize("given", [{"photos": "red"}, {"category": "pothole"}])
def test_a_photo_or_a_kind_is_enough(given):
    if "photos" in given:
        given = {"photos": make.picture("red")}
    Report("ana").post("what", **given)
    assert all(DOOR in page for page in list_pages_with_offer(browser("ana")))


def test_words_alone_are_enough_and_are_shown():
    report = begin_report()
    Draft.objects.update(category=None, location_text="", description="Water on the <street>")
    for page in list_pages_with_offer(browser("ana")):
        assert "Water on the &lt;street&gt;" in page
    assert report.get("check").url == report.url("what")


def test_nothing_is_offered_of_an_empty_one():
    Report("ana").post("what")
    assert Draft.objects.count() == 1
    assert not any(DOOR in page for page in list_pages_with_offer(browser("ana")))


def test_nothing_is_offered_of_one_that_is_sent():
    report = Report("ana").walk_to("check")
    assert all(DOOR in page for page in list_pages_with_offer(browser("ana")))
    report.post_review()
    assert not any(DOOR in page for page in list_pages_with_offer(browser("ana")))


def test_nobody_else_is_offered_it():
    begin_report("ana")
    for stranger in (browser("bob"), browser()):
        assert not any(DOOR in page for page in list_pages_with_offer(stranger))


def test_who_follows_the_same_one_instead_is_asked_again_only_if_they_went_on():
    report = begin_report()
    row = make.filed(by=make.bob(), category=Draft.objects.get().category)
    workflow.follow(row, by=make.ana())
    assert not any(DOOR in page for page in list_pages_with_offer(browser("ana")))
    report.post_location(**HERE)
    assert all(DOOR in page for page in list_pages_with_offer(browser("ana")))


def test_it_costs_one_query_and_none_without_a_key(django_assert_num_queries):
    begin_report()
    with django_assert_num_queries(1):
        assert Draft.find_resumable("ana").title
    with django_assert_num_queries(0):
        browser().get(reverse("my_requests"))
