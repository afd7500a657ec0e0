"""A passkey in a real browser: added on one's own page, then the only thing needed to come in."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import make
from tests.barriers import no_barriers, no_sideways_scroll

pytestmark = pytest.mark.django_db(transaction=True)


def with_a_finger(page):
    """A device that has a fingerprint reader, and whose owner always touches it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def look(page):
    page.wait_for_load_state("domcontentloaded")
    no_barriers(page)
    no_sideways_scroll(page)


def test_a_passkey_is_added_and_signs_in_by_itself(phone, live_server):
    make.omar()
    with_a_finger(phone)
    phone.goto(reverse("account_login"))
    look(phone)
    phone.locator("[name=login]").fill("omar")
    phone.get_by_label("Password", exact=True).fill(make.PASSWORD)
    phone.get_by_role("button", name="Sign in", exact=True).click()
    phone.wait_for_url(f"**{reverse('desk')}")

    phone.goto(reverse("mfa_index"))
    look(phone)
    phone.get_by_role("link", name="Add a passkey").click()
    phone.get_by_label("Password", exact=True).fill(make.PASSWORD)  # who is it, once more
    phone.get_by_role("button", name="Continue").click()
    look(phone)
    phone.get_by_label("Name").fill("Omar’s phone")
    phone.get_by_role("button", name="Add it").click()
    expect(phone.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look(phone)
    phone.goto(reverse("mfa_index"))
    expect(phone.get_by_text("Omar’s phone").first).to_be_visible()
    look(phone)

    phone.goto(reverse("account_logout"))
    phone.get_by_role("button", name="Sign out").click()
    phone.wait_for_url(f"{live_server.url}/")
    phone.goto(reverse("account_login"))
    phone.get_by_role("button", name="Sign in with a passkey").click()
    phone.wait_for_url(f"**{reverse('desk')}")
