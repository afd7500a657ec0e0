"""Tests for the private link in a real browser: its button works, and its URL does not leak."""

from uuid import UUID

import pytest
from playwright.sync_api import expect

from requests_app.models import AccessLink
from tests import make
from tests.visitors import address

pytestmark = pytest.mark.django_db(transaction=True)
NONCE = UUID(int=311)


def test_the_button_of_a_private_link_opens_the_request_on_this_device(phone):
    row = make.filed(category=make.category(is_private=True))
    link = address(
        row, "mine", AccessLink.get_or_create_for_nonce(NONCE, service_request=row).token
    )
    told = []
    phone.on("request", lambda request: told.append(request.headers.get("referer", "")))
    phone.goto(link)
    phone.get_by_role("button", name="Open my request on this device").click()
    expect(phone.get_by_text(row.reference).first).to_be_visible()
    expect(phone.get_by_role("heading", name=row.category.name)).to_be_visible()
    assert not any("/mine/" in referer for referer in told)
