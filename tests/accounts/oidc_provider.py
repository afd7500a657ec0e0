"""A strict OpenID Connect provider for tests, on the loopback interface.

Each authorization code works once, and only for the same client, return URL and PKCE verifier.
Tokens are signed. `lie` makes the provider break single rules.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "santa311", "secret"
KEY, ANOTHER_KEY = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048) for _each in range(2)
)


@dataclass
class Lie:
    """The rules that the provider breaks. By default it breaks none."""

    claims: dict = field(default_factory=dict)  # wrong claims in the ID token
    left_out: tuple = ()  # names of claims that are left out
    algorithm: str = "RS256"
    key: object = KEY
    key_id: str = "one"
    userinfo: dict = field(default_factory=dict)
    description: dict = field(default_factory=dict)
    token: dict | None = None  # replaces the whole response of the token endpoint
    silent: str = ""  # path at which the provider never answers


class Provider(ThreadingHTTPServer):
    """An OpenID Connect provider that authorizes every user as `person`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.start_anew()

    def start_anew(self):
        self.person, self.lie, self.asked, self.ended = {}, Lie(), {}, threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def authorize(self, asked) -> str:
        """Return the URL to which the browser is redirected, with an authorization code."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def redeem(self, given) -> dict:
        asked = self.asked.pop(given.get("code"), None)  # a code works only once
        if not asked or not self._is_the_one_who_asked(asked, given):
            return {"error": "invalid_grant"}
        answer = {"access_token": "a", "token_type": "Bearer", "id_token": self._token(asked)}
        return answer if self.lie.token is None else self.lie.token

    def _is_the_one_who_asked(self, asked, given):
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (
            (given["client_id"], given["client_secret"]) == (CLIENT, SECRET)
            and given["redirect_uri"] == asked["redirect_uri"]
            and asked["code_challenge_method"] == "S256"
            and challenge == asked["code_challenge"]
        )

    def _token(self, asked):
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, **self.person}
        if "nonce" in asked:
            said["nonce"] = asked["nonce"]
        said |= self.lie.claims
        said = {name: value for name, value in said.items() if name not in self.lie.left_out}
        headers = {"kid": self.lie.key_id} if self.lie.key_id else {}
        return jwt.encode(said, self.lie.key, self.lie.algorithm, headers=headers)

    def description(self):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/me",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        } | self.lie.description

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [public | {"kid": "one", "alg": "RS256", "use": "sig"}]}


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        provider = self.server
        pages = {
            "/.well-known/openid-configuration": provider.description(),
            "/keys": provider.keys(),
            "/me": provider.person | provider.lie.userinfo,
        }
        self._say(pages.get(urlsplit(self.path).path))

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(raw).items()}
        answer = self.server.redeem(given)
        self._say(answer, 400 if "error" in answer else 200)

    def _say(self, page, status=200):
        if self.path == self.server.lie.silent:
            self.server.ended.wait(20)
        body = json.dumps(page or {}).encode()
        self.send_response(status if page is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def running():
    with Provider() as provider:
        thread = threading.Thread(target=provider.serve_forever, args=[0.02], daemon=True)
        thread.start()
        yield provider
        provider.ended.set()
        provider.shutdown()
        thread.join()


def authorized(provider, away) -> dict:
    """Return the query parameters of the redirect back from the provider's URL `away`."""
    assert away.startswith(provider.description()["authorization_endpoint"] + "?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(away).query).items()}
    back = urlsplit(provider.authorize(asked))
    return {name: values[0] for name, values in parse_qs(back.query).items()}
