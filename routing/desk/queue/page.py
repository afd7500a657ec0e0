"""The queue on the left of the desk: tabs, filters, lines, and how many are new."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Case, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lib import clock
from requests_app.models import Event, Priority, ServiceRequest
from requests_app.status import OPEN_STATUSES, Status, Verb
from routing.desk.queue import contents, unseen_events
from routing.desk.queue.contents import Queue
from routing.desk.queue.danger_notice import DangerNotice, load_danger_notice
from routing.desk.queue.facets import AGES_OVER_A_DAY, FACETS, Facet
from routing.desk.queue.filters import LINES_PER_PAGE, MAX_LINES, Filters
from routing.desk.queue.flags import FLAGS, FlagCode
from routing.desk.queue.line import QueueLine
from routing.desk.queue.loading import load_requests
from routing.desk.queue.selection import SelectionForm
from routing.desk.queue.tabs import Tab

MAX_HITS_ELSEWHERE = 20  # requests in other tabs that a search shows
MAX_SHORT_OPTIONS = 7  # a facet with more options counts as long
_ALARMING_TABS = {Tab.DISPUTED, Tab.LATE, Tab.HELD, Tab.REPORTED}
_TABS_HIDDEN_IF_EMPTY = {Tab.HELD, Tab.REPORTED}


class FilterLink(NamedTuple):
    """A link to a tab, or to the queue with one filter changed.

    `request_count` is None if the link shows no count.
    """

    name: str | Promise
    url: str
    is_current: bool
    request_count: int | None = None
    is_alarming: bool = False


class FacetOption(NamedTuple):
    """A value of a facet. `request_count` is how many requests it would show."""

    value: str
    name: str
    request_count: int
    is_chosen: bool


class FacetOptions(NamedTuple):
    name: str
    label: str
    options: list[FacetOption]

    @property
    def is_long(self) -> bool:
        return len(self.options) > MAX_SHORT_OPTIONS


class HitElsewhere(NamedTuple):
    """A request that matches the words but is outside the tab; `tab_name` is where it is."""

    service_request: ServiceRequest
    tab_name: str
    url: str


class QueuePage:
    """Queue for `filters`, with `selection_form` for the ticked lines. Five queries."""

    def __init__(self, filters: Filters, selection_form: SelectionForm | None = None) -> None:
        self.filters = filters
        self.selection_form = selection_form or SelectionForm()

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.filters)

    @cached_property
    def lines(self) -> list[QueueLine]:
        """Return the lines of the first `max_lines` matching requests, in the desk's order."""
        ids = self.queue.list_ids(self.filters.max_lines)  # first: events after it count as news
        return self.build_lines(ids)

    def build_lines(self, ids: list[int], left_ids: Collection[int] = ()) -> list[QueueLine]:
        """Return the lines of the requests `ids`, in that order. `left_ids` get their outcome.

        Requests that do not exist are left out.
        """
        queue, rows = self.queue, contents.load_line_requests(ids)
        events = contents.find_latest_events(left_ids)
        table, marks = load_requests(queue.table, ids), queue.unseen_verbs
        if left_ids:  # a request that left the desk is not in the queue's table and its marks
            marks = marks | contents.find_unseen_verbs(table, self.filters.agent)
        flags = table.list_flags(queue.facet_context.now)
        return [
            QueueLine(
                service_request=row,
                last_event_id=last_event_id,
                filters=self.filters,
                flags=[FLAGS[code] for code in flags[pk]],
                unseen_verb=marks.get(pk, ""),
                outcome=_describe_outcome(row, events.get(pk)) if pk in left_ids else "",
                is_ticked=pk in self.selection_form.ticked_ids,
                tab_name=self._tab_name(row, queue.find_tab(pk)) if queue.is_for_caller else "",
            )
            for pk, row, last_event_id in ((pk, *rows[pk]) for pk in ids if pk in rows)
        ]

    @property
    def total_count(self) -> int:
        return self.queue.filter_counts.total

    @property
    def is_truncated(self) -> bool:
        """Return True if more requests match than lines are shown."""
        return self.total_count > len(self.lines)

    @property
    def more_url(self) -> str:
        """Return the URL that shows more lines; empty if all are shown, or MAX_LINES."""
        most = self.filters.max_lines
        if not self.is_truncated or most >= MAX_LINES:
            return ""
        return replace(self.filters, max_lines=min(most + LINES_PER_PAGE, MAX_LINES)).url()

    @cached_property
    def danger_notice(self) -> DangerNotice:
        """Return the latest uncleared dangers and the number of others, of all tabs and filters."""
        return load_danger_notice(self.filters)

    @property
    def is_filtered_by_danger(self) -> bool:
        """Return True if the flag of danger is a filter, so that many can be cleared at once."""
        return FlagCode.DANGER in self.filters.facet_values.get("flag", ())

    @property
    def tabs(self) -> list[FilterLink]:
        """Return the links to the tabs without filters; empty HELD, REPORTED only if current."""
        counts = self.queue.tab_counts
        return [
            FilterLink(
                name=tab.label,
                url=Filters(tab=tab).url(),
                is_current=tab == self.filters.tab,
                request_count=counts[tab],
                is_alarming=tab in _ALARMING_TABS and counts[tab] > 0,
            )
            for tab in Tab
            if tab not in _TABS_HIDDEN_IF_EMPTY or counts[tab] or self.filters.tab == tab
        ]

    @property
    def facets(self) -> list[FacetOptions]:
        return [FacetOptions(one.name, str(one.label), self._build_options(one)) for one in FACETS]

    def _build_options(self, facet: Facet) -> list[FacetOption]:
        """Return the facet's options with their number of requests and whether they are chosen."""
        chosen = self.filters.facet_values.get(facet.name, ())
        numbers = self.queue.filter_counts.by_facet[facet.name]
        return [
            FacetOption(value, str(name), numbers[value], value in chosen)
            for value, name in facet.options()
        ]

    @property
    def quick_filters(self) -> list[FilterLink]:
        """Return the filters with a button: all, urgent, over a day old, mine, from residents."""
        everything, chosen = replace(self.filters, facet_values={}).url(), self.filters.facet_values
        return [
            FilterLink(_("All"), everything, not chosen, self.queue.filter_counts.unfiltered),
            self._build_toggle(_("Urgent"), "priority", (Priority.URGENT.value,)),
            self._build_toggle(_("1 day+"), "age", AGES_OVER_A_DAY),
            self._build_toggle(_("Mine"), "mine", ("yes",)),
            self._build_toggle(_("Residents"), "wrote", tuple(unseen_events.RESIDENT_VERB_LABELS)),
        ]

    def _build_toggle(self, name: str, facet: str, values: tuple[str, ...]) -> FilterLink:
        """Return the link that sets exactly `values` of the facet, or removes them if set."""
        is_on = set(self.filters.facet_values.get(facet, ())) == set(values)
        changed = self.filters.replace_values(facet, () if is_on else values)
        count = sum(self.queue.filter_counts.by_facet[facet][value] for value in values)
        return FilterLink(name, changed.url(), is_on, count)

    @cached_property
    def active_filters(self) -> list[FilterLink]:
        """Return a link for each chosen facet value, leading to the queue without the value."""
        return [
            FilterLink(
                _("%(facet)s: %(value)s") % {"facet": facet.label, "value": name},
                self.filters.remove_value(facet.name, value).url(),
                is_current=True,
            )
            for facet in FACETS
            for value, name in facet.options()
            if value in self.filters.facet_values.get(facet.name, ())
        ]

    @property
    def unfiltered_url(self) -> str:
        """Return the URL of this tab without search words and facets."""
        return Filters(tab=self.filters.tab).url()

    @property
    def parameter_names(self) -> str:
        """Return the names of the filters' URL parameters, separated by spaces."""
        return " ".join(["tab", "q", "most", *(facet.name for facet in FACETS)])

    @cached_property
    def hits_elsewhere(self) -> list[HitElsewhere]:
        """Return at most MAX_HITS_ELSEWHERE hits in other tabs and among closed requests.

        Open requests first, then the newest. One query, or none.
        """
        ids = self.queue.ids_elsewhere
        if not ids:
            return []
        is_open = Case(When(status__in=OPEN_STATUSES, then=0), default=1)
        rows = ServiceRequest.objects.filter(pk__any=ids).select_related("category")
        rows = rows.order_by(is_open, "-filed_at", "-pk")[:MAX_HITS_ELSEWHERE]
        return [self._build_hit(row) for row in rows]

    def _build_hit(self, row: ServiceRequest) -> HitElsewhere:
        """Return the hit with its tab; a request in no tab opens in the current one."""
        tab = self.queue.find_tab(row.pk)
        there = Filters(tab=tab or self.filters.tab, search_words=self.filters.search_words)
        return HitElsewhere(row, self._tab_name(row, tab), there.url(row))

    def _tab_name(self, row: ServiceRequest, tab: Tab | None) -> str:
        """Return the label of the tab, or of the request's status without a tab."""
        return str(tab.label if tab else Status(row.status).label)

    @property
    def more_elsewhere_count(self) -> int:
        """Return the number of hits elsewhere that are not shown."""
        return len(self.queue.ids_elsewhere) - len(self.hits_elsewhere)

    @property
    def public_search_url(self) -> str:
        """Return the URL of the public list for the same words; empty without words."""
        query = urlencode({"show": "all", "q": self.filters.search_words})
        return f"{reverse('requests')}?{query}" if self.filters.search_words else ""

    @property
    def selection_url(self) -> str:
        """Return the URL at which lines can be selected without JavaScript."""
        return f"{self.filters.url()}&select=1"

    @property
    def poll_url(self) -> str:
        """Return the URL of the poll for the lines shown now."""
        shown = [line.service_request.pk for line in self.lines]
        return self._build_poll_url(shown, self.queue.loaded.last_event_id, clock.now())

    def _build_poll_url(self, shown: list[int], since: int, moment: datetime) -> str:
        """Return the URL of desk_live for the filters, with `shown`, `since` and known versions."""
        latest, ids = self.queue.loaded, ",".join(map(str, shown))
        address = f"{reverse('desk_live')}?{self.filters.query_string()}&shown={ids}"
        known = f"v={latest.last_event_id}&r={latest.last_report_id}"
        return f"{address}&since={since}&at={int(moment.timestamp())}&{known}"


