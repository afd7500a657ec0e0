"""The clock of the story: wakes each life when its moment has come, in the order of time."""

import heapq
from collections.abc import Generator
from datetime import datetime, timedelta
from itertools import count

from django.conf import settings
from django.utils.module_loading import import_string

from requests_app.models import Event, PendingEvent
from routing import triage
from santa311.lib import clock

_HEARD_WITH = ("service_request", "department", "actor", "caused_by__actor")
_AFTER = timedelta(minutes=1)  # nobody does two things at the very same moment

Life = Generator[datetime, None, None]
"""Does something each time it is woken, and yields the moment of its next deed."""


class World:
    """Runs lives until `now`. What would happen later has not happened: there each life stands."""

    def __init__(self, now: datetime):
        self.now = now
        self.seen: dict[int, int] = {}  # service request's id to its last event's
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._numbers = count()
        self._last_heard = 0  # the id of the last event that the subscribers know

    def add(self, life: Life):
        """Let it begin: it runs up to its first moment at once."""
        self._let_sleep(life)

    def run(self):
        """All lives up to now, each event heard by its subscribers before the next happens."""
        while self._waiting and self._waiting[0][0] <= self.now:
            moment, _number, life = heapq.heappop(self._waiting)
            with clock.at(moment):
                self._let_sleep(life, not_before=moment + _AFTER)
                self._tell_subscribers()
        PendingEvent.objects.all().delete()  # all of it was heard

    def _let_sleep(self, life, not_before=None):
        moment = next(life, None)
        if moment is not None:
            moment = max(moment, not_before) if not_before else moment
            heapq.heappush(self._waiting, (moment, next(self._numbers), life))

    def _tell_subscribers(self):
        """Here and now, as the workers would; a rule that routes at once is an event too."""
        may_follow = True
        while may_follow:
            later = Event.objects.filter(pk__gt=self._last_heard).order_by("pk")
            may_follow = False
            for event in later.select_related(*_HEARD_WITH):
                self.seen[event.service_request_id] = self._last_heard = event.pk
                for path in settings.EVENT_SUBSCRIBERS:
                    import_string(path)(event)
                may_follow = may_follow or event.verb in triage.SPEAKS
