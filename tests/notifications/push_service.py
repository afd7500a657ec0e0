"""A push service on loopback (RFC 8030), and browsers that subscribe to it."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from django.test import Client, override_settings

from lib import web_push
from notifications.channels import web_push as channel
from requests_app.models import PushEndpoint
from tests.http_servers import running

READER = Path(__file__).with_name("push_reader.mjs")


class Browser(NamedTuple):
    """A browser's subscription: its private key, its public keys, and the stored PushEndpoint."""

    private_key: str
    keys: web_push.BrowserKeys
    endpoint: PushEndpoint


class PushService:
    """A push service under test.

    It responds with `status` and `headers`. While `hangs` is True, it sends no response.
    """

    def __init__(self, server) -> None:
        self._server = server
        self.status = 201
        self.headers: dict[str, str] = {}
        self.hangs = False

    @property
    def name(self) -> str:
        return self._server.name

    @property
    def calls(self) -> list:
        """Return (method, path, headers, body) of each received message."""
        return self._server.calls

    def url(self, browser: str) -> str:
        return f"{self._server.url}/{browser}"

    def subscribe(self, client: Client, browser="browser") -> Browser:
        """Subscribe the browser of `client` to notifications over HTTP."""
        private_key = web_push.generate_private_key()
        public_key = web_push.derive_public_key(private_key)
        keys = web_push.BrowserKeys(public_key, web_push.encode_base64(os.urandom(16)))
        given = {"url": self.url(browser), **keys._asdict()}
        answer = client.post("/notifications/endpoints/", given)
        assert answer.status_code == 201, answer.content
        found = PushEndpoint.objects.filter(url=given["url"]).latest("pk")
        return Browser(private_key, keys, found)

    def read(self, browser: Browser, number=-1) -> dict:
        """Return a received message, decrypted by node: its notice, claims, sender and headers."""
        _method, path, headers, body = self.calls[number]
        assert browser.endpoint.url.endswith(path)
        encoded = web_push.encode_base64(body)
        found = read_message(
            browser.private_key, browser.keys.auth, encoded, headers["Authorization"]
        )
        return found | {"notice": json.loads(found["text"]), "headers": headers}


@contextmanager
def running_push_service() -> Iterator[PushService]:
    """Run a push service, and add it to the services that the city may call."""

    def answer(handler):
        if service.hangs:
            handler.server.ended.wait(30)
        else:
            handler.send(service.status, **service.headers)

    with running(answer) as server:
        service = PushService(server)
        channel.get_breaker.cache_clear()
        with override_settings(PUSH_SERVICES=[server.name]):
            yield service


@pytest.fixture
def push_service() -> Iterator[PushService]:
    with running_push_service() as service:
        yield service


def read_message(key: str, auth: str, body: str, authorization="") -> dict:
    """Return what node:crypto reads from a message.

    Fail if the message cannot be decrypted or verified. Without node, skip the test, or fail in CI.
    """
    node = shutil.which("node")
    if node is None:
        reason = "NO NODE: install it (apt-get install nodejs), at least version 20"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    given = {"key": key, "auth": auth, "body": body, "authorization": authorization}
    run = subprocess.run(
        [node, READER], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
