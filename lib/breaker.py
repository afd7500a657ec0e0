"""Stop asking a service that does not answer: nobody waits for a time-out that five met already.

    s3 = Breaker("S3", is_failure=lambda error: isinstance(error, OSError))
    ...
    try:
        with s3.guard():
            send()
    except Unavailable:
        ...                     # what is done without it

Each process has its own: after `failures` in a row it opens for `seconds`, then lets one caller
try. It wraps pybreaker, whose own `call` holds its lock while the work is done, so that
threads would wait for each other's time-outs; here the work is done first and then reported.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pybreaker

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
    ):
        self.name = name
        self.is_failure = is_failure
        self.seconds = seconds
        self._probe = threading.Lock()
        self._diary = _Diary()
        self._circuit = pybreaker.CircuitBreaker(
            fail_max=failures, reset_timeout=seconds, name=name, listeners=[self._diary]
        )
        everyone[name] = self

    @property
    def is_open(self) -> bool:
        """Whether a call made now would be refused without being tried."""
        return not self.is_closed and (not self._may_probe() or self._probe.locked())

    @property
    def is_closed(self) -> bool:
        """Whether everybody is let through, as is usual."""
        return self._circuit.current_state == pybreaker.STATE_CLOSED

    @contextmanager
    def guard(self):
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

    def close(self):
        """Forget all failures, as after a success."""
        self._circuit._state_storage.reset_counter()
        self._circuit.close()

    def _admit(self):
        if self.is_closed:
            return False
        if self._may_probe() and self._probe.acquire(blocking=False):
            return True
        raise Unavailable(self.name)

    def _may_probe(self):
        opened_at = self._circuit._state_storage.opened_at
        return not opened_at or datetime.now(UTC) >= opened_at + timedelta(seconds=self.seconds)

    def _report(self, begun, error=None):
        """What became of the work. If the circuit opened or closed since it `begun`, that says
        nothing of the service as it is now: a caller whose time ran out just when the service came
        back would be taken for the one that tries.
        """
        if begun < self._diary.changed_at:
            return
        try:
            self._circuit.call(_raise, error)
        except pybreaker.CircuitBreakerError:
            log.debug("%s: the circuit is open", self.name)
        except Exception as reported:
            if reported is not error:
                raise


class _Diary(pybreaker.CircuitBreakerListener):
    def __init__(self):
        self.changed_at = 0.0  # by time.monotonic

    def state_change(self, cb, old_state, new_state):
        self.changed_at = time.monotonic()
        level = logging.WARNING if new_state.name == pybreaker.STATE_OPEN else logging.INFO
        log.log(level, "breaker of %s: %s", cb.name, new_state.name)


def _raise(error):
    if error is not None:
        raise error
