"""Tests that the examples in docs/howto/open311.md work against the live application."""

import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from lib import clock
from open311.updates.posting import STATUSES
from requests_app.models import Photo, ServiceRequest
from requests_app.status import Outcome, Status
from tests import make

TEXT = (Path(settings.BASE_DIR) / "docs" / "howto" / "open311.md").read_text()
BLOCKS = [block for block in re.findall(r"```sh\n(.+?)```", TEXT, re.DOTALL) if "curl" in block]
# curl fails on an error status, and prints only the response.
CURL = 'set -e; curl() { command curl --silent --show-error --fail-with-body "$@"; echo; }\n'


@pytest.fixture
def shell(live_server, settings, tmp_path):
    """Return a function that runs shell lines, checks their success, and returns their output."""
    if not shutil.which("curl"):
        if os.environ.get("CI"):
            raise AssertionError("there is no curl")
        pytest.skip("there is no curl")
    settings.BASE_URL = live_server.url
    make.front_end()
    make.department_system()
    for name, color in (("hole.jpg", "red"), ("done.jpg", "green")):
        (tmp_path / name).write_bytes(make.picture(color).read())
    known = {
        "CITY": f"{live_server.url}/open311/v2",
        "KEY": make.secret_of("FixMyStreet"),
        "WORK_KEY": make.secret_of("Work orders"),
        "SINCE": f"{clock.now() - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}",
    }
    kept = tmp_path / "kept"  # $ID, the request of an earlier block, is passed on to the next block

    def run(lines):
        done = subprocess.run(
            ["sh", "-c", f'{CURL}{lines}\nprintf %s "$ID" > kept'],
            env={"PATH": os.environ["PATH"], **known}, cwd=tmp_path,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{lines}\n{done.stdout}\n{done.stderr}"
        known["ID"] = kept.read_text()
        return done.stdout

    return run


@pytest.mark.stack
@pytest.mark.django_db(transaction=True)
def test_every_example_works_as_it_stands(shell):
    for block in BLOCKS:
        # the text says "until 311 has routed it", so an agent routes the request
        if "status=IN_PROGRESS" in block:
            make.route(ServiceRequest.objects.order_by("pk").first())
        assert re.search(r"[\[{<]", shell(block))
    finished, *others = ServiceRequest.objects.filter(channel="api").order_by("pk")
    assert [row.photos.count() for row in others] == [1, 0]
    assert finished.photos.get().kind == Photo.Kind.COMPLETION
    assert finished.status == Status.COMPLETED
    assert "It's bigger now." in [each.body for each in finished.comments.all()]
    assert finished.outcome != Outcome.CONFIRMED


def rows(title):
    """Return the names in the first column of the table with this title."""
    table = TEXT.split(title, 1)[1].split("\n\n", 1)[0]
    return set(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines()[1:]))
    )


def test_its_table_has_every_status_of_an_update():
    assert rows("| `status` | from a front end |") == set(STATUSES)
