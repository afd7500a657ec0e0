"""The differences between this machine's clock and the clocks of other servers.

    record_server_time("database", moment)  # the server's time, in seconds since 1970
    get_offsets()                           # {"database": 0.1}: seconds that this clock is ahead

Callers that ask a server anyway record the time in its answer, so this costs nothing. With a wrong
clock S3 refuses signatures, codes of a second factor do not match, and dates are wrong.
"""

import time

MAX_OFFSET_SECONDS = 20
"""Seconds. A second factor's code is valid 30 seconds early or late, an S3 signature 15 minutes."""

_offsets: dict[str, float] = {}


def record_server_time(server: str, moment: float) -> None:
    """Record how far this clock is from `moment`, the server's time in seconds since 1970."""
    _offsets[server] = time.time() - moment


def get_offsets() -> dict[str, float]:
    """Return the seconds that this machine's clock is ahead (negative: behind), by server."""
    return dict(_offsets)


def has_large_offset() -> bool:
    """Return True if a clock differs by more than MAX_OFFSET_SECONDS."""
    return any(abs(seconds) > MAX_OFFSET_SECONDS for seconds in _offsets.values())


def clear_offsets() -> None:
    """Delete the recorded offsets of all servers."""
    _offsets.clear()
