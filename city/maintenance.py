"""Read-only mode, which an operator starts before moving or repairing the database.

Every process notices within `cache.VERSION_CHECK_SECONDS`. Pages show a notice; writes are
refused with a 503 that keeps what was typed; phones keep their reports and send them later; workers
run no tasks, which are enqueued again afterwards.
"""

from datetime import datetime

from city import cache
from city.models import City
from lib import clock
from lib.security_log import Kind, record_action


def start_read_only_mode(*, until: datetime | None = None, words: str = "") -> None:
    """Start read-only mode and log it; it lasts until `end_read_only_mode`.

    `until` is the announced end, None if unknown; `words` replace the usual notice. Other processes
    notice within seconds.
    """
    record_action(Kind.READ_ONLY_ON)  # first: afterwards nothing is written
    City.objects.update(read_only_since=clock.now(), read_only_until=until, read_only_words=words)
    cache.invalidate_cache()


def end_read_only_mode() -> None:
    """End read-only mode and log it; other processes notice within seconds."""
    City.objects.update(read_only_since=None, read_only_until=None, read_only_words="")
    cache.invalidate_cache()
    record_action(Kind.READ_ONLY_OFF)


def is_read_only() -> bool:
    """Return True in read-only mode; False also if no city is loaded."""
    try:
        return City.current().is_read_only
    except City.DoesNotExist:
        return False
