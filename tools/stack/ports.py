"""Choose ports for the services of a stack: free ones, below the range of ephemeral ports.

Between the choice of a free port and the start of its program, seconds later, another process may
choose the same port. A process therefore first reserves a block of ports, by binding the first port
of the block for its lifetime, and then chooses among the others of its block.
"""

import atexit
import random
import socket
from contextlib import closing

from tools.embedded import ServiceFailed

GRPC = 10000  # SeaweedFS also uses each of its ports plus this number
_LOWEST, _BLOCK = 10240, 80
_END = _LOWEST + GRPC  # so that no port equals another port plus GRPC

_left: list[int] = []  # ports of this process's blocks that are not handed out yet


def free(names) -> dict:
    """Return a free port for each name; no other call on this machine returns the same."""
    return {name: _one() for name in names}


def _one() -> int:
    while True:
        if not _left:
            _take_block()
        port = _left.pop()
        if _is_free(port) and _is_free(port + GRPC):
            return port


def _take_block() -> None:
    blocks = list(range(_LOWEST, _END, _BLOCK))
    random.shuffle(blocks)  # nosec B311 # any will do
    for first in blocks:
        if holder := _bound(first):
            atexit.register(holder.close)
            _left.extend(range(first + _BLOCK - 1, first, -1))
            return
    raise ServiceFailed("This machine has no free ports.")


def _is_free(port) -> bool:
    probe = _bound(port)
    if probe:
        probe.close()
    return probe is not None


def _bound(port) -> socket.socket | None:
    """Return a socket that is bound to the port, or None."""
    probe = socket.socket()
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        probe.close()
        return None
    return probe


def answers(port, host="127.0.0.1") -> bool:
    """Return True if a server listens on the port."""
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
