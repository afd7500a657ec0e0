"""The folder, ports, secrets and environment variables of a stack."""

import fcntl
import json
import os
import re
import secrets
import shlex
import shutil
from pathlib import Path
from typing import Any

from tools.embedded import ServiceFailed, folders
from tools.embedded.postgres import DATABASE, USER
from tools.embedded.valkey import USERS
from tools.stack import objects, ports

MARKER_FILE = ".santa311-stack"
_LISTENERS = [
    "nginx", "web1", "web2", "postgres", "standby1", "standby2", "pooler", "valkey", "smtp",
    "nginx_figures", "nginx_lines", *objects.PORTS,
]  # fmt: skip
_SECRETS = [
    "SECRET_KEY", "LINK_SECRET", "POSTGRES_PASSWORD", "S3_SECRET_KEY", "S3_ADMIN_SECRET_KEY",
    "VALKEY_CACHE_PASSWORD", "VALKEY_BROKER_PASSWORD", "VALKEY_KEEPER_PASSWORD",
]  # fmt: skip
_PLAIN_PATH = re.compile(r"[\w./+-]+")
_PACKAGES = {"nginx": "nginx-light", "pgbouncer": "pgbouncer"}


class Place:
    """The folder of one stack. Raise ServiceFailed if the folder holds something else.

    `addresses` are those of the services, `seen` those that the application uses: they differ where
    a proxy is in between.
    """

    def __init__(
        self,
        folder: Path | str,
        port: int | None = None,
        between: dict[str, tuple[str, int]] | None = None,
        given: dict[str, str] | None = None,
    ) -> None:
        refuse_unreadable_name(folder)
        self.folder = Path(folder).resolve()
        self._make_folders()
        self.secrets = self._load_secrets()
        self.ports = ports.find_free_ports(_LISTENERS) | ({"nginx": port} if port else {})
        self.addresses = {name: ("127.0.0.1", port) for name, port in self.ports.items()}
        self.seen = self.addresses | (between or {})
        self.url = f"http://127.0.0.1:{self.ports['nginx']}"
        self._given = given or {}
        self.environment = {**os.environ, **self._build_environment(), **self._given}
        self._lock = None

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def lock(self) -> None:
        """Lock the folder for one running stack, and write the environment file. Undone by
        `unlock`.
        """
        self._lock = (self.folder / "lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServiceFailed(f"A stack already runs on {self.folder}.") from error
        self._write_environment()

    def unlock(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def has_mail_server(self) -> bool:
        """Return True if the environment names a mail server."""
        return any(self._given.get(name) or os.environ.get(name) for name in _MAIL_VARIABLES)

    def setup_environment(self, primary: str) -> dict[str, Any]:
        """Return the variables that setup needs in addition.

        It connects to PostgreSQL directly, because migrations may need more than the pooler offers,
        and has the S3 key that can create buckets.
        """
        return {
            "DATABASE_URL": self._database_url(self.addresses[primary]),
            "DATABASE_POOLER": "0",
            "S3_ENDPOINT": "http://{}:{}".format(*self.addresses["s3"]),
            "S3_ADMIN_ACCESS_KEY": objects.KEEPER,
            "S3_ADMIN_SECRET_KEY": self.secrets["S3_ADMIN_SECRET_KEY"],
        }

    def _build_environment(self) -> dict[str, Any]:
        ours = {
            "DJANGO_SETTINGS_MODULE": "santa311.settings",
            "DATA_DIR": str(self.folder / "data"),
            "STATIC_ROOT": str(self.folder / "static"),
            "BASE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "BEHIND_PROXY": "1",
            "LOG_FORMAT": "json",
            "GRANIAN_LOG_CONFIG": "deploy/granian-logs.json",
            "DATABASE_URL": self._database_url(self.seen["pooler"]),
            "DATABASE_POOLER": "1",
            "REDIS_URL": self.valkey_url("cache", self.seen["valkey"]),
            "QUEUE_URL": self.valkey_url("broker", self.seen["valkey"]),
            "S3_BUCKET": objects.BUCKET,
            "S3_ENDPOINT": "http://{}:{}".format(*self.seen["s3"]),
            "S3_PUBLIC_ENDPOINT": "http://{}:{}".format(*self.seen["s3"]),
            "S3_ADDRESSING": "path",
            "S3_ACCESS_KEY": objects.APPLICATION,
            **{each: self.secrets[each] for each in ("SECRET_KEY", "LINK_SECRET", "S3_SECRET_KEY")},
            "REQUIRE_SECOND_FACTOR_FOR": "none",  # what tries a stack signs in with a password
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "",  # the first to start translates our sources for all
            "PYTHONPYCACHEPREFIX": str(self.folder / "pycache"),
        }
        if not self.has_mail_server():
            ours["EMAIL_URL"] = "smtp://{}:{}".format(*self.seen["smtp"])
        return ours

    def _write_environment(self) -> None:
        """Write the environment file, readable by a shell (`set -a; . environment`) and by
        systemd.
        """
        told = self._build_environment() | self._given
        lines = (f"{name}={shlex.quote(told[name])}\n" for name in told)
        folders.write_private(self.folder / "environment", "".join(lines))

    def _database_url(self, address: tuple[str, int]) -> str:
        password = self.secrets["POSTGRES_PASSWORD"]
        return "postgresql://{}:{}@{}:{}/{}".format(USER, password, *address, DATABASE)

    @property
    def valkey_passwords(self) -> dict[str, Any]:
        return {user: self.secrets[f"VALKEY_{user.upper()}_PASSWORD"] for user in USERS}

    def valkey_url(self, user: str, address: tuple[str, int]) -> str:
        return "redis://{}:{}@{}:{}".format(user, self.valkey_passwords[user], *address)

    def _make_folders(self) -> None:
        folders.make_folder(self.folder)
        mark = self.folder / MARKER_FILE
        if not mark.exists() and any(self.folder.iterdir()):
            raise ServiceFailed(f"{self.folder} holds something else. Choose another --data-dir.")
        folders.require_accessible(self.folder)
        mark.touch()
        for name in ("logs", "data", "static"):
            folders.make_folder(self.folder / name)

    def _load_secrets(self) -> dict:
        path = self.folder / "secrets.json"
        kept = json.loads(path.read_text()) if path.exists() else {}
        if missing := [name for name in _SECRETS if name not in kept]:  # a newer version has more
            kept |= {name: secrets.token_urlsafe(48) for name in missing}
            folders.write_private(path, json.dumps(kept))
        return kept


def refuse_unreadable_name(folder: str | Path) -> None:
    """Raise ServiceFailed for a folder whose name the stack's programs cannot read."""
    path = Path(folder).resolve()
    if not _PLAIN_PATH.fullmatch(str(path)):
        raise ServiceFailed(
            f"{path}: nginx and PgBouncer cannot read such a name. Please choose a "
            "folder of letters, digits, dots, dashes and underscores."
        )


_MAIL_VARIABLES = ("EMAIL_URL", "EMAIL_URL_FILE")


def find_programs() -> dict[str, str | None]:
    """Return the paths of nginx and pgbouncer, which the system provides.

    Raise ServiceFailed with the packages to install if one is missing.
    """
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = {name: shutil.which(name, path=path) for name in _PACKAGES}
    if missing := [name for name, where in found.items() if not where]:
        wanted = " ".join(_PACKAGES[name] for name in missing)
        raise ServiceFailed(
            f"The stack needs {' and '.join(missing)}. "
            f"On Debian and Ubuntu: apt-get install {wanted}"
        )
    return found
