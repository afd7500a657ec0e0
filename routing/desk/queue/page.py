"""The queue on the left: tabs, filters, lines, and what came in since."""

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
from routing.desk.queue import reading, unseen
from routing.desk.queue.danger import Dangers, dangers
from routing.desk.queue.facets import FACETS, OVER_A_DAY, Facet
from routing.desk.queue.filters import MOST, PAGE, Filters
from routing.desk.queue.flags import FLAGS, Code
from routing.desk.queue.line import Line
from routing.desk.queue.loading import select_requests
from routing.desk.queue.reading import Queue
from routing.desk.queue.selection import SelectionForm
from routing.desk.queue.tabs import Tab

MOST_ELSEWHERE = 20  # requests in other tabs that a search shows
SHORT = 7  # a list of more options is long
_ALARMING = {Tab.DISPUTED, Tab.LATE, Tab.HELD, Tab.REPORTED}
_WHERE_ANY = {Tab.HELD, Tab.REPORTED}  # tabs that show while something is in them


class Choice(NamedTuple):
    """A tab or a chip: where it leads, and how many requests are there (None: not counted)."""

    name: str | Promise
    address: str
    is_current: bool
    count: int | None = None
    is_alarming: bool = False


class Option(NamedTuple):
    """One value of a facet; `number` is how many requests choosing it would find."""

    value: str
    name: str
    number: int
    is_chosen: bool


class FacetOptions(NamedTuple):
    name: str
    label: str
    options: list[Option]

    @property
    def is_long(self) -> bool:
        return len(self.options) > SHORT


class Elsewhere(NamedTuple):
    """A request that the words find outside of this tab, and the name of the `tab` it is in."""

    service_request: ServiceRequest
    tab: str
    address: str


