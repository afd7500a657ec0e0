"""The city's own provider: a small OpenID Connect server vouches for people, and staff come in."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from santa311.lib import env
from tests import make

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(ThreadingHTTPServer):
    """Authorises everybody as `person`, and signs what it says with RS256."""

    person: dict = {}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def token(self, nonce=None):
        now = int(time.time())
        said = {"iss": self.url, "aud": "santa311", "iat": now, "exp": now + 60, **self.person}
        return jwt.encode(said, KEY, "RS256", headers={"kid": "one"})


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        path = urlsplit(self.path).path
        at = self.server.url
        pages = {
            "/.well-known/openid-configuration": {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "userinfo_endpoint": f"{at}/me",
                "jwks_uri": f"{at}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/keys": {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
                               | {"kid": "one", "alg": "RS256"}]},
            "/me": self.server.person,
        }  # fmt: skip
        self._say(pages.get(path))

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(raw).items()}
        is_ours = given.get("client_secret") == "secret" and given.get("code_verifier")
        token = {"access_token": "a", "token_type": "Bearer", "id_token": self.server.token()}
        self._say(token if is_ours and given["code"] == "good" else {"error": "invalid_grant"})

    def _say(self, page):
        body = json.dumps(page or {}).encode()
        self.send_response(200 if page is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    with Provider(("127.0.0.1", 0), Answer) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def provider(server, settings):
    server.person = {
        "sub": "u-1", "email": "wes@example.org", "email_verified": True, "given_name": "Wes",
    }  # fmt: skip
    use(settings, server.url)
    return server


def use(settings, url):
    settings.OIDC = {
        "OIDC_NAME": "Springfield", "OIDC_SERVER_URL": url,
        "OIDC_CLIENT_ID": "santa311", "OIDC_CLIENT_SECRET": "secret",
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": env.oidc_apps(settings.OIDC, [])}
    }


def go(client=None, code="good", **given):
    """To the provider and back, as a browser goes."""
    client = client or Client()
    away = client.get(reverse("openid_connect_login", args=["city"]))
    assert away.status_code == 302, away.content.decode()
    asked = parse_qs(urlsplit(away.url).query)
    back = reverse("openid_connect_callback", args=["city"])
    assert asked["redirect_uri"] == [f"http://testserver{back}"]
    return client, client.get(back, {"code": code, "state": asked["state"][0]} | given)


def test_a_member_of_staff_comes_in_by_the_citys_own_sign_in(provider):
    wes = make.wes()
    page = Client().get(reverse("account_login")).content.decode()
    assert "Sign in with Springfield" in page
    client, answer = go()
    assert answer.url == reverse("workplace")
    assert client.get(answer.url).url == reverse("inbox")
    wes.refresh_from_db()
    assert wes.check_password(make.PASSWORD), "the other ways in stay"
    _again, answer = go()
    assert answer.url == reverse("workplace")
    assert User.objects.filter(email__iexact="wes@example.org").count() == 1


def test_a_stranger_is_sent_away_kindly_and_gets_no_account(provider):
    provider.person |= {"sub": "u-2", "email": "bob@example.org"}
    client, answer = go()
    assert answer.status_code == 403
    assert "There&#x27;s no account here for bob@example.org" in answer.content.decode()
    assert not User.objects.filter(email="bob@example.org").exists()
    assert client.get(reverse("workplace")).status_code == 302


def test_an_address_that_the_provider_has_not_verified_is_not_believed(provider, settings):
    make.wes()
    provider.person |= {"email_verified": False}
    assert go()[1].status_code == 403
    settings.OIDC_EMAILS_ARE_VERIFIED = True
    assert go()[1].url == reverse("workplace")


def test_a_group_makes_an_account_with_its_role_once(provider, settings):
    settings.OIDC_GROUPS = [("crews", "street-services:member"), ("desk", "agent")]
    provider.person |= {"sub": "u-3", "email": "nora@example.org", "groups": ["crews", "others"]}
    assert go()[1].url == reverse("workplace")
    nora = User.objects.get(email="nora@example.org")
    assert nora.roles == {make.streets().pk: Role.MEMBER}
    assert not nora.is_agent
    assert not nora.has_usable_password()
    provider.person |= {"groups": ["desk"]}
    go()
    nora.refresh_from_db()
    assert not nora.is_agent, "afterwards roles are kept in the administration"


def test_a_group_that_names_no_department_gives_nothing(provider, settings):
    settings.OIDC_GROUPS = [("crews", "atlantis:member")]
    provider.person |= {"sub": "u-4", "email": "nora@example.org", "groups": ["crews"]}
    assert go()[1].status_code == 403


def test_who_is_switched_off_stays_out(provider):
    wes = make.wes()
    wes.is_active = False
    wes.save()
    client, answer = go()
    assert answer.url == reverse("account_inactive")
    assert client.get(reverse("workplace")).status_code == 302


def test_a_provider_that_is_away_gets_kind_words(provider, settings):
    use(settings, "http://127.0.0.1:9")
    answer = Client().get(reverse("openid_connect_login", args=["city"]))
    assert answer.status_code == 503
    assert "isn't responding" in answer.content.decode()


@pytest.mark.parametrize(
    "given",
    [{"state": "forged"}, {"code": "bad"}, {"error": "access_denied", "code": ""},
     {"error": "server_error", "code": ""}, {"code": ""}],
)  # fmt: skip
def test_a_way_back_that_is_none_signs_nobody_in(provider, given):
    make.wes()
    client, answer = go(**given)
    assert answer.status_code < 500
    assert client.get(reverse("workplace")).status_code == 302


def test_a_token_for_somebody_else_is_refused(provider):
    make.wes()
    provider.person |= {"aud": "another-site"}
    client, answer = go()
    assert answer.status_code < 500
    assert client.get(reverse("workplace")).status_code == 302


def test_single_sign_on_counts_as_a_second_factor(provider, settings):
    settings.REQUIRE_SECOND_FACTOR_FOR = {"member"}
    make.wes()
    client, _answer = go()
    assert client.get(reverse("inbox")).status_code == 200


def test_without_a_provider_there_is_no_button_and_no_door():
    assert "single-sign-on" not in Client().get(reverse("account_login")).content.decode()
    assert Client().get(reverse("openid_connect_login", args=["city"])).status_code == 404
