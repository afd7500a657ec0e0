"""The queue on the left: tabs, chips, lines, and what came in since."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import ServiceRequest
from requests_app.status import Status, Verb
from routing import choices, queue
from routing.queue import DAY, Filters, Tab
from santa311.lib import clock

_ALARMING = {Tab.DISPUTED, Tab.LATE}


@dataclass(frozen=True)
class Choice:
    """A tab or a chip: where it leads, and how many requests are there (None: not counted)."""

    name: str
    address: str
    is_current: bool
    count: int | None = None
    is_alarming: bool = False
    key: str = ""


@dataclass(frozen=True)
class Line:
    """One request in the queue. `taken` says what became of it after the agent was shown it."""

    service_request: ServiceRequest
    address: str
    taken: str = ""

    @property
    def picture(self):
        return next(iter(self.service_request.pictures), None)

    @property
    def is_late(self) -> bool:
        row = self.service_request
        waits = row.status == Status.FILED and clock.now() - row.filed_at > DAY
        return waits or row.is_late()

    @property
    def place(self) -> str:
        row = self.service_request
        return " · ".join(filter(None, [row.location_text, row.zone.name if row.zone else ""]))


class QueuePage:
    """The queue for `filters`. Four queries."""

    def __init__(self, filters: Filters, latest_event: int | None = None):
        self.filters = filters
        self.version = queue.latest_event() if latest_event is None else latest_event

    @cached_property
    def lines(self) -> list[Line]:
        rows = queue.requests(self.filters)[: self.filters.most]
        return [self._line(row) for row in queue.with_pictures(rows)]

    def _line(self, row, taken=""):
        address = reverse("desk_request", args=[row.reference])
        return Line(row, f"{address}?{self.filters.query()}", taken)

    @cached_property
    def counts(self) -> dict:
        return queue.counts(self.filters)

    @property
    def count(self) -> int:
        return self.counts["chip_all"]

    def place_of(self, row) -> int:
        """Where `row` stands in the queue, from 1; 0 if it is not in it."""
        return next((n for n, one in enumerate(self.lines, 1) if one.service_request == row), 0)

    def next_after(self, row) -> str:
        """The address of the line after `row`, of the first line after the last; or empty."""
        place = self.place_of(row)
        others = self.lines[place:] or self.lines[: place - 1]
        return others[0].address if others else ""

    @property
    def more(self) -> str:
        """Where the rest of a long queue is; empty when all of it is here."""
        chosen = [self.filters.is_urgent, self.filters.is_old]
        total = self.count if not any(chosen) else 0
        is_all = total <= len(self.lines) and len(self.lines) < self.filters.most
        if is_all or self.filters.most >= queue.MOST or len(self.lines) < self.filters.most:
            return ""
        return self._address(most=self.filters.most + queue.PAGE)

    def _address(self, **changes):
        return f"{reverse('desk')}?{self.filters.query(**changes)}"

    @property
    def tabs(self) -> list[Choice]:
        return [
            Choice(
                name=tab.label,
                address=f"{reverse('desk')}?{Filters(tab=tab).query()}",
                is_current=tab == self.filters.tab,
                count=self.counts[tab.value],
                is_alarming=tab in _ALARMING and self.counts[tab.value] > 0,
            )
            for tab in Tab
        ]

    @property
    def chips(self) -> list[Choice]:
        one, counts = self.filters, self.counts
        return [
            Choice(
                _("All"),
                self._address(is_urgent=False, is_old=False),
                not one.is_urgent and not one.is_old,
                counts["chip_all"],
            ),
            Choice(
                _("Urgent"),
                self._address(is_urgent=not one.is_urgent),
                one.is_urgent,
                counts["chip_urgent"],
            ),
            Choice(
                _("Over a day"),
                self._address(is_old=not one.is_old),
                one.is_old,
                counts["chip_old"],
            ),
        ]

    @property
    def zones(self) -> list[Choice]:
        return self._menu("zone", choices.zones(), _("Every area"))

    @property
    def groups(self) -> list[Choice]:
        return self._menu("group", choices.groups(), _("Everything"))

    def _menu(self, name, rows, everything):
        current = getattr(self.filters, name)
        first = Choice(everything, self._address(**{name: None}), current is None)
        return [first] + [
            Choice(row.name, self._address(**{name: row}), current == row) for row in rows
        ]

    @property
    def broken_rules(self):
        return choices.broken_rules()

    @property
    def poll(self) -> str:
        """The address of the poll for the lines that are shown now."""
        shown = ",".join(str(line.service_request.pk) for line in self.lines)
        return _poll(self.filters, shown, self.version, self.version, clock.now())


def _poll(filters, shown, since, version, moment):
    at = int(moment.timestamp())
    address = f"{reverse('desk_live')}?{filters.query()}"
    return f"{address}&shown={shown}&since={since}&at={at}&v={version}"


class QueueNews(QueuePage):
    """The same lines as they stand now, in the same order: nothing moves under a reading eye.

    `shown` are the ids of the lines the agent has; `since` and `moment` say from when that is.
    """

    def __init__(self, filters, shown: list[int], since: int, moment: datetime):
        super().__init__(filters)
        self.shown, self.since, self.moment = shown, since, moment

    @cached_property
    def lines(self) -> list[Line]:
        waiting = set(
            queue.requests(self.filters)
            .order_by()
            .filter(pk__in=self.shown)
            .values_list("pk", flat=True)
        )
        last = queue.taken_by([pk for pk in self.shown if pk not in waiting])
        rows = queue.with_pictures(ServiceRequest.objects.all()).in_bulk(self.shown)
        return [
            self._line(rows[pk], "" if pk in waiting else _taken(rows[pk], last.get(pk)))
            for pk in self.shown
            if pk in rows
        ]

    @property
    def newcomers(self) -> int:
        return queue.entered_since(self.filters, self.shown, self.since, self.moment)

    @property
    def poll(self) -> str:
        shown = ",".join(map(str, self.shown))
        return _poll(self.filters, shown, self.since, self.version, self.moment)


def _taken(row, event):
    """“Routed · Omar”: what it became, and by whom."""
    became = row.get_outcome_display() if row.status == Status.CLOSED else row.get_status_display()
    if event is None or event.actor is None:
        return became
    name = event.actor.first_name or event.actor.get_username()
    return f"{Verb(event.verb).label} · {name}" if event.verb == Verb.UNDO else f"{became} · {name}"
