"""The requests in the queue, how many there are, and what became of them since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, reduce
from operator import and_

import numpy as np
from django.db.models import OuterRef, Q, Subquery

from accounts.models import User
from lib import clock
from requests_app.browsing.rows import load_with_photos
from requests_app.models import ContentReport, Event, ServiceRequest
from requests_app.status import Verb
from requests_app.workflow import exclude_quiet
from routing.desk.queue import search
from routing.desk.queue.facets import BY_NAME, FACETS, Asker
from routing.desk.queue.filters import MOST, Filters
from routing.desk.queue.loading import LoadedTable, load_table, read_requests
from routing.desk.queue.table import QueueTable
from routing.desk.queue.tabs import STATUSES, Tab, searched
from routing.desk.queue.unseen import find_looks


@dataclass(frozen=True)
class Tally:
    """How many requests the filters find (`all` without the facets), and of each facet how many a
    value would find.

    A facet's own choice does not count for its numbers: they say what choosing another would give.
    """

    total: int
    all: int
    of: dict[str, dict[str, int]]


class Queue:
    """What the desk's filters find. `latest` are the requests in any tab, and the last event and
    content report that they know; they are loaded at once if they are not given. `said` are the
    requests that the words find, where another queue has searched for them already.
    """

    def __init__(
        self,
        filters: Filters,
        latest: LoadedTable | None = None,
        said: set[int] | None = None,
    ) -> None:
        self.filters, self.latest = filters, latest or load_table()
        if said is not None:
            self.said = said
        self.asker = Asker(clock.now(), filters.agent, lambda: self.unseen)

    @cached_property
    def table(self) -> QueueTable:
        """The requests in which the filters look: of a caller, all that they ever reported."""
        table = self.latest.table
        return read_requests(self._caller, table.repeated) if self.is_for_caller else table

    def ids(self, most: int | None = None) -> list[int]:
        """Return the ids of the first requests, in the order in which the desk takes them."""
        return self.table.ids[self.mask][:most].tolist()

    @cached_property
    def mask(self) -> np.ndarray:
        """The rows of the table that the filters find."""
        return reduce(and_, self._allowed.values(), self._mask_before_facets)

    @cached_property
    def _mask_before_facets(self) -> np.ndarray:
        if self.is_for_caller:
            return np.full(len(self.table.rows), True)
        mask = self.table.is_in_tab(self.filters.tab, self.asker.now)
        return mask & self.table.has_id(self.said) if self.filters.words else mask

    @cached_property
    def _allowed(self) -> dict[str, np.ndarray]:
        """The rows that each facet of the filters lets through."""
        return {
            name: BY_NAME[name].select(self.table, chosen, self.asker)
            for name, chosen in self.filters.chosen.items()
        }

    @cached_property
    def tally(self) -> Tally:
        numbers = {}
        for facet in FACETS:
            others = (mask for name, mask in self._allowed.items() if name != facet.name)
            mask = reduce(and_, others, self._mask_before_facets)
            numbers[facet.name] = facet.count(self.table, mask, self.asker)
        return Tally(int(self.mask.sum()), int(self._mask_before_facets.sum()), numbers)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many requests each tab holds, whatever the filters, as of `latest`."""
        table, now = self.latest.table, self.asker.now
        return {tab.value: int(table.is_in_tab(tab, now).sum()) for tab in Tab}

    @cached_property
    def unseen(self) -> dict[int, str]:
        """The gravest verb that residents wrote and the agent has not seen, by request."""
        return find_unseen(self.table, self.filters.agent)

    @cached_property
    def _caller(self) -> Q | None:
        return search.filter_by_caller(self.filters.words)

    @property
    def is_for_caller(self) -> bool:
        """Return True if the words are an email address or a phone number."""
        return self._caller is not None

    @property
    def finds_persons(self) -> bool:
        """Return True if the words find somebody by what they left of themselves."""
        return bool(self.filters.words) and (self.is_for_caller or bool(self._named))

    @cached_property
    def said(self) -> set[int]:
        """The ids of those that the words find, at least of the tab; not of a caller.

        They are found by what they say, by a part of the reference, or by the reporter's name.
        """
        words = self.filters.words
        if not words or self.is_for_caller:
            return set()
        found = search.find_by_words(words, searched(self.filters.tab))
        return found | search.find_by_reference(words) | self._named

    @cached_property
    def _named(self) -> set[int]:
        return search.find_by_name(self.filters.words)

    @cached_property
    def elsewhere(self) -> list[int]:
        """The ids of those that the words find and the queue does not hold."""
        return list(self.said.difference(self.ids()))

    def tab_of(self, pk: int) -> Tab | None:
        """Return the first tab that holds the request with this id, None where none does."""
        row = self.latest.table.select_requests([pk])
        return next((tab for tab in Tab if row.is_in_tab(tab, self.asker.now).any()), None)


def find_unseen(table: QueueTable, agent: User | None) -> dict[int, str]:
    """Return the gravest verb that residents wrote and `agent` has not seen, by request."""
    return table.find_unseen(find_looks(agent, table.writings["request"].tolist()))


def read_lines(ids: Collection[int]) -> dict[int, ServiceRequest]:
    """Return what lines of the queue show of these requests, by id, in two queries.

    `seen` of each is the id of its last event.
    """
    events = Event.objects.filter(service_request=OuterRef("pk")).order_by("-pk").values("pk")
    rows = ServiceRequest.objects.filter(pk__any=ids).annotate(seen=Subquery(events[:1]))
    return {row.pk: row for row in load_with_photos(rows.order_by())}


def entered_since(queue: Queue, shown: Collection[int], event_id: int, moment: datetime) -> int:
    """Return how many came into the queue after an event, or by the clock after `moment`.

    `shown` are ids that the agent has before them already; while these are all that there were,
    whatever else is in the queue has come since.
    """
    if len(shown) < queue.filters.most:
        return len(set(queue.ids(MOST)).difference(shown))
    tab, table = queue.filters.tab, queue.table
    if tab == Tab.LATE:  # where nothing but the clock leads
        came = table.rows["due_at"] >= moment.timestamp()
    else:
        came = table.has_id(_read_changed(tab, event_id, moment))
    return int((queue.mask & came & ~table.has_id(shown)).sum())


def _read_changed(tab: Tab, event_id: int, moment: datetime) -> set[int]:
    """Return the ids of requests that later events and reports of readers may have led to `tab`.

    Into a tab without statuses of its own each event may have led.
    """
    reports = ContentReport.objects.filter(made_at__gte=moment).order_by()
    found = set(reports.values_list("service_request", flat=True))
    if tab == Tab.REPORTED:
        return found
    later = Event.objects.filter(pk__gt=event_id)
    if tab == Tab.REROUTED:
        later = later.filter(verb=Verb.ROUTE)
    else:
        later = later.exclude(status_before__any=sorted(STATUSES.get(tab, ())))
    return found.union(later.order_by().values_list("service_request", flat=True))


def taken_by(shown: Collection[int]) -> dict[int, Event]:
    """Return the last event of each of these requests that was more than a comment."""
    if not shown:
        return {}
    events = exclude_quiet(Event.objects).filter(service_request__any=shown)
    return {event.service_request_id: event for event in events.select_related("actor")}
