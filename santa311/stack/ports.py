"""Which ports the stack's services take: free ones, below those that the system hands out."""

import random
import socket
from contextlib import closing

from santa311.embedded import ServiceFailed

_LOWEST, _HIGHEST = 10240, 21999
GRPC = 10000  # SeaweedFS takes each of its ports plus this, too


def free(names):
    """A port of this machine for each name."""
    found = {}
    for name in names:
        found[name] = _one(set(found.values()))
    return found


def _one(taken):
    for _attempt in range(200):
        port = random.randint(_LOWEST, _HIGHEST)  # nosec B311 # noqa: S311 - any will do
        if port not in taken and _is_free(port) and _is_free(port + GRPC):
            return port
    raise ServiceFailed("This machine has no free ports.")


def _is_free(port):
    with closing(socket.socket()) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port):
    """Whether somebody listens there."""
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
