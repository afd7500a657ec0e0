"""Tests for sharing a request: the phone's share sheet, the clipboard, or a link to select."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import make
from tests.barriers import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)


def open_page(page):
    row = make.filed()
    page.goto(reverse("service_request", args=[row.reference]))
    return row


def test_a_phone_that_can_share_does(phone, live_server):
    phone.add_init_script("navigator.share = async (what) => { window.shared = what; };")
    row = open_page(phone)
    phone.get_by_role("button", name="Share").click()
    shared = phone.evaluate("window.shared")
    assert shared["url"] == f"{live_server.url}/requests/{row.reference}/"
    assert row.reference in shared["title"]
    expect(phone.get_by_role("button", name="Copy")).to_be_hidden()
    assert_accessible(phone)


def test_where_nothing_can_be_shared_the_link_is_copied(phone, live_server):
    phone.add_init_script("delete Navigator.prototype.share;")
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    row = open_page(phone)
    phone.get_by_role("button", name="Copy").click()
    expect(phone.get_by_role("button", name="Copied")).to_be_visible()
    copied = phone.evaluate("navigator.clipboard.readText()")
    assert copied == f"{live_server.url}/requests/{row.reference}/"
