"""The clock of the story: wakes each life when its moment has come, in the order of time."""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import count

from django.conf import settings
from django.utils.module_loading import import_string

from lib import clock
from requests_app.models import Event
from requests_app.workflow import outbox

_AFTER = timedelta(minutes=1)  # nobody does two things at the very same moment

Life = Iterator[datetime]
"""Does something each time it is woken, and yields the moment of its next deed."""


class World:
    """Runs lives until `now`. What would happen later has not happened: there each life stands."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.seen: dict[int, int] = {}  # service request's id to its last event's
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._numbers = count()
        self._news: list[Event] = []  # which the subscribers do not know yet

    def add(self, life: Life) -> None:
        """Begin a life: it runs up to its first moment at once, and waits there."""
        self._schedule(life)

    def run(self) -> None:
        """Run all lives up to now; subscribers hear of each event before the next one happens."""
        with outbox.collect_events(self._news):
            while self._waiting and self._waiting[0][0] <= self.now:
                moment, _number, life = heapq.heappop(self._waiting)
                with clock.freeze_time(moment):
                    self._schedule(life, not_before=moment + _AFTER)
                    self._tell_subscribers()

    def _schedule(self, life, not_before=None) -> None:
        """Run the life up to its next moment, and let it wait for that, or forget it at its end."""
        moment = next(life, None)
        if moment is not None:
            moment = max(moment, not_before) if not_before else moment
            heapq.heappush(self._waiting, (moment, next(self._numbers), life))

    def _tell_subscribers(self) -> None:
        """Pass each new event to all subscribers at once, as workers do; note it in `seen`.

        Subscribers may add events, which are passed on, too.
        """
        for event in self._news:  # which may grow meanwhile
            self.seen[event.service_request_id] = event.pk
            for subscriber in _subscribers():
                subscriber(event)
        self._news.clear()


@cache
def _subscribers() -> list:
    return [import_string(path) for path in settings.EVENT_SUBSCRIBERS]
