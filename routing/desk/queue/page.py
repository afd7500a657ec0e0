"""The queue on the left: tabs, filters, lines, and what came in since."""

from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Case, When
from django.urls import reverse

from lib import clock
from requests_app.models import ServiceRequest
from requests_app.status import OPEN, Status, Verb
from routing.desk.queue import flags, reading, unseen
from routing.desk.queue.danger import Dangers, dangers
from routing.desk.queue.facets import FACETS
from routing.desk.queue.facets_page import Choice, Narrowing
from routing.desk.queue.filters import MOST, PAGE, Filters
from routing.desk.queue.line import Line
from routing.desk.queue.reading import Queue
from routing.desk.queue.selection import Bar
from routing.desk.queue.tabs import Tab

MOST_ELSEWHERE = 20  # requests in other tabs that a search shows
_ALARMING = {Tab.DISPUTED, Tab.LATE, Tab.HELD, Tab.REPORTED}
_WHERE_ANY = {Tab.HELD, Tab.REPORTED}  # tabs that show while something is in them


class Elsewhere(NamedTuple):
    """A request that the words find outside of this tab, and the name of the `tab` it is in."""

    service_request: ServiceRequest
    tab: str
    address: str


class QueuePage(Narrowing):
    """The queue for `filters`. Four queries. `bar` is the form for what is ticked; `is_filtering`
    says that the facets stand open.
    """

    def __init__(self, filters: Filters, bar: Bar | None = None, is_filtering: bool = False):
        self.filters = filters
        self.bar = bar or Bar()
        self.is_filtering = is_filtering

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.filters)

    @cached_property
    def lines(self) -> list[Line]:
        ids = self.queue.ids(self.filters.most)  # before the lines: later news is news
        rows = reading.lines(ids, self.filters.agent)
        return [self._line(rows[pk]) for pk in ids if pk in rows]

    def _line(self, row, taken=""):
        is_ticked = row.pk in self.bar.ticked
        tab = self._tab_name(row, self.queue.tab_of(row.pk)) if self.queue.is_for_caller else ""
        return Line(row, self.filters, taken, is_ticked, tab)

    @property
    def count(self) -> int:
        return self.queue.tally.total

    @property
    def is_cut(self) -> bool:
        """Whether there are more than the lines show."""
        return self.count > len(self.lines)

    @property
    def more(self) -> str:
        """Where the rest of a long queue is; empty when all of it is here, or all that can be."""
        most = self.filters.most
        if not self.is_cut or most >= MOST:
            return ""
        return self.filters.address(most=min(most + PAGE, MOST))

    @cached_property
    def dangers(self) -> Dangers:
        """What an agent must hear of, whichever tab and filters are on."""
        return dangers(self.filters)

    @property
    def shows_danger(self) -> bool:
        """Whether the queue is narrowed to words of danger, so that several may be cleared."""
        return flags.Code.DANGER in self.filters.chosen.get("flag", ())

    @property
    def tabs(self) -> list[Choice]:
        counts = self.queue.counts
        return [
            Choice(
                name=tab.label,
                address=Filters(tab=tab).address(),
                is_current=tab == self.filters.tab,
                count=counts[tab],
                is_alarming=tab in _ALARMING and counts[tab] > 0,
            )
            for tab in Tab
            if tab not in _WHERE_ANY or counts[tab] or self.filters.tab == tab
        ]

    @property
    def everything(self) -> str:
        """The address of this tab without any filter."""
        return Filters(tab=self.filters.tab).address()

    @cached_property
    def elsewhere(self) -> list[Elsewhere]:
        """Return the hits in other tabs and among closed requests: open ones first, the newest
        first. One query, or none.
        """
        ids = self.queue.elsewhere
        if not ids:
            return []
        is_open = Case(When(status__in=OPEN, then=0), default=1)
        rows = ServiceRequest.objects.filter(pk__any=ids).select_related("category")
        rows = rows.order_by(is_open, "-filed_at", "-pk")[:MOST_ELSEWHERE]
        return [self._elsewhere(row) for row in rows]

    def _elsewhere(self, row):
        tab = self.queue.tab_of(row.pk)
        there = Filters(tab=tab or self.filters.tab, words=self.filters.words)
        return Elsewhere(row, self._tab_name(row, tab), there.address(row))

    def _tab_name(self, row, tab):
        return str(tab.label if tab else Status(row.status).label)

    @property
    def more_elsewhere(self) -> int:
        """Return how many more there are than are shown."""
        return len(self.queue.elsewhere) - len(self.elsewhere)

    @property
    def closed(self) -> str:
        """Where closed requests that say the words are looked for; empty without words."""
        query = urlencode({"show": "all", "q": self.filters.words})
        return f"{reverse('requests')}?{query}" if self.filters.words else ""

    @property
    def names(self) -> str:
        """What the filters are called in an address."""
        return " ".join(["tab", "q", "most", *(facet.name for facet in FACETS)])

    @property
    def selecting(self) -> str:
        """Where the same lines can be selected without JavaScript."""
        return f"{self.filters.address()}&select=1"

    @property
    def poll(self) -> str:
        """The address of the poll for the lines that are shown now."""
        shown = ",".join(str(line.service_request.pk) for line in self.lines)
        return self._poll(shown, self.queue.latest.event, clock.now())

    def _poll(self, shown, since, moment):
        at, latest = int(moment.timestamp()), self.queue.latest
        address = f"{reverse('desk_live')}?{self.filters.query()}"
        known = f"v={latest.event}&r={latest.report}"
        return f"{address}&shown={shown}&since={since}&at={at}&{known}"


class QueueNews(QueuePage):
    """The same lines as they stand now, in the same order: nothing moves under a reading eye.

    `shown` are the ids of the lines the agent has; `since` and `moment` say from when that is.
    `known` is the last event that the poll before this one counted.
    """

    def __init__(self, filters, shown: list[int], since: int, moment: datetime, known: int):
        super().__init__(filters)
        self.shown, self.since, self.moment, self.known = shown, since, moment, known

    @cached_property
    def lines(self) -> list[Line]:
        waiting = set(self.queue.ids())  # before the lines, as above
        last = reading.taken_by([pk for pk in self.shown if pk not in waiting])
        rows = reading.lines(self.shown, self.filters.agent)
        return [
            self._line(rows[pk], "" if pk in waiting else _taken(rows[pk], last.get(pk)))
            for pk in self.shown
            if pk in rows
        ]

    @cached_property
    def answers(self) -> list[ServiceRequest]:
        """Where a question of this agent's was answered since their last poll."""
        if self.filters.agent is None or not self.known:
            return []
        return unseen.answers_to(self.filters.agent, self.known)

    @property
    def newcomers(self) -> int:
        return reading.entered_since(self.queue, self.shown, self.since, self.moment)

    @property
    def poll(self) -> str:
        shown = ",".join(map(str, self.shown))
        return self._poll(shown, self.since, self.moment)


def _taken(row, event):
    """“Routed · Omar”: what it became, and by whom."""
    became = row.get_outcome_display() if row.status == Status.CLOSED else row.get_status_display()
    if event is None or not (event.actor or event.key):
        return became
    name = event.actor.short_name if event.actor else event.key.name
    return f"{Verb(event.verb).label} · {name}" if event.verb == Verb.UNDO else f"{became} · {name}"
