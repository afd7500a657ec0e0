"""A deadline shared by all steps of a call."""

import time

from lib.outbound.failures import FailedCall


class Deadline:
    """A moment `seconds` from now."""

    def __init__(self, seconds) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends

    def expire(self) -> None:
        """Move the deadline into the past."""
        self._ends = 0

    def remaining_seconds(self) -> float:
        """Return the seconds until the deadline, more than 0. Raise FailedCall if it is over."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise FailedCall("too_slow")
        return left
