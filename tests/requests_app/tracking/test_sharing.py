"""Tests for sharing a request by its public address; not private or hidden ones."""

import re

import pytest

from requests_app import workflow
from requests_app.models import Photo, ServiceRequest
from tests import make
from tests.requests_app.filing.report import Report
from tests.visitors import address, browser

pytestmark = pytest.mark.django_db


def test_the_live_page_offers_its_own_address_to_everybody():
    row = make.filed()
    for name in ("ana", "bob", None):
        page = browser(name).get(address(row)).text
        assert "Share this request" in page
        assert f'value="http://testserver{address(row)}"' in page


def test_a_shared_link_has_a_title_a_text_and_the_public_photo():
    photo = make.photo()
    row = make.filed(description="A deep hole by the curb.", photos=[photo])
    Photo.objects.update(state=Photo.State.READY)
    photo.refresh_from_db()
    page = browser(None).get(address(row)).text
    shown = dict(re.findall(r'<meta\s+property="(og:[a-z_:]+)"\s+content="([^"]*)"', page))
    assert shown["og:title"] == f"Pothole, {row.reference}"
    assert "A deep hole by the curb." in shown["og:description"]
    assert shown["og:url"] == f"http://testserver{address(row)}"
    assert shown["og:image"] == f"http://testserver{photo.medium}"
    assert photo.original not in page


def test_what_not_everybody_may_see_has_no_preview_and_is_not_shared():
    private = make.filed(category=make.category(is_private=True))
    hidden = make.filed()
    make.act(workflow.hide, hidden, make.omar(), words="A plate can be read.")
    for row in (private, hidden):
        page = browser("ana").get(address(row)).text
        assert "og:" not in page
        assert "data-share-link" not in page
        assert f"http://testserver{address(row)}" not in page
    waiting = make.filed(photos=[make.photo()])
    Photo.objects.update(state=Photo.State.WAITING)
    assert "og:image" not in browser(None).get(address(waiting)).text


def test_the_receipt_shares_the_public_address_and_never_the_private_link():
    report = Report().walk_to("check")
    report.post_review()
    page = report.get("sent").text
    shared = page[page.index("Tell your neighbors") :]
    row = ServiceRequest.objects.get()
    assert f'value="http://testserver{address(row)}"' in shared
    assert "/mine/" not in shared
    assert page.count("data-share-link") == 1


def test_the_receipt_of_a_private_report_has_only_its_private_link():
    category = make.category(is_private=True)
    report = Report()
    report.post_category(category.service_code)
    report.post_location()
    answers = make.least_answers(category)
    report.post_details(**{f"answer-{code}": given[0] for code, given in answers.items()})
    report.post_review()
    page = report.get("sent").text
    assert "/mine/" in page
    assert "data-share-link" not in page
