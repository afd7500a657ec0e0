"""Stop asking a service that does not answer: nobody waits for a time-out that five met already.

    s3 = Breaker("S3", is_failure=lambda error: isinstance(error, OSError))
    ...
    try:
        with s3.guard():
            send()
    except Unavailable:
        ...                     # what is done without it

Each process has its own: after `failures` in a row it opens for `seconds`, then lets one caller
try. No lock is held while the work is done, so that threads do not wait for each other's time-outs.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

FAILURES = 5
SECONDS = 30

everyone: "dict[str, Breaker]" = {}
"""By name, for whoever watches them."""


class Unavailable(ConnectionError):
    """The service does not answer, or did not when it was asked last. `__cause__` says how.

    An OSError, as is all that goes wrong with a disk or a network: it is caught where those are.
    """


class Breaker:
    """`is_failure` tells a service that is away from one that answered something unwelcome."""

    def __init__(
        self,
        name: str,
        is_failure: Callable[[Exception], bool],
        *,
        failures: int = FAILURES,
        seconds: float = SECONDS,
    ) -> None:
        self.name = name
        self.is_failure = is_failure
        self.seconds = seconds
        self._limit = failures
        self._failures = 0  # in a row
        self._opened_at: float | None = None  # these two by time.monotonic
        self._changed_at = 0.0
        self._lock = threading.Lock()
        self._probe = threading.Lock()
        everyone[name] = self

    @property
    def is_open(self) -> bool:
        """Whether a call made now would be refused without being tried."""
        return not self.is_closed and (not self._may_probe() or self._probe.locked())

    @property
    def is_closed(self) -> bool:
        """Whether everybody is let through, as is usual."""
        return self._opened_at is None

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Do the work inside. Raises Unavailable for a failure, and at once while it is open.

        What else is raised inside passes through: the service did answer.
        """
        begun = time.monotonic()
        is_probe = self._admit()
        try:
            yield
        except Exception as error:
            if not self.is_failure(error):
                self._report(begun)
                raise
            self._report(begun, error)
            raise Unavailable(self.name) from error
        else:
            self._report(begun)
        finally:
            if is_probe:
                self._probe.release()

    def close(self) -> None:
        """Forget all failures, as after a success."""
        with self._lock:
            self._failures = 0
            if self._opened_at is not None:
                self._change(None)

    def _admit(self) -> bool:
        if self.is_closed:
            return False
        if self._may_probe() and self._probe.acquire(blocking=False):
            return True
        raise Unavailable(self.name)

    def _may_probe(self) -> bool:
        opened_at = self._opened_at
        return opened_at is None or time.monotonic() >= opened_at + self.seconds

    def _report(self, begun: float, error: Exception | None = None) -> None:
        """Count the result of work that began at `begun`.

        If the breaker opened or closed since then, the result says nothing of the service as it is
        now: a caller whose time ran out just when the service came back would be taken for the one
        that tries.
        """
        with self._lock:
            if begun < self._changed_at:
                return
            self._failures = 0 if error is None else self._failures + 1
            if error is None and self._opened_at is not None:
                self._change(None)
            elif error is not None and (self._opened_at or self._failures >= self._limit):
                self._change(time.monotonic())

    def _change(self, opened_at: float | None) -> None:
        """Open at this moment, or close for None. The lock is held."""
        self._opened_at = opened_at
        self._changed_at = time.monotonic()
        level, state = (logging.INFO, "closed") if opened_at is None else (logging.WARNING, "open")
        log.log(level, "breaker of %s: %s", self.name, state)
