"""Whether there is any webhook: while there is none, an event costs nothing more.

Each process asks the database every few seconds at most. What another process turned on is noticed
within `FRESH_FOR` seconds, and events until then are not told.
"""

import time

from open311.models import Webhook

FRESH_FOR = 5.0  # seconds
_state = {"is_heard": False, "looked_at": float("-inf")}


def is_heard() -> bool:
    if time.monotonic() - _state["looked_at"] > FRESH_FOR:
        note(Webhook.objects.active().exists())
    return _state["is_heard"]


def note(is_heard):
    _state.update(is_heard=is_heard, looked_at=time.monotonic())


def forget(**_signal):
    """Look again at the next event."""
    _state["looked_at"] = float("-inf")
