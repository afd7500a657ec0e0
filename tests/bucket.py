"""Fixtures for a real S3 server (SeaweedFS) and a bucket in it for Django's photo storage."""

import json
import os
import signal
from typing import cast
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from django.core.management import call_command

from lib import s3 as buckets
from lib.s3 import BucketStorage
from lib.storage import default_storage
from tools.embedded import Child
from tools.stack import objects, ports

KEYS = {"accessKey": "santa311", "secretKey": "only-for-tests"}
ACTIONS = ["Admin", "Read", "Write", "List", "Tagging"]
# The application of an installation may access only its own bucket.
APPLICATION_KEYS = {"accessKey": "application", "secretKey": "only-for-tests-too"}
APPLICATION_ACTIONS = [f"{verb}:photos" for verb in ("Read", "Write", "List", "Tagging")]


class Server:
    """An S3 server that is started on first use.

    A test may stop it; the `bucket` fixture of the next test starts it again.
    """

    def __init__(self, folder):
        self.folder = folder
        self._ports = ports.free(objects.PORTS)
        self.endpoint = f"http://127.0.0.1:{self._ports['s3']}"
        self._child: Child | None = None

    def start(self):
        if self._child:
            return
        self._write_keys([APPLICATION_KEYS])
        command = objects.server(self.folder, self._config, self._ports)
        # The data on disk is kept, and a normal shutdown takes ten seconds.
        how = {"log": self.folder / "weed.log", "stop_signal": signal.SIGKILL}
        self._child = Child("SeaweedFS", command, **how)
        self._child.wait_until(lambda: _answers(self.endpoint), 60)

    def change_keys(self, credentials):
        """Replace the application's keys and reload the server, as an operator does."""
        assert self._child
        self._write_keys(credentials)
        os.kill(self._child.pid, signal.SIGHUP)

    def _write_keys(self, credentials):
        identities = [
            {"name": "app", "credentials": [KEYS], "actions": ACTIONS},
            {"name": "application", "credentials": credentials, "actions": APPLICATION_ACTIONS},
        ]
        self._config.write_text(json.dumps({"identities": identities}))

    @property
    def _config(self):
        return self.folder / "s3.json"

    def stop(self):
        if self._child:
            self._child.stop()
            self._child = None


def _answers(endpoint):
    try:
        return status_of(endpoint) in {200, 403}
    except URLError:
        return False


def status_of(address):
    try:
        with urlopen(address, timeout=5) as response:
            return response.status
    except HTTPError as error:
        with error:
            return error.code


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("s3"))
    yield server
    server.stop()


@pytest.fixture
def bucket(s3_server, settings):
    """Return the address of a bucket that `prepare_bucket` and the settings have set up."""
    s3_server.start()
    point_to(s3_server.endpoint, settings)
    call_command("prepare_bucket", verbosity=0)
    yield f"{s3_server.endpoint}/photos"
    buckets.s3_breaker.close()


def point_to(endpoint, settings):
    options = {
        "bucket_name": "photos",
        "endpoint_url": endpoint,
        "public_endpoint": endpoint,
        "region_name": "us-west-2",
        "access_key": KEYS["accessKey"],
        "secret_key": KEYS["secretKey"],
        "addressing_style": "path",
        "querystring_expire": 300,
        "answer_seconds": 30,  # the machine may be busy with other tests
    }
    storage = {"BACKEND": "lib.s3.BucketStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    assert cast(BucketStorage, default_storage).bucket_name == "photos"
