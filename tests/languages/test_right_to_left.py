"""Tests for a language that runs from right to left: no overflow, no accessibility violations."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from requests_app.status import Status
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.languages.pseudo import arabic
from tests.requests_app.filing.report import Report
from tests.visitors import address, browser, source

SHEETS = (
    "accounts", "base", "browsing", "components", "filing", "map", "overview", "photos", "privacy",
    "replies", "resident", "tracking",
)  # fmt: skip
_SIDES = re.compile(
    r"(?:margin|padding|border)-(?:left|right)\b|text-align: *(?:left|right)"
    r"|(?<=[ ;{])(?:left|right):(?! *50%)|border-(?:top|bottom)-(?:left|right)-radius|float:"
)


@pytest.mark.parametrize("name", SHEETS)
def test_the_sheets_of_residents_speak_of_start_and_end(name):
    """Style sheets use logical sides. `left: 50%` is allowed: it centres in every language."""
    path = Path(settings.BASE_DIR) / "static" / "css" / f"{name}.css"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [(n, line[:90]) for n, line in enumerate(lines, 1) if _SIDES.search(line)] == []


@pytest.mark.django_db
def test_a_page_says_its_direction(invent, client):
    invent("ar", arabic, is_rtl=True)
    page = source(client.get("/", headers={"accept-language": "ar"}))
    assert '<html lang="ar" dir="rtl"' in page
    step = client.get("/report/", headers={"accept-language": "ar"}, follow=True)
    assert "icon icon--points" in step.content.decode()


@pytest.mark.sweep
@pytest.mark.django_db(transaction=True)
def test_pages_from_right_to_left_fit_a_phone_and_a_desk(invent, page_at, live_server):
    invent("ar", arabic, is_rtl=True)
    row = make.service_request(Status.COMPLETED, language="ar")
    make.service_request(Status.ON_HOLD)
    phone = page_at(390, 844, locale="ar", has_touch=True)
    desk = page_at(1440, 900, locale="ar")
    for page in (phone, desk):
        page.context.add_cookies([{"name": "device", "value": "ana", "url": live_server.url}])
        report = Report(client=browser("ana"))
        report.walk_to("check")
        steps = [report.url(step) for step in ("what", "where", "details", "check")]
        for path in ["/", "/requests/", address(row), address(row, "dispute"), *steps]:
            page.goto(path)
            assert page.locator("html").get_attribute("dir") == "rtl"
            no_sideways_scroll(page)
            assert_accessible(page)
