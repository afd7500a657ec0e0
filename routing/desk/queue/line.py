"""One line of the queue."""

from typing import NamedTuple

from lib import clock
from requests_app.models import ServiceRequest
from requests_app.status import Status
from routing.desk.queue import flags, unseen
from routing.desk.queue.filters import Filters
from routing.desk.queue.tabs import Tab


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

    @property
    def says_status(self) -> bool:
        """Whether the line names the status. Most in the first tab are new, which it leaves out."""
        return self.filters.tab != Tab.NEW or self.service_request.status != Status.FILED

    @property
    def age(self) -> str:
        return clock.span(clock.now() - self.service_request.filed_at)
