"""Measure the time of `./run demo` to its first page, with empty caches and then with its data.

Run `python3 -m tools.bench.demo_start` in a clean clone; it needs no packages. The first start
creates a virtual environment in a new folder, and pip and uv use no cache. The CPU time is that of
all child processes that have ended, so other programs on the machine do not affect it much.
"""

import os
import resource
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
PORT = "8799"
PATIENCE = 180  # seconds


def measure_start(command, environment) -> str:
    """Start and stop the demo; format the seconds to its first page and the CPU seconds."""
    before = cpu()
    seconds = first_page(command, environment)
    return f"first page after {seconds:.1f} s, {cpu() - before:.1f} s of CPU"


def cpu() -> float:
    """Return the CPU seconds of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def first_page(command, environment) -> float:
    started = time.monotonic()
    demo = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        while time.monotonic() - started < PATIENCE:
            try:
                with urlopen(f"http://localhost:{PORT}/", timeout=5):
                    return time.monotonic() - started
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise SystemExit(f"no page within {PATIENCE} s")
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait()


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    folder.chmod(0o755)  # as root, PostgreSQL runs as another user, who must be able to enter
    environment = os.environ | {
        "SANTA311_VENV": str(folder / "venv"),
        "PIP_NO_CACHE_DIR": "1",
        "UV_NO_CACHE": "1",
    }
    command = ["./run", "demo", "--data-dir", str(folder / "data"), "--port", PORT]
    print(f"empty caches: {measure_start(command, environment)}", flush=True)
    print(f"later start: {measure_start(command, environment)}", flush=True)