class QueuePage:
    """The queue for `filters`. Five queries. `bar` is the form for what is ticked."""

    def __init__(self, filters: Filters, bar: SelectionForm | None = None) -> None:
        self.filters = filters
        self.bar = bar or SelectionForm()

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.filters)

    @cached_property
    def lines(self) -> list[Line]:
        ids = self.queue.ids(self.filters.most)  # before the lines: later news is news
        return self.list_lines(ids)

    def list_lines(self, ids: list[int], left: Collection[int] = ()) -> list[Line]:
        """Return the lines of these requests; those that `left` say what became of them."""
        queue, rows = self.queue, reading.read_lines(ids)
        events = reading.taken_by(left)
        table, marks = select_requests(queue.table, ids), queue.unseen
        if left:  # perhaps the desk: the queue does not know what was written on them
            marks = marks | reading.find_unseen(table, self.filters.agent)
        flags = table.list_flags(queue.asker.now)
        return [
            Line(
                service_request=rows[pk],
                filters=self.filters,
                flags=[FLAGS[code] for code in flags[pk]],
                mark=marks.get(pk, ""),
                taken=_taken(rows[pk], events.get(pk)) if pk in left else "",
                is_ticked=pk in self.bar.ticked,
                tab=self._tab_name(rows[pk], queue.tab_of(pk)) if queue.is_for_caller else "",
            )
            for pk in ids
            if pk in rows
        ]

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
        return replace(self.filters, most=min(most + PAGE, MOST)).address()

    @cached_property
    def dangers(self) -> Dangers:
        """What an agent must hear of, whichever tab and filters are on."""
        return dangers(self.filters)

    @property
    def shows_danger(self) -> bool:
        """Whether the queue is narrowed to words of danger, so that several may be cleared."""
        return Code.DANGER in self.filters.chosen.get("flag", ())

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

    # How the queue is and can be narrowed

    @property
    def facets(self) -> list[FacetOptions]:
        return [FacetOptions(one.name, str(one.label), self._list_options(one)) for one in FACETS]

    def _list_options(self, facet: Facet) -> list[Option]:
        chosen = self.filters.chosen.get(facet.name, ())
        numbers = self.queue.tally.of[facet.name]
        return [
            Option(value, str(name), numbers[value], value in chosen)
            for value, name in facet.options()
        ]

    @property
    def chips(self) -> list[Choice]:
        """The few filters that are one click away whatever else is on."""
        everything, chosen = replace(self.filters, chosen={}).address(), self.filters.chosen
        return [
            Choice(_("All"), everything, not chosen, self.queue.tally.all),
            self._toggle(_("Urgent"), "priority", (Priority.URGENT.value,)),
            self._toggle(_("1 day+"), "age", OVER_A_DAY),
            self._toggle(_("Mine"), "mine", ("yes",)),
            self._toggle(_("Residents"), "wrote", tuple(unseen.MARKS)),
        ]

    def _toggle(self, name: str, facet: str, values: tuple[str, ...]) -> Choice:
        is_on = set(self.filters.chosen.get(facet, ())) == set(values)
        changed = self.filters.with_chosen(facet, () if is_on else values)
        count = sum(self.queue.tally.of[facet][value] for value in values)
        return Choice(name, changed.address(), is_on, count)

    @cached_property
    def active(self) -> list[Choice]:
        """What is on, one entry per value, each leading to the queue without it."""
        return [
            Choice(
                _("%(facet)s: %(value)s") % {"facet": facet.label, "value": name},
                self.filters.drop_choice(facet.name, value).address(),
                is_current=True,
            )
            for facet in FACETS
            for value, name in facet.options()
            if value in self.filters.chosen.get(facet.name, ())
        ]

    @property
    def everything(self) -> str:
        """The address of this tab without any filter."""
        return Filters(tab=self.filters.tab).address()

    @property
    def names(self) -> str:
        """What the filters are called in an address."""
        return " ".join(["tab", "q", "most", *(facet.name for facet in FACETS)])

    # What the words find in other places

    @cached_property
    def elsewhere(self) -> list[Elsewhere]:
        """Return the hits in other tabs and among closed requests: open ones first, the newest
        first. One query, or none.
        """
        ids = self.queue.elsewhere
        if not ids:
            return []
        is_open = Case(When(status__in=OPEN_STATUSES, then=0), default=1)
        rows = ServiceRequest.objects.filter(pk__any=ids).select_related("category")
        rows = rows.order_by(is_open, "-filed_at", "-pk")[:MOST_ELSEWHERE]
        return [self._elsewhere(row) for row in rows]

    def _elsewhere(self, row: ServiceRequest) -> Elsewhere:
        tab = self.queue.tab_of(row.pk)
        there = Filters(tab=tab or self.filters.tab, words=self.filters.words)
        return Elsewhere(row, self._tab_name(row, tab), there.address(row))

    def _tab_name(self, row: ServiceRequest, tab: Tab | None) -> str:
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
    def selecting(self) -> str:
        """Where the same lines can be selected without JavaScript."""
        return f"{self.filters.address()}&select=1"

    @property
    def poll(self) -> str:
        """The address of the poll for the lines that are shown now."""
        shown = [line.service_request.pk for line in self.lines]
        return self._poll(shown, self.queue.latest.event, clock.now())

    def _poll(self, shown: list[int], since: int, moment: datetime) -> str:
        latest, ids = self.queue.latest, ",".join(map(str, shown))
        address = f"{reverse('desk_live')}?{self.filters.query()}&shown={ids}"
        known = f"v={latest.event}&r={latest.report}"
        return f"{address}&since={since}&at={int(moment.timestamp())}&{known}"


class QueueNews(QueuePage):
    """The same lines as they stand now, in the same order: nothing moves under a reading eye.

    `shown` are the ids of the lines the agent has; `since` and `moment` say from when that is.
    `known` is the last event that the poll before this one counted.
    """

    def __init__(self, filters, shown: list[int], since: int, moment: datetime, known: int) -> None:
        super().__init__(filters)
        self.shown, self.since, self.moment, self.known = shown, since, moment, known

    @cached_property
    def lines(self) -> list[Line]:
        return self.list_lines(self.shown, left=set(self.shown).difference(self.queue.ids()))

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
        return self._poll(self.shown, self.since, self.moment)


def _taken(row: ServiceRequest, event: Event | None) -> str:
    """Return what a request became, and by whom: “Routed · Omar”."""
    became = row.get_outcome_display() if row.status == Status.CLOSED else row.get_status_display()
    if event is None or not (event.actor or event.key):
        return became
    name = event.actor.short_name if event.actor else event.key.name
    return f"{Verb(event.verb).label} · {name}" if event.verb == Verb.UNDO else f"{became} · {name}"
