"""One line of the queue. What it looks like is rendered once for all that stand alike."""

from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString

from lib import clock
from lib.rendered import RenderedOnce
from requests_app.models import Priority, ServiceRequest
from requests_app.status import Status
from routing.desk.queue import flags, unseen
from routing.desk.queue.filters import Filters
from routing.desk.queue.tabs import Tab

_rendered = RenderedOnce("routing/desk/queue/line.html", most=5_000)  # of 1.5 KB each


class Line(NamedTuple):
    """One request in the queue for `filters`. `taken` says what became of it after the agent was
    shown it. `tab` names its tab where the queue is of several.
    """

    service_request: ServiceRequest
    filters: Filters
    taken: str = ""
    is_ticked: bool = False
    tab: str = ""

    @property
    def address(self) -> str:
        return self.filters.address(self.service_request)

    @property
    def picture(self):
        return next(iter(self.service_request.shown_photos), None)

    @property
    def flags(self) -> list[flags.Flag]:
        return flags.flags_on(self.service_request)

    @property
    def wrote(self) -> str:
        """What a resident did that the agent has not seen; empty for nothing."""
        return unseen.MARKS.get(self.service_request.wrote, "")

    @property
    def tick(self) -> str:
        """What a form says that selects this line: the request, and the last event seen of it."""
        return f"{self.service_request.pk}:{self.service_request.seen}"

    @property
    def place(self) -> str:
        row = self.service_request
        return " · ".join(
            filter(None, [row.short_location_phrase, row.zone.name if row.zone else ""])
        )

    def html(self, is_open) -> SafeString:
        """`is_open` while its request is open beside the queue."""
        row = self.service_request
        says_status = self.filters.tab != Tab.NEW or row.status != Status.FILED
        return _rendered(
            is_ticked=self.is_ticked,
            is_open=is_open,
            taken=str(self.taken),
            icon=row.category.icon,
            category=row.category.name,
            is_late=row.is_late(),
            mark=row.wrote,
            wrote=str(self.wrote),
            flags=tuple(self.flags),
            in_danger=bool(row.danger),
            is_disputed=row.status == Status.DISPUTED,
            is_urgent=row.priority == Priority.URGENT,
            status=str(Status(row.status).label) if says_status else "",
            tab=self.tab,
            gaps=self._gaps(),
        )

    def _gaps(self):
        """What differs though a line is the same."""
        row, picture = self.service_request, self.picture
        return {
            "pk": row.pk,
            "reference": row.reference,
            "address": escape(self.address),
            "tick": self.tick,
            "picture": escape(picture.small) if picture else "",
            "location": escape(row.location_phrase),
            "place": escape(self.place),
            "age": escape(clock.span(clock.now() - row.filed_at)),
        }
