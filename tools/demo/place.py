"""The demo's folder, its services, and the environment of its programs."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lib.web_push import generate_private_key
from tools.embedded import Postgres, ServiceFailed, Valkey, folders, terminal

# The hosts of browser vendors, as in the settings.
_PUSH_SERVICES = "fcm.googleapis.com,push.services.mozilla.com,notify.windows.com,push.apple.com"

CALLED_FROM = "SANTA311_CALLED_FROM"  # set by `run`, which changes the working directory
_MARK = ".santa311-demo"
_TABLES = "2"  # version of the tables: a folder with another version is filled again
_OURS = [
    "postgres", "valkey", "photos", "mails", "static", "logs", "prepared.json", "secret-key",
    "address",
]  # fmt: skip


def resolve_pack(folder: Path) -> Path:
    """Return the absolute path of a pack's folder, given relative to the caller's directory."""
    return Path(os.environ.get(CALLED_FROM, "."), folder).resolve()


def return_to_caller() -> None:
    """Change to the working directory of the caller of `run`, for paths in arguments."""
    os.chdir(os.environ.get(CALLED_FROM, "."))


def find_folder(pack=None) -> Path:
    """Return the demo's default folder, which is a different one for each city's pack."""
    return terminal.usual_folder(f"santa311-demo-{Path(pack).name}" if pack else "santa311-demo")


class Place:
    """The folder of a demo, with its services, lock files and saved state."""

    def __init__(self, folder) -> None:
        self.folder = Path(folder).resolve()
        self.services: dict[str, Postgres | Valkey] = {
            "DATABASE_URL": Postgres(self.folder / "postgres"),
            "REDIS_URL": Valkey(self.folder / "valkey"),
        }
        for name in list(self.services):
            if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
                # the caller's own server, which the demo does not start or stop
                del self.services[name]

    def make(self) -> None:
        """Create the folder if it is missing; raise ServiceFailed if it has other content."""
        folders.make(self.folder)
        if not self._mark.exists():
            if any(self.folder.iterdir()):
                raise ServiceFailed(
                    f"{self.folder} holds something else. Choose another --data-dir."
                )
            self._mark.write_text(_TABLES)
        (self.folder / "logs").mkdir(exist_ok=True)

    @property
    def _mark(self) -> Path:
        return self.folder / _MARK

    def is_of_an_older_version(self) -> bool:
        """Return True if a version with other tables filled the folder."""
        return self._mark.read_text() != _TABLES

    def empty(self) -> None:
        """Delete everything that the demo created, and nothing else in the folder."""
        for name in _OURS:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        (self.folder / "logs").mkdir()
        self._mark.write_text(_TABLES)

    def log(self, name) -> Path:
        return self.folder / "logs" / f"{name}.log"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lock the folder for one running demo; `manage` commands may use it meanwhile.

        Stop services left by a killed demo. Raise ServiceFailed if another demo runs in the folder,
        or if a command still uses the services.
        """
        with (self.folder / "demo.lock").open("a") as demo, self._users() as users:
            if not _try_lock(demo):
                raise ServiceFailed(
                    f"A demo runs on {self.folder} already: {self.address}. End it, or give "
                    "yours a folder of its own: --data-dir FOLDER."
                )
            if not _try_lock(users):
                raise ServiceFailed(f"A ./run manage command still uses {self.folder}.")
            self._stop_orphans()
            fcntl.flock(users, fcntl.LOCK_SH)
            yield

    @contextmanager
    def borrowed(self) -> Iterator[None]:
        """Provide the services for one command: those of a running demo, or new ones.

        Concurrent commands share the services, and the command that started them stops them when no
        other uses them.
        """
        with self._users() as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            started = self._start_missing()
            try:
                yield
            finally:
                fcntl.flock(users, fcntl.LOCK_UN)
                if started:
                    fcntl.flock(users, fcntl.LOCK_EX)
                for service in started:
                    service.stop()

    def _users(self) -> TextIOWrapper:
        """Return the opened lock file that all users of the services lock."""
        return (self.folder / "users.lock").open("a")

    def _start_missing(self) -> list:
        """Start the services that do not run, and return them; one process at a time."""
        with (self.folder / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            missing = [service for service in self.services.values() if not service.running()]
            for service in missing:
                service.start()
        return missing

    def _stop_orphans(self) -> None:
        """Stop services that a killed demo left running."""
        for service in self.services.values():
            if service.running():
                service.stop_orphan()

    @property
    def address(self) -> str:
        """Return the URL last given to the demo, for links in mails; by default localhost:8000."""
        path = self.folder / "address"
        return path.read_text() if path.exists() else "http://localhost:8000"

    @address.setter
    def address(self, value) -> None:
        (self.folder / "address").write_text(value)

    def environment(self, hosts=()) -> dict[str, Any]:
        """Return the environment variables of the demo's programs; `hosts` are allowed hosts.

        The caller's SECRET_KEY and ALLOWED_HOSTS are kept; all others are the demo's.
        """
        known = ",".join(["localhost", "127.0.0.1", "[::1]", *hosts])
        ours = {
            "DJANGO_SETTINGS_MODULE": "santa311.settings",
            "DEMO_MODE": "1",
            "DATA_DIR": str(self.folder),
            "BASE_URL": self.address,
            "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or known,
            **{name: service.url for name, service in self.services.items()},
        }
        valkey = self.services.get("REDIS_URL")
        if isinstance(valkey, Valkey):
            ours["QUEUE_URL"] = valkey.broker_url
        if not (os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE")):
            ours["SECRET_KEY"] = self._secret_key()
        return ours | self._push_environment()

    def _secret_key(self) -> str:
        """Return the demo's secret key; the first call creates it."""
        path = self.folder / "secret-key"
        if not path.exists():
            folders.write_secretly(path, secrets.token_urlsafe(50))
        return path.read_text()

    def _push_environment(self) -> dict[str, str]:
        """Return the settings of notifications with the demo's push service (pushes.py)."""
        path = self.folder / "push-key"
        if not path.exists():
            folders.write_secretly(path, generate_private_key())
        parts = urlsplit(self.address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return {
            "VAPID_PRIVATE_KEY": path.read_text(),
            "VAPID_CONTACT": "mailto:webmaster@demo.example",
            "PUSH_SERVICES": f"{_PUSH_SERVICES},{parts.hostname}:{port}",
        }

    def is_prepared(self, fingerprint) -> bool:
        """Return True if note_prepared() was called with the same fingerprint before."""
        path = self.folder / "prepared.json"
        return path.exists() and json.loads(path.read_text()) == fingerprint

    def note_prepared(self, fingerprint) -> None:
        (self.folder / "prepared.json").write_text(json.dumps(fingerprint))


def _try_lock(file) -> bool:
    """Lock the file exclusively without waiting; return False if another process has a lock."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
