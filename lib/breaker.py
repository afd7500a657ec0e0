"""A circuit breaker: callers stop waiting for a service that does not answer.

    s3_breaker = CircuitBreaker("S3", is_failure=lambda error: isinstance(error, OSError))
    ...
    try:
        with s3_breaker.guard():
            send()
    except Unavailable:
        ...                     # continue without the service

Each process has its own breakers. After `failures` consecutive failures a breaker opens for
`seconds`; then one caller may try the service. No lock is held while a call runs, so threads do not
wait for the time-outs of other threads.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lib import tracing

log = logging.getLogger(__name__)

DEFAULT_FAILURES = 5
DEFAULT_SECONDS_OPEN = 30

breakers_by_name: "dict[str, CircuitBreaker]" = {}
"""All breakers of this process, by name."""


class Unavailable(ConnectionError):
    """The service does not answer (`__cause__` is its error), or its breaker is open.

    The base class is an OSError, like errors of disks and networks, so the same handlers catch it.
    """


class CircuitBreaker:
    """A circuit breaker. `is_failure` returns True for an error that means the service is down.

    Other errors, such as a refusal, count as an answer.
    """

    def __init__(
        self,
        name: str,
        is_failure: Callable[[Exception], bool],
        *,
        failures: int = DEFAULT_FAILURES,
        seconds: float = DEFAULT_SECONDS_OPEN,
    ) -> None:
        """Create a breaker that `failures` in a row open for `seconds`, and register it by name."""
        self.name = name
        self.is_failure = is_failure
        self.seconds = seconds
        self._limit = failures
        self._failures = 0  # in a row
        self._opened_at: float | None = None  # these two by time.monotonic
        self._changed_at = 0.0
        self._lock = threading.Lock()
        self._probe = threading.Lock()
        breakers_by_name[name] = self

    @property
    def is_open(self) -> bool:
        """Return True if a call made now would be refused without being tried."""
        return not self.is_closed and (not self._may_probe() or self._probe.locked())

    @property
    def is_closed(self) -> bool:
        """Return True if all calls are let through, the normal state."""
        return self._opened_at is None

    @contextmanager
    def guard(self, operation: str = "") -> Iterator[None]:
        """Run the block and count its result. Raise Unavailable if it fails, or at once if open.

        Exceptions that are no failure of the service pass through and count as success. Traces name
        the block by the service and `operation`.
        """
        began_at = time.monotonic()
        is_probe = self._admit()
        try:
            with tracing.trace_step(self.name, operation):
                yield
        except Exception as error:
            if not self.is_failure(error):
                self._record_result(began_at)
                raise
            self._record_result(began_at, error)
            raise Unavailable(self.name) from error
        else:
            self._record_result(began_at)
        finally:
            if is_probe:
                self._probe.release()

    def close(self) -> None:
        """Close the breaker and reset its count of failures, as a success does."""
        with self._lock:
            self._failures = 0
            if self._opened_at is not None:
                self._set_opened_at(None)

    def _admit(self) -> bool:
        """Return True for the probe of an open breaker, False if closed. Raise Unavailable.

        Unavailable means that the breaker is open and no probe is due, or another one runs.
        """
        if self.is_closed:
            return False
        if self._may_probe() and self._probe.acquire(blocking=False):
            return True
        raise Unavailable(self.name)

    def _may_probe(self) -> bool:
        """Return True if the breaker is closed, or was opened at least `seconds` ago."""
        opened_at = self._opened_at
        return opened_at is None or time.monotonic() >= opened_at + self.seconds

    def _record_result(self, began_at: float, error: Exception | None = None) -> None:
        """Count the result of a call that began at `began_at`, on the clock of time.monotonic().

        A call that began before the breaker last opened or closed is ignored: its result does not
        describe the present state of the service.
        """
        with self._lock:
            if began_at < self._changed_at:
                return
            self._failures = 0 if error is None else self._failures + 1
            if error is None and self._opened_at is not None:
                self._set_opened_at(None)
            elif error is not None and (self._opened_at or self._failures >= self._limit):
                self._set_opened_at(time.monotonic())

    def _set_opened_at(self, opened_at: float | None) -> None:
        """Open the breaker, or close it for None. The caller holds the lock."""
        self._opened_at = opened_at
        self._changed_at = time.monotonic()
        level, state = (logging.INFO, "closed") if opened_at is None else (logging.WARNING, "open")
        log.log(level, "breaker of %s: %s", self.name, state)
