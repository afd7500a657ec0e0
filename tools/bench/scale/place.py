"""The folder of a filled city, and the application on it as in production."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import psycopg

from tools.embedded import Child, Postgres, Valkey
from tools.embedded.terminal import usual_folder
from tools.stack import ports
from tools.stack.application import ROOT, WEB

SIZES = {"50k": 50_000, "200k": 200_000, "1m": 1_000_000, "5m": 5_000_000}
SEED = 311
SINCE = 7200  # seconds since the latest event, so that no work is pending
SECRET = "for measuring, and nothing else"
FILLING = {"max_wal_size": "8GB", "wal_level": "minimal", "max_wal_senders": "0"}
MEASURED = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track_utility": "off",
    "autovacuum_naptime": "1h",  # so that it runs between measurements, not during one
}
EXPLAINED = {  # by the format of the plans in the server's log
    "text": {
        "shared_preload_libraries": "pg_stat_statements,auto_explain",
        "auto_explain.log_min_duration": "0",
        "auto_explain.log_analyze": "on",
        "auto_explain.log_buffers": "on",
    }
}
EXPLAINED["json"] = EXPLAINED["text"] | {
    "auto_explain.log_format": "json",
    "auto_explain.log_timing": "off",
}
LIVE = "/healthz/live"
READY = "filled"  # the file that marks a filled database
_FOLD = "from requests_app.rollups.folding import fold_changes; fold_changes()"


class Place:
    """The folder of one size; `count` overrides its number of requests, for tests."""

    def __init__(self, name, folder=None, count=None) -> None:
        self.name, self.count = name, count or SIZES[name]
        self.folder = Path(folder or usual_folder("santa311-bench")) / name
        self.folder.mkdir(parents=True, exist_ok=True)
        for each in (self.folder, self.folder.parent):
            each.chmod(0o755)  # as root, PostgreSQL runs as a user who must be able to enter
        self.valkey = Valkey(self.folder / "valkey", durable=False)
        self.environment: dict[str, str] = {}

    @property
    def is_filled(self) -> bool:
        return (self.folder / READY).exists()

    def forget(self) -> None:
        shutil.rmtree(self.folder / "postgres", ignore_errors=True)
        (self.folder / READY).unlink(missing_ok=True)

    def enter(self, postgres) -> dict[str, Any]:
        """Return the environment of manage.py and the web process with this server."""
        static = self.folder.parent / "static"
        static.mkdir(exist_ok=True)
        (self.folder / "data").mkdir(exist_ok=True)
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "santa311.settings",
            "DATABASE_URL": postgres.url,
            "REDIS_URL": self.valkey.url,
            "QUEUE_URL": self.valkey.broker_url,
            "SECRET_KEY": SECRET,
            "EMAIL_URL": "memory:",
            "DATA_DIR": str(self.folder / "data"),
            "STATIC_ROOT": str(static),
            "RATE_LIMITS": "off",
            "REQUIRE_SECOND_FACTOR_FOR": "none",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
        }
        return self.environment

    def manage(self, *arguments) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment,
                       check=True, stdout=subprocess.DEVNULL)  # fmt: skip

    def fill(self, seed=SEED, is_checked=True) -> None:
        """Fill the database, unless it is filled already."""
        if self.is_filled:
            return
        self.forget()
        server = Postgres(self.folder / "postgres", durable=False, settings=FILLING)
        with server as postgres, self.valkey:
            self.enter(postgres)
            self.manage("migrate", "--verbosity", "0")
            self.manage("load_city", "--verbosity", "0")
            fill_database(self.environment, self.count, seed=seed, is_checked=is_checked)
        (self.folder / READY).touch()

    @property
    def url(self):
        return self.environment["DATABASE_URL"]

    @contextmanager
    def run(self, explained=None) -> "Iterator[Running]":
        """Run the application with one web process.

        `explained` is the auto_explain format in which the server logs the plan of every statement.
        """
        settings = MEASURED | EXPLAINED.get(explained, {})
        with (
            Postgres(self.folder / "postgres", settings=settings) as postgres,
            self.valkey,
            ExitStack() as ended,
        ):
            self.enter(postgres)
            # for a database that was filled by an older version
            self.manage("migrate", "--verbosity", "0")
            self.manage("recount", "--changed")  # a worker would do this and the folding
            self.manage("shell", "--no-imports", "--command", _FOLD)
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")  # as autovacuum does after the last run
            self.manage("collectstatic", "--no-input", "--verbosity", "0")
            web = self._serve("web", "santa311.wsgi:application", LIVE, ended)
            bare = self._serve("bare", "tools.bench.scale.bare:application", "/bare/", ended)
            yield Running(postgres, self.valkey, web, bare)

    def _serve(self, name, application, path, ended) -> "WebServer":
        port = ports.free([name])[name]
        command = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", port, *WEB,
                   application]  # fmt: skip
        environment = {**self.environment, "BASE_URL": f"http://localhost:{port}",
                       "GRANIAN_LOG_CONFIG": "deploy/granian-logs.json"}  # fmt: skip
        child = Child(name, command, log=self.folder / f"{name}.log", env=environment, cwd=ROOT)
        ended.callback(child.stop)
        child.wait_until(lambda: _answers(port, path), seconds=90)
        return WebServer(child, port)


def fill_database(
    environment: Mapping[str, str], count: int, *, seed: int = SEED, is_checked: bool = False
) -> None:
    """Fill a loaded city without requests, in a process of its own."""
    given = f"{count}, {seed}, {int(time.time()) - SINCE}, {is_checked}"
    code = f"from tools.bench.scale.fill.step import fill; fill({given})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)


class WebServer(NamedTuple):
    """Granian with one process, and its port."""

    child: Child
    port: int

    @property
    def pid(self) -> int:
        """Return the pid of Granian's main process; its only child answers requests."""
        return self.child.pid

    def process(self) -> psutil.Process:
        return psutil.Process(self.pid).children()[0]

    def renew_process(self) -> None:
        """Replace the process that answers requests; return when only the new one answers."""
        old = self.process()
        os.kill(self.pid, signal.SIGHUP)
        old.wait(60)
        self.child.wait_until(lambda: _answers(self.port, LIVE), seconds=90)


class Running(NamedTuple):
    """The servers of a running city."""

    postgres: Postgres
    valkey: Valkey
    web: WebServer
    bare: WebServer


def _answers(port, path) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", path, headers={"Host": "localhost"})
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()
