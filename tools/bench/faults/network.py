"""Three networks on a switch, one per PostgreSQL node, as on three machines."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial

from tools.embedded.managed import Managed
from tools.stack.cluster import NODES, Machine

_PREFIX = "10.231"


class Networks(Managed):
    """The networks of the nodes; `cut(name)` disconnects a node, and `mend(name)` reconnects it.

    `machines` are the nodes. Only root may create networks; `start` raises OSError without the
    permission.
    """

    def __init__(self) -> None:
        number = os.getpid() % 60000
        self._switch = f"s311s{number}"
        self._names = {name: f"s311n{number}x{n}" for n, name in enumerate(NODES, 1)}
        self._subnet = f"{_PREFIX}.{number % 250}"

    @property
    def machines(self) -> list[Machine]:
        return [
            Machine(f"{self._subnet}.{n}", partial(self._enter, name))
            for n, name in enumerate(NODES, 1)
        ]

    def start(self) -> None:
        # The switch has a network namespace too, so that this machine's firewall does not affect
        # it.
        _run_ip("netns", "add", self._switch)
        self._run_in_switch("link", "add", "bridge", "type", "bridge")
        self._run_in_switch("link", "set", "bridge", "up")
        _run_ip("link", "add", self._switch, "type", "veth", *self._peer("machine"))
        self._run_in_switch("link", "set", "machine", "master", "bridge", "up")
        _run_ip("addr", "add", f"{self._subnet}.254/24", "dev", self._switch)
        _run_ip("link", "set", self._switch, "up")
        for n, inside in enumerate(self._names.values(), 1):
            _run_ip("netns", "add", inside)
            _run_ip("-n", inside, "link", "add", "eth0", "type", "veth", *self._peer(inside))
            self._run_in_switch("link", "set", inside, "master", "bridge", "up")
            _run_ip("-n", inside, "addr", "add", f"{self._subnet}.{n}/24", "dev", "eth0")
            for device in ("eth0", "lo"):
                _run_ip("-n", inside, "link", "set", device, "up")

    def stop(self) -> None:
        for inside in (*self._names.values(), self._switch):
            with contextlib.suppress(OSError):
                _run_ip("netns", "del", inside)

    def cut(self, name: str) -> None:
        """Disconnect a node without closing its connections, like a broken cable."""
        self._run_in_switch("link", "set", self._names[name], "down")

    def mend(self, name: str) -> None:
        """Reconnect a node; a connected node stays as it is."""
        self._run_in_switch("link", "set", self._names[name], "up")

    def _peer(self, name: str) -> list[str]:
        """Return the arguments of `ip` for the end of a cable at the switch."""
        return ["peer", "name", name, "netns", self._switch]

    def _run_in_switch(self, *arguments: str) -> None:
        _run_ip("-n", self._switch, *arguments)

    @contextlib.contextmanager
    def _enter(self, name: str) -> Iterator[None]:
        """Run the programs that this thread starts in the network of a node."""
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        other = os.open(f"/run/netns/{self._names[name]}", os.O_RDONLY)
        try:
            os.setns(other, os.CLONE_NEWNET)
            yield
        finally:
            os.setns(own, os.CLONE_NEWNET)
            os.close(own)
            os.close(other)


def make_networks() -> Networks | None:
    """Start the networks of the nodes and return them, or None if this is not permitted."""
    networks = Networks()
    try:
        networks.start()
    except OSError:
        networks.stop()
        return None
    return networks


def _run_ip(*arguments: str) -> None:
    """Run `ip`; raise OSError with its error message if it fails."""
    program = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin")
    if program is None:
        raise OSError("The program ip is not installed.")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
