"""CPU seconds of all processes of a city, by group."""

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tools.bench.scale.meter import tree_seconds

SETTLED = 0.02  # CPU seconds per second; a worker that uses less is idle
MAX_WAIT = 600  # seconds


class Cost(NamedTuple):
    """CPU seconds of each group, in the order of GROUPS."""

    web: float
    workers: float
    postgresql: float
    valkey: float

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(*(a - b for a, b in zip(self, other, strict=True)))

    def times(self, factor: float) -> "Cost":
        return Cost(*(factor * each for each in self))


GROUPS = Cost._fields


class Processors:
    """Read the CPU time of the process trees in `pids` (the root pid of each group)."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = pids
        self.idle = Cost(0, 0, 0, 0)

    def read(self) -> Cost:
        return Cost(*(tree_seconds(self._pids[group]) for group in GROUPS))

    def measure_idle(self, seconds: float) -> None:
        """Measure the CPU time per second while nothing happens, and remember it."""
        before, begun = self.read(), time.monotonic()
        time.sleep(seconds)
        self.idle = (self.read() - before).times(1 / (time.monotonic() - begun))

    def measure(self, act: Callable[[], None]) -> Cost:
        """Return the cost of `act` until the workers have finished, without the idle cost."""
        before, begun = self.read(), time.monotonic()
        act()
        self.await_workers()
        return self.read() - before - self.idle.times(time.monotonic() - begun)

    def await_workers(self) -> None:
        """Wait until the workers are idle for two seconds, at most MAX_WAIT seconds."""
        until, quiet, before = time.monotonic() + MAX_WAIT, 0, self.read().workers
        while quiet < 2 and time.monotonic() < until:
            time.sleep(1)
            now = self.read().workers
            quiet = quiet + 1 if now - before < self.idle.workers + SETTLED else 0
            before = now
