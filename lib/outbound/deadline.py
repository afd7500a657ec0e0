"""One time for all steps of a call."""

import time

from lib.outbound.failures import FailedCall


class Deadline:
    def __init__(self, seconds) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends

    def end(self) -> None:
        self._ends = 0

    def left(self) -> float:
        """Seconds, more than none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise FailedCall("too_slow")
        return left
