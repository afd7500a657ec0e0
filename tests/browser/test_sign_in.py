"""Tests for passkeys in a real browser: adding one to an account, and signing in with it."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import expect

from tests import make
from tests.accounts.security_log.reading import rows
from tests.barriers import assert_accessible, no_sideways_scroll

pytestmark = pytest.mark.django_db(transaction=True)


def with_a_finger(page):
    """Add a virtual authenticator that always confirms the user's presence and identity."""
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
    assert_accessible(page)
    no_sideways_scroll(page)


def sign_out(page, live_server):
    page.goto(reverse("account_logout"))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{live_server.url}/")


def sign_in_with_the_passkey(page):
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Sign in with a passkey").click()


def give_the_password(page):
    page.goto(reverse("account_login"))
    page.locator("[name=login]").fill("omar")
    page.get_by_label("Password", exact=True).fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_a_passkey(page):
    give_the_password(page)
    page.wait_for_url(f"**{reverse('desk')}")
    page.goto(reverse("mfa_index"))
    look(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password", exact=True).fill(make.PASSWORD)  # reauthentication
    page.get_by_role("button", name="Continue").click()
    look(page)
    page.get_by_label("Name").fill("Omar’s phone")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look(page)


def test_a_passkey_is_added_signs_in_by_itself_and_is_removed(phone, live_server):
    make.omar()
    with_a_finger(phone)
    phone.goto(reverse("account_login"))
    look(phone)
    add_a_passkey(phone)
    phone.goto(reverse("mfa_index"))
    expect(phone.get_by_text("Omar’s phone").first).to_be_visible()
    look(phone)

    sign_out(phone, live_server)
    sign_in_with_the_passkey(phone)
    phone.wait_for_url(f"**{reverse('desk')}")
    assert rows("sign_in")[-1][3] == "ok by passkey"

    phone.goto(reverse("mfa_index"))
    phone.get_by_role("link", name="Remove Omar’s phone").click()
    phone.get_by_role("link", name="Use your passkey").click()  # reauthentication
    look(phone)
    phone.get_by_role("button", name="Use your passkey").click()
    expect(phone.get_by_role("heading", name="Remove “Omar’s phone”?")).to_be_visible()
    look(phone)
    phone.get_by_role("button", name="Remove the passkey").click()
    phone.wait_for_url(f"**{reverse('mfa_index')}")
    assert not Authenticator.objects.exists(), "the recovery codes went with it"

    sign_out(phone, live_server)
    sign_in_with_the_passkey(phone)  # the device still has the passkey
    expect(phone.get_by_text("This passkey doesn't work here.")).to_be_visible()
    phone.goto(reverse("desk"))
    phone.wait_for_url(f"**{reverse('account_login')}**")


def test_a_passkey_is_the_second_step_after_a_password(phone):
    make.omar()
    with_a_finger(phone)
    add_a_passkey(phone)
    phone.context.clear_cookies()
    give_the_password(phone)
    expect(phone.get_by_role("heading", name="One more step")).to_be_visible()
    look(phone)
    phone.get_by_role("button", name="Use a passkey instead").click()
    phone.wait_for_url(f"**{reverse('desk')}")
    assert rows("sign_in")[-1][3] == "ok by password and webauthn"
