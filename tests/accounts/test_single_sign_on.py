"""Tests for single sign-on of staff with the city's OpenID Connect provider."""

import time

import pytest
from allauth.socialaccount.models import SocialToken
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from lib import env
from tests import make
from tests.accounts import oidc_provider
from tests.accounts.oidc_provider import ANOTHER_KEY, CLIENT, SECRET, authorized
from tests.accounts.security_log.reading import rows
from tests.accounts.test_second_factor import code, sign_in, with_app
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    with oidc_provider.running() as provider:
        yield provider


@pytest.fixture
def provider(server, settings):
    server.start_anew()
    server.person = {
        "sub": "u-1", "email": "wes@example.org", "email_verified": True, "given_name": "Wes",
    }  # fmt: skip
    use(settings, server.url)
    return server


def use(settings, url):
    settings.OIDC = {
        "OIDC_NAME": "Springfield", "OIDC_SERVER_URL": url,
        "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET,
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": env.build_oidc_apps(settings.OIDC, []),
        }
    }


BACK = "/accounts/single-sign-on/city/callback/"


def leave(client):
    """Start single sign-on, and return the provider's URL to which the client is redirected."""
    away = client.get(reverse("openid_connect_login", args=["city"]))
    assert away.status_code == 302, away.text
    return away.url


def go(provider, client=None, **given):
    """Send a client to the provider and back, and return the client and the last response."""
    client = client or Client()
    return client, client.get(BACK, authorized(provider, leave(client)) | given)


def is_in(client):
    return client.get(reverse("workplace")).url != f"/accounts/login/?next={reverse('workplace')}"


def test_a_member_of_staff_comes_in_by_the_citys_own_sign_in(provider):
    wes = make.wes()
    page = Client().get(reverse("account_login")).text
    assert "Sign in with Springfield" in page
    client, answer = go(provider)
    assert answer.url == reverse("workplace")
    assert client.get(answer.url).url == reverse("inbox")
    wes.refresh_from_db()
    assert wes.check_password(make.PASSWORD), "the other ways in stay"
    assert rows("sign_in")[-1][3] == "ok by single sign-on"
    _again, answer = go(provider)
    assert answer.url == reverse("workplace")
    assert User.objects.filter(email_normalized="wes@example.org").count() == 1


def test_a_person_is_known_by_the_providers_subject_and_not_by_the_address(provider):
    """An email address may be assigned to another person later."""
    make.wes()
    make.omar()
    go(provider)
    provider.person |= {"email": "omar@example.org"}
    client, _answer = go(provider)
    assert client.get(reverse("workplace")).url == reverse("inbox")
    assert client.get(reverse("desk")).status_code == 403


def test_tokens_of_the_provider_are_kept_nowhere(provider):
    make.wes()
    client, _answer = go(provider)
    assert is_in(client)
    assert not SocialToken.objects.exists()
    kept = " ".join(map(str, client.session.items()))
    assert not [name for name in ("access_token", "id_token", "refresh_token") if name in kept]


def test_a_stranger_is_sent_away_kindly_and_gets_no_account(provider):
    provider.person |= {"sub": "u-2", "email": "bob@example.org"}
    client, answer = go(provider)
    assert answer.status_code == 403
    assert "There&#x27;s no account here for bob@example.org" in answer.text
    assert not User.objects.filter(email="bob@example.org").exists()
    assert client.get(reverse("workplace")).status_code == 302


def test_an_address_that_the_provider_has_not_verified_is_not_believed(provider, settings):
    make.wes()
    del provider.person["email_verified"]
    assert go(provider)[1].status_code == 403
    provider.person |= {"email_verified": False}
    assert go(provider)[1].status_code == 403
    settings.OIDC_EMAILS_ARE_VERIFIED = True
    assert go(provider)[1].url == reverse("workplace")


@pytest.mark.parametrize(
    "claim",
    ["false", "False", "no", "0", "", "True", " true", "yes", 1, 0, None, ["x"], ["true"], [True],
     {"verified": True}],
)  # fmt: skip
def test_a_claim_that_is_neither_true_nor_its_text_verifies_no_address(provider, claim):
    make.wes()
    provider.person |= {"email_verified": claim}
    client, answer = go(provider)
    assert answer.status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize("claim", [True, "true"])
