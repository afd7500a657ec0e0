"""Selection of free ports, below the range that the system hands out.

A port that is free when it is chosen may be taken when its program listens seconds later, because
another process chose it too. So each process reserves a block of ports, by binding the block's
first port for its lifetime, and chooses among the others of its block.
"""

import atexit
import random
import socket
from collections.abc import Iterable
from contextlib import closing

from tools.embedded import ServiceFailed

GRPC_OFFSET = 10000  # SeaweedFS takes each of its ports plus this, too
_LOWEST, _BLOCK = 10240, 80
_END = _LOWEST + GRPC_OFFSET  # so that no port is another one's port plus GRPC

_available_ports: list[int] = []  # the ports of this process's blocks that nobody was told yet


def find_free_ports(names: Iterable[str]) -> dict[str, int]:
    """Return a free port for each name; no other call returns it, in this process or another."""
    return {name: _take_port() for name in names}


def _take_port() -> int:
    while True:
        if not _available_ports:
            _take_block()
        port = _available_ports.pop()
        if _is_free(port) and _is_free(port + GRPC_OFFSET):
            return port


def _take_block() -> None:
    blocks = list(range(_LOWEST, _END, _BLOCK))
    random.shuffle(blocks)  # nosec B311 # any will do
    for first in blocks:
        if holder := _bind(first):
            atexit.register(holder.close)
            _available_ports.extend(range(first + _BLOCK - 1, first, -1))
            return
    raise ServiceFailed("This machine has no free ports.")


def _is_free(port: int) -> bool:
    probe = _bind(port)
    if probe:
        probe.close()
    return probe is not None


def _bind(port: int) -> socket.socket | None:
    """Return a socket bound to the port, or None if it is taken."""
    probe = socket.socket()
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        probe.close()
        return None
    return probe


def is_listening(port: int) -> bool:
    """Return True if a program listens at the port."""
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
