"""Tests that the page after a form shows the entered email address, once."""

import pytest

from tests import make
from tests.visitors import address, browser

pytestmark = pytest.mark.django_db

FORMS = {
    "/requests/links/": {},
    "/your-data/": {},
    "/alerts/new/": {"frequency": "daily", "wants_new": "1"},
    "following": {"want": "mail"},
}


@pytest.mark.parametrize("name", FORMS)
def test_the_page_after_a_form_names_the_entered_address_once(name):
    path = address(make.filed(), name) if name == "following" else name
    bob = browser("bob")
    answer = bob.post(path, FORMS[name] | {"email": "Bob@Exmaple.org"})
    named = "You entered Bob@exmaple.org."
    assert named in bob.get(answer.url).content.decode()
    assert named not in bob.get(answer.url).content.decode()


def test_a_message_of_another_page_is_no_address():
    omar = browser()
    omar.force_login(make.omar())
    omar.post("/accounts/logout/")
    assert "You entered" not in omar.get("/requests/links/?asked=1").content.decode()