def test_true_and_its_text_verify_an_address(provider, claim):
    make.wes()
    provider.person |= {"email_verified": claim}
    assert is_in(go(provider)[0])


def test_a_group_makes_an_account_with_its_role(provider, settings):
    settings.OIDC_GROUPS = [("crews", "street-services:member"), ("desk", "agent")]
    provider.person |= {"sub": "u-3", "email": "nora@example.org", "groups": ["crews", "others"]}
    assert go(provider)[1].url == reverse("workplace")
    nora = User.objects.get(email="nora@example.org")
    assert nora.roles == {make.streets().pk: Role.MEMBER}
    assert not nora.is_agent
    assert not nora.has_usable_password()


def test_a_group_gives_and_takes_a_role_at_each_sign_in_and_ends_the_sessions_of_before(
    provider, settings
):
    settings.OIDC_GROUPS = [("crews", "street-services:supervisor"), ("desk", "agent"),
                            ("heads", "admin")]  # fmt: skip
    provider.person |= {"groups": ["crews", "desk"]}
    make.user("wes", make.water(), is_lead=True)
    before, _answer = go(provider)
    wes = User.objects.get(username="wes")
    both = {make.streets().pk: Role.SUPERVISOR, make.water().pk: Role.MEMBER}
    assert (wes.roles, wes.is_agent, wes.is_staff) == (both, True, False)
    assert before.get(reverse("desk")).status_code == 200
    _again, _answer = go(provider)
    assert before.get(reverse("desk")).status_code == 200, "nothing has changed"

    provider.person |= {"groups": []}
    after, _answer = go(provider)
    assert before.get(reverse("desk")).status_code == 302
    wes = User.objects.get(username="wes")
    assert wes.roles == {make.water().pk: Role.MEMBER}, "what no group names is kept here"
    assert (wes.is_agent, wes.is_lead) == (False, True)
    assert after.get(reverse("desk")).status_code == 403


def test_without_groups_in_the_settings_roles_are_kept_in_the_administration(provider):
    provider.person |= {"groups": ["desk"]}
    make.wes()
    go(provider)
    wes = User.objects.get(username="wes")
    assert (wes.is_agent, set(wes.roles.values())) == (False, {Role.MEMBER})


def test_a_group_that_names_no_department_gives_nothing(provider, settings):
    settings.OIDC_GROUPS = [("crews", "atlantis:member")]
    provider.person |= {"sub": "u-4", "email": "nora@example.org", "groups": ["crews"]}
    assert go(provider)[1].status_code == 403


def test_who_is_switched_off_stays_out(provider):
    wes = make.wes()
    wes.is_active = False
    wes.save()
    client, answer = go(provider)
    assert answer.url == reverse("account_inactive")
    assert client.get(reverse("workplace")).status_code == 302


def test_a_provider_that_is_away_gets_kind_words(provider, settings):
    use(settings, "http://127.0.0.1:9")
    answer = Client().get(reverse("openid_connect_login", args=["city"]))
    assert answer.status_code == 503
    assert "isn't responding" in answer.text


@pytest.mark.parametrize(
    "given",
    [{"state": "forged"}, {"code": "bad"}, {"error": "access_denied", "code": ""},
     {"error": "server_error", "code": ""}, {"code": ""}, {"state": ""}],
)  # fmt: skip
def test_a_way_back_that_is_none_signs_nobody_in(provider, given):
    make.wes()
    client, answer = go(provider, **given)
    assert answer.status_code < 500
    assert not is_in(client)


