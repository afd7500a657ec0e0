"""Tests for /robots.txt, which excludes pages from search engines."""

from urllib.robotparser import RobotFileParser

import pytest

from tests.visitors import browser

pytestmark = pytest.mark.django_db


def test_robots_txt_disallows_staff_pages_and_allows_public_ones():
    answer = browser().get("/robots.txt")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(answer.content.decode().splitlines())
    for path in ("/", "/requests/", "/open-data/", "/requests/feed/"):
        assert rules.can_fetch("*", path)
    for path in ("/desk/", "/staff/", "/admin/", "/accounts/login/", "/open-data/selection.csv"):
        assert not rules.can_fetch("*", path)
