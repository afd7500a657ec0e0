"""Tests for which pages a browser may keep for reading offline."""

import pytest
from django.urls import reverse

from requests_app.middleware import OFFLINE_COPY_HEADER
from tests import make
from tests.visitors import address, browser

pytestmark = pytest.mark.django_db


def test_only_the_pages_of_own_requests_are_marked_for_keeping():
    row = make.filed()
    mark = browser("ana").get(address(row))[OFFLINE_COPY_HEADER]
    assert browser("ana").get(reverse("my_requests"))[OFFLINE_COPY_HEADER] == mark
    assert len(mark) == 16
    for name in ("bob", None):
        assert OFFLINE_COPY_HEADER not in browser(name).get(address(row))
    for name in ("home", "requests", "report_waiting"):
        assert OFFLINE_COPY_HEADER not in browser("ana").get(reverse(name))


def test_another_device_has_another_mark():
    marks = {
        browser(who).get(reverse("my_requests"))[OFFLINE_COPY_HEADER] for who in ("ana", "bob")
    }
    assert len(marks) == 2


def test_after_deleting_data_nothing_is_to_be_kept():
    assert browser("ana").get(reverse("data_deleted"))[OFFLINE_COPY_HEADER] == ""
