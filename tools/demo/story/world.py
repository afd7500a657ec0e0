"""The clock of the story: run each life at its next time, in order of time."""

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

_AFTER = timedelta(minutes=1)  # between two actions of a life, so that their times differ

Life = Iterator[datetime]
"""A generator that performs an action each time and yields the time of its next one."""


class World:
    """Runs lives until `now`; later actions of a life are not run."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.seen: dict[int, int] = {}  # id of a service request to the id of its last event
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._numbers = count()
        self._news: list[Event] = []  # events not yet passed to the subscribers

    def add(self, life: Life) -> None:
        """Add a life: run it up to its first time."""
        self._schedule(life)

    def run(self) -> None:
        """Run all lives until now; subscribers get each event before the next one occurs."""
        with outbox.collect_events(self._news):
            while self._waiting and self._waiting[0][0] <= self.now:
                moment, _number, life = heapq.heappop(self._waiting)
                with clock.freeze_time(moment):
                    self._schedule(life, not_before=moment + _AFTER)
                    self._tell_subscribers()

    def _schedule(self, life, not_before=None) -> None:
        """Run the life up to its next time and queue it, or drop it at its end."""
        moment = next(life, None)
        if moment is not None:
            moment = max(moment, not_before) if not_before else moment
            heapq.heappush(self._waiting, (moment, next(self._numbers), life))

    def _tell_subscribers(self) -> None:
        """Pass each new event to all subscribers immediately, as workers do; record it in `seen`.

        Subscribers may add events, which are passed on as well.
        """
        for event in self._news:  # the list may grow during the loop
            self.seen[event.service_request_id] = event.pk
            for subscriber in _subscribers():
                subscriber(event)
        self._news.clear()


@cache
def _subscribers() -> list:
    return [import_string(path) for path in settings.EVENT_SUBSCRIBERS]
