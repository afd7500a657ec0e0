"""Fixtures that run existing clients in a virtual environment with requirements/clients.lock."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "requirements/clients.lock"
PATIENCE = 300  # seconds, for a machine that is busy with other tests
_PINNED = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", str(LOCK)]


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """Create the virtual environment and return the path of its Python."""
    folder = tmp_path_factory.mktemp("clients") / "venv"
    python = folder / "bin" / "python"
    _run([sys.executable, "-m", "venv", "--without-pip", folder])
    uv = Path(sys.executable).with_name("uv")
    # uv does not read pip's configuration of this machine, so try pip if uv fails.
    with_uv = [uv, "pip", "install", "--quiet", "--python", python, *_PINNED]
    with_pip = [sys.executable, "-m", "pip", "--quiet", "--python", python, "install", *_PINNED]
    if _done(with_uv).returncode:
        _run(with_pip)
    return python


@pytest.fixture
def run(environment, live_server, settings):
    """Return a function that runs a client: `run("with_georeport", key=…)` returns its results."""
    settings.BASE_URL = live_server.url

    def run(name, **given):
        told = json.dumps({"root": f"{live_server.url}/open311/v2", **given})
        script = Path(__file__).with_name(f"{name}.py")
        return json.loads(_run([environment, script, told]).stdout)

    return run


def _run(command):
    done = _done(command)
    assert done.returncode == 0, done.stderr[-4000:]
    return done


def _done(command):
    return subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd="/"
    )