LIES = {
    "for another site": {"claims": {"aud": "another-site"}},
    "for another site, and this one": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "from another issuer": {"claims": {"iss": "https://evil.example"}},
    "expired": {"claims": {"iat": time.time() - 900, "exp": time.time() - 600}},
    "of the future": {"claims": {"iat": time.time() + 86_400, "exp": time.time() + 90_000}},
    "that never expires": {"left_out": ("exp",)},
    "of another sign-in": {"claims": {"nonce": "of another one"}},
    "of no sign-in": {"left_out": ("nonce",)},
    "of nobody": {"left_out": ("sub",)},
    "signed by another key": {"key": ANOTHER_KEY},
    "signed by a key that nobody published": {"key": ANOTHER_KEY, "key_id": "two"},
    "signed with what both know": {"algorithm": "HS256", "key": SECRET * 8},
    "signed by nobody": {"algorithm": "none", "key": None},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_token_is_refused(provider, lie):
    make.wes()
    provider.lie = oidc_provider.Lie(**lie)
    client, answer = go(provider)
    assert answer.status_code < 500
    assert not is_in(client)


def test_a_token_that_names_no_key_is_checked_with_the_only_one(provider):
    make.wes()
    provider.lie = oidc_provider.Lie(key_id="")
    assert is_in(go(provider)[0])


OTHER_LIES = {
    "no token": {"token": {"access_token": "a", "token_type": "Bearer"}},
    "the page of somebody else": {"userinfo": {"sub": "u-9", "email": "omar@example.org"}},
}


@pytest.mark.parametrize("lie", OTHER_LIES.values(), ids=OTHER_LIES)
def test_an_answer_is_refused(provider, lie):
    make.wes()
    make.omar()
    provider.lie = oidc_provider.Lie(**lie)
    client, answer = go(provider)
    assert answer.status_code < 500
    assert not is_in(client)


def test_a_provider_that_describes_another_one_is_not_asked(provider):
    provider.lie = oidc_provider.Lie(description={"issuer": "https://evil.example"})
    answer = Client().get(reverse("openid_connect_login", args=["city"]))
    assert answer.status_code == 503


def test_a_code_is_good_once(provider):
    make.wes()
    client = Client()
    brought = authorized(provider, leave(client))
    client.get(BACK, brought)
    assert is_in(client)
    client.post(reverse("account_logout"))
    client.get(BACK, brought)
    assert not is_in(client), "neither the state nor the code is good again"


def test_the_code_of_somebody_else_signs_nobody_in(provider):
    """The code comes with the state of the browser's own sign-in, as in OAuth login CSRF."""
    make.wes()
    brought = authorized(provider, leave(Client()))
    client = Client()
    own = authorized(provider, leave(client))
    client.get(BACK, own | {"code": brought["code"]})
    assert not is_in(client)


def test_the_way_back_of_another_browser_signs_nobody_in(provider):
    make.wes()
    brought = authorized(provider, leave(Client()))
    client = Client()
    leave(client)
    client.get(BACK, brought)
    assert not is_in(client)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_that_leads_here_starts_no_session(provider, site):
    door = reverse("openid_connect_login", args=["city"])
    answer = Client().get(door, headers={"Sec-Fetch-Site": site})
    assert answer.url == reverse("account_login")
    for asked in ("same-origin", "none"):
        answer = Client().get(door, headers={"Sec-Fetch-Site": asked})
        assert answer.url.startswith(provider.url)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/me", "/keys"])
def test_a_provider_that_says_nothing_is_not_waited_for(provider, settings, path):
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2
    make.wes()
    client = Client()
    brought = authorized(provider, leave(client))
    provider.lie = oidc_provider.Lie(silent=path)
    start = time.monotonic()
    answer = client.get(BACK, brought)
    assert time.monotonic() - start < 5
    assert "sign in another way" in answer.text
    assert not is_in(client)


def test_the_last_way_in_is_an_admins_own_password_and_second_factor(settings):
    """If the provider is unavailable, an administrator can still sign in with a password."""
    use(settings, "http://127.0.0.1:9")
    settings.REQUIRE_SECOND_FACTOR_FOR = {"admin"}
    settings.OIDC_GROUPS = [("heads", "admin")]
    _client, secret = with_app(make.ada())
    assert Client().get(reverse("openid_connect_login", args=["city"])).status_code == 503
    client, answer = sign_in("ada")
    done = client.post(answer.url, {"code": code(secret, later=True)})
    assert done.url == reverse("workplace")
    assert client.get(reverse("admin:index")).status_code == 200


def test_single_sign_on_counts_as_a_second_factor_where_the_operator_says_so(provider, settings):
    settings.REQUIRE_SECOND_FACTOR_FOR = {"member"}
    make.wes()
    client, _answer = go(provider)
    assert client.get(reverse("inbox")).url == reverse("mfa_index")
    settings.OIDC_ASKS_SECOND_FACTOR = True
    assert client.get(reverse("inbox")).status_code == 200
    assert signed_in(make.wes()).get(reverse("inbox")).url == reverse("mfa_index")


def test_without_a_provider_there_is_no_button_and_no_door():
    assert "single-sign-on" not in Client().get(reverse("account_login")).text
    assert Client().get(reverse("openid_connect_login", args=["city"])).status_code == 404