class QueueUpdate(QueuePage):
    """The answer to a poll: the lines that the agent has, in the same order, as they are now.

    `shown_ids` are the requests of those lines. `since_event_id` and `moment` say when the page was
    loaded. `polled_event_id` is the last event known to the poll before.
    """

    def __init__(
        self,
        filters: Filters,
        shown_ids: list[int],
        since_event_id: int,
        moment: datetime,
        polled_event_id: int,
    ) -> None:
        super().__init__(filters)
        self.shown_ids, self.since_event_id, self.moment, self.polled_event_id = (
            shown_ids,
            since_event_id,
            moment,
            polled_event_id,
        )

    @cached_property
    def lines(self) -> list[QueueLine]:
        """Return a fresh line for each shown request; those out of the queue are marked as left."""
        return self.build_lines(
            self.shown_ids, left_ids=set(self.shown_ids).difference(self.queue.list_ids())
        )

    @cached_property
    def answered_requests(self) -> list[ServiceRequest]:
        """Return the requests in which this agent's questions were answered since the last poll."""
        if self.filters.agent is None or not self.polled_event_id:
            return []
        return unseen_events.find_answered_questions(self.filters.agent, self.polled_event_id)

    @property
    def new_count(self) -> int:
        """Return how many requests entered the queue since the page was loaded."""
        return contents.count_new_requests(
            self.queue, self.shown_ids, self.since_event_id, self.moment
        )

    @property
    def poll_url(self) -> str:
        return self._build_poll_url(self.shown_ids, self.since_event_id, self.moment)


def _describe_outcome(row: ServiceRequest, event: Event | None) -> str:
    """Return the new status and who set it, “Routed · Omar”; for an undo “Undone · Omar”.

    `event` is the latest event of the request. Without one, or without its actor and API key, only
    the status is returned. A closed request has its outcome instead of the status.
    """
    became = row.get_outcome_display() if row.status == Status.CLOSED else row.get_status_display()
    if event is None or not (event.actor or event.key):
        return became
    name = event.actor.short_name if event.actor else event.key.name
    return f"{Verb(event.verb).label} · {name}" if event.verb == Verb.UNDO else f"{became} · {name}"
