"""Reading only, for a while: an operator switches it on before moving or mending the database.

Every process notices within `cache.FRESH_FOR` seconds. Pages say so, whatever would be written is
refused with a 503 that keeps what was typed, phones keep their reports and send them later, and
workers run no task: what is owed lies in the database and is enqueued again.
"""

from datetime import datetime

from city import cache
from city.models import City
from lib import clock
from lib.security_log import Kind, record_action


def begin(*, until: datetime | None = None, words: str = "") -> None:
    """`until` is when it ends as far as anybody knows; it goes on until `end`."""
    record_action(Kind.READ_ONLY_ON)  # first: afterwards nothing is written
    City.objects.update(read_only_since=clock.now(), read_only_until=until, read_only_words=words)
    cache.outdate()


def end() -> None:
    City.objects.update(read_only_since=None, read_only_until=None, read_only_words="")
    cache.outdate()
    record_action(Kind.READ_ONLY_OFF)


def is_on() -> bool:
    """False too where no city was loaded yet."""
    try:
        return City.current().is_read_only
    except City.DoesNotExist:
        return False
