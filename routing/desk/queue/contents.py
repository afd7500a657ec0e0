"""The requests of a queue, their counts, and what happened to them since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, reduce
from operator import and_
from typing import NamedTuple

import numpy as np
from django.db.models import OuterRef, Q, Subquery

from accounts.models import User
from lib import clock
from requests_app.browsing.rows import annotate_supporters, load_with_photos
from requests_app.models import ContentReport, Event, ServiceRequest
from requests_app.status import Verb
from requests_app.workflow import exclude_quiet
from routing.desk.queue import search
from routing.desk.queue.facets import FACETS, FACETS_BY_NAME, FacetContext
from routing.desk.queue.filters import MAX_LINES, Filters
from routing.desk.queue.loading import LoadedTable, load_table, read_requests
from routing.desk.queue.table import QueueTable
from routing.desk.queue.tabs import STATUSES_BY_TAB, Tab, search_conditions
from routing.desk.queue.unseen_events import find_last_seen_events


@dataclass(frozen=True)
class FilterCounts:
    """Numbers of matching requests.

    `total` counts all filters, `unfiltered` none of the facets. `by_facet` gives for each value of
    each facet how many requests match it together with the other facets; the facet's own choice is
    ignored.
    """

    total: int
    unfiltered: int
    by_facet: dict[str, dict[str, int]]


class Queue:
    """The requests that match `filters`.

    `loaded` is the table of all tabs, read now by default. `search_hits` may be given if another
    queue has searched for the same words in the same tab.
    """

    def __init__(
        self,
        filters: Filters,
        loaded: LoadedTable | None = None,
        search_hits: set[int] | None = None,
    ) -> None:
        self.filters, self.loaded = filters, loaded or load_table()
        if search_hits is not None:
            self.search_hits = search_hits
        self.facet_context = FacetContext(clock.now(), filters.agent, lambda: self.unseen_verbs)

    @cached_property
    def table(self) -> QueueTable:
        """Return the table to filter.

        If the words are an email address or phone number, it has all requests of this person.
        """
        table = self.loaded.table
        caller = self._caller_condition
        return table if caller is None else read_requests(caller, table.repeated_ids)

    def list_ids(self, most: int | None = None) -> list[int]:
        """Return the ids of the first `most` matching requests (None: all), in the desk's order."""
        return self.table.ids[self.mask][:most].tolist()

    @cached_property
    def mask(self) -> np.ndarray:
        """Return the mask of the table's rows that match the filters."""
        return reduce(and_, self._facet_masks.values(), self._mask_before_facets)

    @cached_property
    def _mask_before_facets(self) -> np.ndarray:
        """Return the mask of the rows in the tab that match the words.

        All rows match if the words are an email address or phone number.
        """
        if self.is_for_caller:
            return np.full(len(self.table.rows), True)
        mask = self.table.is_in_tab(self.filters.tab, self.facet_context.now)
        return mask & self.table.has_id(self.search_hits) if self.filters.search_words else mask

    @cached_property
    def _facet_masks(self) -> dict[str, np.ndarray]:
        """Return the mask of each facet in the filters, by the facet's name."""
        return {
            name: FACETS_BY_NAME[name].select_rows(self.table, chosen, self.facet_context)
            for name, chosen in self.filters.facet_values.items()
        }

    @cached_property
    def filter_counts(self) -> FilterCounts:
        """Return the numbers of requests by filters and facets, for the words and the tab."""
        numbers = {}
        for facet in FACETS:
            others = (mask for name, mask in self._facet_masks.items() if name != facet.name)
            mask = reduce(and_, others, self._mask_before_facets)
            numbers[facet.name] = facet.count_values(self.table, mask, self.facet_context)
        return FilterCounts(int(self.mask.sum()), int(self._mask_before_facets.sum()), numbers)

    @cached_property
    def tab_counts(self) -> dict[str, int]:
        """Return the number of requests in each tab by the tab's value, whatever the filters."""
        table, now = self.loaded.table, self.facet_context.now
        return {tab.value: int(table.is_in_tab(tab, now).sum()) for tab in Tab}

    @cached_property
    def unseen_verbs(self) -> dict[int, str]:
        """Return the gravest verb of residents that the agent has not seen, by request id.

        Requests without one are missing. Without an agent all are unseen.
        """
        return find_unseen_verbs(self.table, self.filters.agent)

    @cached_property
    def _caller_condition(self) -> Q | None:
        """Return the condition on requests of the caller named by the words, or None."""
        return search.build_caller_condition(self.filters.search_words)

    @property
    def is_for_caller(self) -> bool:
        """Return True if the words are an email address or a phone number."""
        return self._caller_condition is not None

    @property
    def is_person_search(self) -> bool:
        """Return True if the words are an email address, phone number, or part of a name."""
        return bool(self.filters.search_words) and (self.is_for_caller or bool(self._hits_by_name))

    @cached_property
    def search_hits(self) -> set[int]:
        """Return the ids of requests with the words in text, category, area, reference or name.

        The name is the reporter's. Empty without words, and for a caller's address or number. May
        include requests outside the tab.
        """
        words = self.filters.search_words
        if not words or self.is_for_caller:
            return set()
        found = search.find_ids_by_words(words, search_conditions(self.filters.tab))
        return found | search.find_ids_by_reference(words) | self._hits_by_name

    @cached_property
    def _hits_by_name(self) -> set[int]:
        """Return the ids of requests whose reporter has the words in the name."""
        return search.find_ids_by_name(self.filters.search_words)

    @cached_property
    def ids_elsewhere(self) -> list[int]:
        """Return the ids of the search hits that do not match the tab and facets, in no order."""
        return list(self.search_hits.difference(self.list_ids()))

    def find_tab(self, pk: int) -> Tab | None:
        """Return the first tab that holds the request `pk`; None if none does.

        Open requests are in the tab OPEN at least.
        """
        row = self.loaded.table.select_requests([pk])
        return next((tab for tab in Tab if row.is_in_tab(tab, self.facet_context.now).any()), None)


