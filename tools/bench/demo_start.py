"""How long `./run demo` takes to answer its first page: empty caches, then again with its data.

`python3 -m tools.bench.demo_start` from a clean clone (it needs nothing but Python). The first
start makes a virtual environment in a new folder and tells pip and uv to use no cache. The CPU is
that of all programs until they have ended, which counts on a machine that does other things too.
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
    """Start the demo, stop it again, and format the seconds to its first page and of CPU."""
    before = cpu()
    seconds = first_page(command, environment)
    return f"first page after {seconds:.1f} s, {cpu() - before:.1f} s of CPU"


def cpu() -> float:
    """Seconds that all programs have used which have ended by now."""
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
    folder.chmod(0o755)  # as root, PostgreSQL runs as a user who must be able to enter
    environment = os.environ | {
        "SANTA311_VENV": str(folder / "venv"),
        "PIP_NO_CACHE_DIR": "1",
        "UV_NO_CACHE": "1",
    }
    command = ["./run", "demo", "--data-dir", str(folder / "data"), "--port", PORT]
    print(f"empty caches: {measure_start(command, environment)}", flush=True)
    print(f"later start: {measure_start(command, environment)}", flush=True)
