"""How far this machine's clock is from those of the servers that it works with.

    note("database", moment)    # what that server's clock said just now, in seconds since 1970
    found()                     # {"database": 0.1}: seconds that ours is ahead

Whoever asks a server anyway notes what it said, so this costs nothing. Where a clock is off,
signatures are refused as too old, codes of a second factor do not fit, and dates are wrong.
"""

import time

MOST = 20
"""Seconds. A second factor's code is good for 30 more or less, a signature of S3 for 15 minutes."""

_found: dict[str, float] = {}


def note(server: str, moment: float) -> None:
    _found[server] = time.time() - moment


def found() -> dict[str, float]:
    return dict(_found)


def is_off() -> bool:
    return any(abs(seconds) > MOST for seconds in _found.values())


def forget() -> None:
    _found.clear()
