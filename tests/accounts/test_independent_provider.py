"""Tests for single sign-on with Authlib's provider, which is strict about nonces and used codes."""

from urllib.parse import urlsplit

import oidc_provider_mock
import pytest
import requests
from django.test import Client
from django.urls import reverse
from oidc_provider_mock import User as Account

from accounts.models import User
from tests import make
from tests.accounts.test_single_sign_on import is_in, leave, use

pytestmark = pytest.mark.django_db

WES = Account(
    sub="u-1", claims={"email": "wes@example.org", "email_verified": True, "groups": ["desk"]}
)


@pytest.fixture(scope="module")
def server():
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=[WES]) as running:
        yield f"http://localhost:{running.server_port}"


@pytest.fixture
def provider(server, settings):
    use(settings, server)
    settings.OIDC_GROUPS = [("desk", "agent")]


def agree(away) -> str:
    """Sign in at the provider, and return the path and query of the redirect back."""
    answer = requests.post(away, data={"sub": WES.sub}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def test_staff_come_in_with_the_roles_of_their_groups(provider):
    make.wes()
    client = Client()
    answer = client.get(agree(leave(client)))
    assert answer.url == reverse("workplace")
    assert User.objects.get(username="wes").is_agent
    assert client.get(reverse("desk")).status_code == 200


def test_a_code_that_comes_again_signs_nobody_in(provider):
    make.wes()
    client = Client()
    back = agree(leave(client))
    client.get(back)
    assert is_in(client)
    client.post(reverse("account_logout"))
    client.get(back)
    assert not is_in(client)


def test_who_says_no_at_the_provider_is_not_signed_in(provider):
    client = Client()
    given = {"data": {"action": "deny"}, "allow_redirects": False, "timeout": 10}
    answer = requests.post(leave(client), **given)
    back = urlsplit(answer.headers["Location"])
    page = client.get(f"{back.path}?{back.query}", follow=True)
    assert "You stopped signing in" in page.content.decode()
    assert not is_in(client)
