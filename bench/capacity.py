"""What one web process carries: CPU of an answer by kind of page, and answers a second.

`.venv/bin/python -m bench.capacity` starts a PostgreSQL, a Valkey and one Granian process with two
threads of its own, fills the city with generated requests (`--requests 20000`), and asks each kind
of page for `--seconds 8` over kept connections. CPU is the web process's own, so that it holds on a
busy machine too; a core that does nothing else gives 1000 / CPU answers a second. The answers a
second that were met share the machine with the database, with who asks, and with everybody else.
"""

import argparse
import http.client
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import psutil
import psycopg

from bench.backup_drill import ROOT, migrate
from bench.generated_requests import generate
from santa311.embedded import Child, Postgres, Valkey

WEB = [
    "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "2",
    "--backpressure", "64", "--no-ws", "--log-level", "warning", "santa311.wsgi:application",
]  # fmt: skip
ASKING = 4  # threads


class Web:
    def __init__(self, folder, environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, *WEB, "--port", str(self.port)]
        self.child = Child("web", command, log=folder / "web.log", env=environment, cwd=ROOT)
        self.child.wait_until(lambda: self.answer("/") == 200, seconds=90)

    def answer(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def cpu(self):
        """Seconds that its processes have used."""
        parent = psutil.Process(self.child.pid)
        return sum(sum(each.cpu_times()[:2]) for each in [parent, *parent.children(recursive=True)])


def ask(web, path, seconds):
    """How many answers came, each of them good."""
    counts, stop = [], time.monotonic() + seconds

    def go():
        connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
        n = 0
        while time.monotonic() < stop:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status in {200, 204}, (path, answer.status)
            n += 1
        counts.append(n)

    run_together(go)
    assert len(counts) == ASKING, "somebody was not answered"
    return sum(counts)


def submit(web, seconds):
    """Reports as a phone sends them, all at once: how many were acknowledged."""
    from bench.faults.ledger import Ledger  # needs this city's settings
    from bench.faults.people import Resident

    ledger, stop, counts = Ledger(), time.monotonic() + seconds, []

    def go():
        resident, n = Resident(f"http://127.0.0.1:{web.port}", ledger, 0), 0
        while time.monotonic() < stop:
            n += resident.deliver(resident.new_report())
        counts.append(n)

    run_together(go)
    return sum(counts)


def run_together(go):
    threads = [threading.Thread(target=go) for _ in range(ASKING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def version_of(web, path):
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
    connection.request("GET", path)
    return connection.getresponse().headers["Live-Version"]


def measure(name, web, act, seconds):
    act(1)
    before, started = web.cpu(), time.monotonic()
    n = act(seconds)
    took, used = time.monotonic() - started, web.cpu() - before
    print(
        f"{name:<28}{1000 * used / n:8.1f} ms CPU {n / used:8.0f} a second and core"
        f" {n / took:8.0f} a second met",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="s311-capacity-"))
    folder.chmod(0o755)  # as root, PostgreSQL runs as a user who must be able to enter
    try:
        with ExitStack() as running:
            run(options, folder, running)
    finally:
        shutil.rmtree(folder)


def run(options, folder, running):
    database = running.enter_context(Postgres(folder / "postgres"))
    valkey = running.enter_context(Valkey(folder / "valkey"))
    os.environ |= {
        "DATABASE_URL": database.url,
        "REDIS_URL": valkey.url,
        "SECRET_KEY": "for measuring",
        "EMAIL_URL": "memory:",
        "DATA_DIR": str(folder / "data"),
        "RATE_LIMITS": "off",
        "ALLOWED_HOSTS": "127.0.0.1",
        "STATIC_FROM_SOURCE": "1",
        "LOG_FORMAT": "json",
        "DJANGO_SETTINGS_MODULE": "santa311.settings",
    }
    (folder / "data" / "static").mkdir(parents=True)
    migrate(database.url)
    with psycopg.connect(database.url, autocommit=True) as connection:
        generate(connection, 1, options.requests)
        connection.execute("VACUUM ANALYZE")
        newest = "SELECT reference FROM requests_app_servicerequest WHERE status = 'routed' LIMIT 1"
        reference = connection.execute(newest).fetchone()[0]
    web = Web(folder, dict(os.environ))
    running.callback(web.child.stop)
    live = f"/requests/{reference}/live/"
    same = f"{live}?v={version_of(web, live)}"
    print(f"{options.requests} requests, load average {os.getloadavg()[0]:.1f}")
    for name, path in {
        "first page": "/",
        "public list": "/requests/",
        "page of a request": f"/requests/{reference}/",
        "unchanged poll": same,
        "health": "/healthz/live",
    }.items():
        measure(name, web, lambda s, path=path: ask(web, path, s), options.seconds)
    measure("report sent by a phone", web, lambda s: submit(web, s), options.seconds)


if __name__ == "__main__":
    main()
