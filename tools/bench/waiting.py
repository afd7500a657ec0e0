"""Wait for a condition."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple


class Waited(NamedTuple):
    """The last result of the function, and the seconds of waiting."""

    found: Any
    seconds: float


def wait_for(find: Callable[[], Any], patience: float, pause: float = 0.1) -> Waited:
    """Call `find` until it returns something true, or `patience` seconds are over."""
    begun = time.monotonic()
    while not (found := find()) and time.monotonic() - begun < patience:
        time.sleep(pause)
    return Waited(found, time.monotonic() - begun)