def find_unseen_verbs(table: QueueTable, agent: User | None) -> dict[int, str]:
    """Return the gravest verb that residents wrote and `agent` has not seen, by request id.

    Requests without one are missing. One query, or none.
    """
    return table.find_unseen_verbs(
        find_last_seen_events(agent, table.resident_events["request"].tolist())
    )


class LineRequest(NamedTuple):
    """A request of the queue with its photos, and the id of its last event."""

    service_request: ServiceRequest
    last_event_id: int


def load_line_requests(ids: Collection[int]) -> dict[int, LineRequest]:
    """Return what lines show of the requests, by id. Two queries. Unknown ids are missing."""
    events = Event.objects.filter(service_request=OuterRef("pk")).order_by("-pk").values("pk")
    rows = annotate_supporters(ServiceRequest.objects.filter(pk__any=ids))
    rows = rows.annotate(last=Subquery(events[:1]))
    found = list(rows.order_by())
    load_with_photos(found)
    return {row.pk: LineRequest(row, row.last) for row in found}


def count_new_requests(
    queue: Queue, shown: Collection[int], event_id: int, moment: datetime
) -> int:
    """Return how many requests entered the queue after an event, without the ids `shown`.

    In the late tab these are the requests that became late since `moment`. If `shown` are fewer
    than `max_lines`, they were the whole queue, so all others of the first MAX_LINES are new.
    """
    if len(shown) < queue.filters.max_lines:
        return len(set(queue.list_ids(MAX_LINES)).difference(shown))
    tab, table = queue.filters.tab, queue.table
    if tab == Tab.LATE:  # requests enter this tab by the passing of time, not by an event
        came = table.rows["due_at"] >= moment.timestamp()
    else:
        came = table.has_id(_find_changed_ids(tab, event_id, moment))
    return int((queue.mask & came & ~table.has_id(shown)).sum())


def _find_changed_ids(tab: Tab, event_id: int, moment: datetime) -> set[int]:
    """Return the ids of requests that later events and content reports may have moved to `tab`.

    Later are events after `event_id` and reports since `moment`.

    An event is left out if the request already had a status of the tab before it.
    """
    reports = ContentReport.objects.filter(made_at__gte=moment).order_by()
    found = set(reports.values_list("service_request", flat=True))
    if tab == Tab.REPORTED:
        return found
    later = Event.objects.filter(pk__gt=event_id)
    if tab == Tab.REROUTED:
        later = later.filter(verb=Verb.ROUTE)
    else:
        later = later.exclude(status_before__any=sorted(STATUSES_BY_TAB.get(tab, ())))
    return found.union(later.order_by().values_list("service_request", flat=True))


def find_latest_events(shown: Collection[int]) -> dict[int, Event]:
    """Return each request's latest event that is not quiet (no comment), by request id.

    Requests without such an event are missing. QUIET_VERBS has all quiet verbs. One query, or none.
    """
    if not shown:
        return {}
    events = exclude_quiet(Event.objects).filter(service_request__any=shown)
    return {event.service_request_id: event for event in events.select_related("actor")}
