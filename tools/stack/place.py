"""The folder of a stack, its ports and secrets, and the environment of its programs."""

import fcntl
import json
import os
import re
import secrets
import shlex
import shutil
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from tools.embedded import ServiceFailed, folders
from tools.embedded.postgres import DATABASE, USER
from tools.embedded.valkey import USERS
from tools.stack import cluster, objects, ports

MARK = ".santa311-stack"
_LISTENERS = [
    "nginx", "web1", "web2", "haproxy", "pooler", "valkey", "smtp", "nginx_figures",
    "nginx_lines", *objects.PORTS,
]  # fmt: skip
_SECRETS = [
    "SECRET_KEY", "LINK_SECRET", "POSTGRES_PASSWORD", "REPLICATION_PASSWORD", "S3_SECRET_KEY",
    "S3_ADMIN_SECRET_KEY",
    "VALKEY_CACHE_PASSWORD", "VALKEY_BROKER_PASSWORD", "VALKEY_KEEPER_PASSWORD",
]  # fmt: skip
_PLAIN = re.compile(r"[\w./+-]+")
_PACKAGES = {
    "nginx": "nginx-light", "pgbouncer": "pgbouncer", "etcd": "etcd-server",
    "patroni": "patroni python3-etcd", "haproxy": "haproxy", "tini": "tini",
}  # fmt: skip


class Place:
    """The folder of a stack; raise ServiceFailed for a folder with other content.

    `addresses` are those of the services. `seen` are those to which the application connects; they
    differ if there is a proxy in between.
    """

    def __init__(self, folder, port=None, between=None, given=None, machines=None) -> None:
        refuse_unreadable_name(folder)
        self.folder = Path(folder).resolve()
        self._make()
        self.secrets = self._keep_secrets()
        self.ports = ports.free(_LISTENERS) | ({"nginx": port} if port else {})
        self.machines = machines or cluster.loopback_machines(self.folder)
        self.addresses = {name: ("127.0.0.1", port) for name, port in self.ports.items()}
        for node, etcd, machine in zip(cluster.NODES, cluster.ETCDS, self.machines, strict=True):
            self.addresses[node] = machine.address, cluster.POSTGRES
            self.addresses[etcd] = machine.address, cluster.ETCD
        self.seen = self.addresses | (between or {})
        self.url = f"http://127.0.0.1:{self.ports['nginx']}"
        self._given = given or {}
        self.environment = {**os.environ, **self._ours(), **self._given}
        self._lock: TextIOWrapper | None = None

    def log(self, name) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def hold(self) -> None:
        """Lock the folder for one running stack until `release()`, and write its environment."""
        lock = self._lock = (self.folder / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServiceFailed(f"A stack already runs on {self.folder}.") from error
        self._write_environment()

    def release(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def has_mail_server(self) -> bool:
        """Return True if a mail server is configured, so that the stack starts none."""
        return any(self._given.get(name) or os.environ.get(name) for name in _MAIL)

    def to_set_up(self) -> dict[str, Any]:
        """Return the environment for setup: direct addresses, and the key to create buckets."""
        return {
            "DATABASE_URL": self.leader_url,
            "DATABASE_POOLER": "0",
            "S3_ENDPOINT": "http://{}:{}".format(*self.addresses["s3"]),
            "S3_ADMIN_ACCESS_KEY": objects.KEEPER,
            "S3_ADMIN_SECRET_KEY": self.secrets["S3_ADMIN_SECRET_KEY"],
        }

    @property
    def leader_url(self) -> str:
        """Return the URL of the leader's database, without the pooler and proxies in between."""
        return self._database_url(self.addresses["haproxy"])

    def _ours(self) -> dict[str, Any]:
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
            "DATABASE_DIRECT_URL": self._database_url(self.seen["haproxy"]),
            "REDIS_URL": self.valkey_url("cache", self.seen["valkey"]),
            "QUEUE_URL": self.valkey_url("broker", self.seen["valkey"]),
            "S3_BUCKET": objects.BUCKET,
            "S3_ENDPOINT": "http://{}:{}".format(*self.seen["s3"]),
            "S3_PUBLIC_ENDPOINT": "http://{}:{}".format(*self.seen["s3"]),
            "S3_ADDRESSING": "path",
            "S3_ACCESS_KEY": objects.APPLICATION,
            **{each: self.secrets[each] for each in ("SECRET_KEY", "LINK_SECRET", "S3_SECRET_KEY")},
            "REQUIRE_SECOND_FACTOR_FOR": "none",  # test programs sign in with a password only
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "",  # the first process writes bytecode for all others
            "PYTHONPYCACHEPREFIX": str(self.folder / "pycache"),
        }
        if not self.has_mail_server():
            ours["EMAIL_URL"] = "smtp://{}:{}".format(*self.seen["smtp"])
        return ours

    def _write_environment(self) -> None:
        """Write the environment for shells (`set -a; . environment`) and for EnvironmentFile=."""
        told = self._ours() | self._given
        lines = (f"{name}={shlex.quote(told[name])}\n" for name in told)
        folders.write_secretly(self.folder / "environment", "".join(lines))

    def _database_url(self, address) -> str:
        password = self.secrets["POSTGRES_PASSWORD"]
        return "postgresql://{}:{}@{}:{}/{}".format(USER, password, *address, DATABASE)

    @property
    def valkey_passwords(self) -> dict[str, Any]:
        return {user: self.secrets[f"VALKEY_{user.upper()}_PASSWORD"] for user in USERS}

    def valkey_url(self, user, address) -> str:
        return "redis://{}:{}@{}:{}".format(user, self.valkey_passwords[user], *address)

    def _make(self) -> None:
        folders.make(self.folder)
        mark = self.folder / MARK
        if not mark.exists() and any(self.folder.iterdir()):
            raise ServiceFailed(f"{self.folder} holds something else. Choose another --data-dir.")
        folders.refuse_closed(self.folder)
        mark.touch()
        for name in ("logs", "data", "static"):
            folders.make(self.folder / name)

    def _keep_secrets(self) -> dict:
        path = self.folder / "secrets.json"
        kept = json.loads(path.read_text()) if path.exists() else {}
        # a newer version has more secrets
        if missing := [name for name in _SECRETS if name not in kept]:
            kept |= {name: secrets.token_urlsafe(48) for name in missing}
            folders.write_secretly(path, json.dumps(kept))
        return kept


def refuse_unreadable_name(folder: str | Path) -> None:
    """Raise ServiceFailed for a folder whose name the stack's programs cannot read."""
    path = Path(folder).resolve()
    if not _PLAIN.fullmatch(str(path)):
        raise ServiceFailed(
            f"{path}: nginx and PgBouncer cannot read such a name. Please choose a "
            "folder of letters, digits, dots, dashes and underscores."
        )


_MAIL = ("EMAIL_URL", "EMAIL_URL_FILE")


def find_programs(*names: str) -> dict[str, str]:
    """Return the paths of `names`, or of all programs; raise ServiceFailed if one is missing."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = {name: shutil.which(name, path=path) for name in names or _PACKAGES}
    if missing := [name for name, where in found.items() if not where]:
        wanted = " ".join(_PACKAGES[name] for name in missing)
        raise ServiceFailed(
            f"The stack needs {' and '.join(missing)}. "
            f"On Debian and Ubuntu: apt-get install {wanted}"
        )
    return {name: where for name, where in found.items() if where}
