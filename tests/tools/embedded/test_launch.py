"""Test for `./run demo` as a process: start, responses, management commands and cleanup."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.tools.embedded.test_embedded import gone
from tools.stack import ports

pytestmark = pytest.mark.stack

OURS = ["BASE_URL", "DATABASE_URL", "DATA_DIR", "EMAIL_URL", "REDIS_URL", "SECRET_KEY"]


class Demo:
    """A demo with its data in `folder`. `start()` returns its output until it is ready."""

    def __init__(self, folder):
        self.folder = folder
        self.port = ports.free(["web"])["web"]

    def run(self, module, *arguments, **options):
        return subprocess.Popen(
            [sys.executable, "-m", module, "--data-dir", self.folder, *arguments],
            env={name: value for name, value in os.environ.items() if name not in OURS},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def start(self, *options):
        self.process = self.run(
            "tools.demo.launch", "--port", str(self.port), "--requests", "6", *options
        )
        said = ""
        while "Ctrl-C ends" not in said:
            line = self.process.stdout.readline()
            assert line, said
            said += line
        self.family = psutil.Process(self.process.pid).children(recursive=True)
        return said

    def manage(self, *arguments):
        command = self.run("tools.demo.manage", *arguments)
        said = command.communicate(timeout=60)[0]
        assert command.returncode == 0, said
        return said

    def first_page(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=60) as answer:
            return answer.read().decode()

    def celery(self, name: str, besides: int = 0) -> psutil.Process:
        """Return the demo's "worker" or "beat" process, but not the one with the pid `besides`.

        Wait up to 60 seconds for the process.
        """
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for each in psutil.Process(self.process.pid).children():
                title = find_title(each)
                if each.pid != besides and "celery" in title and f" {name}" in title:
                    return each
            time.sleep(0.1)
        raise AssertionError(f"no {name} runs:\n{self._stop_and_read()}")

    def _stop_and_read(self) -> str:
        self.process.terminate()
        return self.process.communicate(timeout=60)[0]

    def end(self, number):
        self.process.send_signal(number)
        said = self.process.communicate(timeout=60)[0]
        assert all(gone(member.pid) for member in self.family)
        return said


def find_title(process: psutil.Process) -> str:
    """Return the command line of a process as one string, or "" if the process ended.

    The command line of a program that uses setproctitle is one argument.
    """
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


@pytest.fixture
def demo():
    with tempfile.TemporaryDirectory(prefix="s311-launch-") as name:
        Path(name).chmod(0o755)
        demo = Demo(Path(name) / "demo")
        yield demo
        if demo.process.poll() is None:
            demo.end(signal.SIGTERM)


COUNT = "from requests_app.models import ServiceRequest; print(ServiceRequest.objects.count())"


def test_the_demo_keeps_its_data_leaves_nothing_running_and_dies_loudly(demo):
    said = demo.start()
    assert f"http://localhost:{demo.port}/" in said
    assert all(name in said for name in ["omar", "wes", "sue", "ada"])
    assert "<html" in demo.first_page()
    pasted = next(line for line in said.splitlines() if "curl" in line)
    answer = subprocess.run(["sh", "-c", pasted], capture_output=True, text=True, check=True)
    assert '"update_id":' in answer.stdout

    count = demo.manage("shell", "--verbosity", "0", "--command", COUNT)
    assert int(count) >= 6
    second = demo.run("tools.demo.launch", "--port", "0")
    assert "A demo runs on" in second.communicate(timeout=60)[0]
    assert second.returncode == 1

    assert "Ended." in demo.end(signal.SIGINT)
    assert demo.process.returncode == 0
    assert demo.manage("shell", "--verbosity", "0", "--command", COUNT) == count

    demo.start()
    first_beat = demo.celery("beat")
    first_beat.kill()
    second_beat = demo.celery("beat", besides=first_beat.pid)
    demo.family.append(second_beat)
    demo.celery("worker").kill()
    said = demo.process.communicate(timeout=60)[0]
    assert "The beat process ended by itself (code -9) and is restarted" in said
    assert "The worker process ended by itself" in said
    assert demo.process.returncode == 1
    assert all(gone(member.pid) for member in demo.family)
