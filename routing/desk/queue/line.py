"""One line of the queue."""

from typing import NamedTuple

from django.utils.functional import Promise

from lib import clock
from requests_app.models import Photo, ServiceRequest
from requests_app.status import Status
from routing.desk.queue import unseen
from routing.desk.queue.filters import Filters
from routing.desk.queue.flags import Flag
from routing.desk.queue.tabs import Tab


class Line(NamedTuple):
    """One request in the queue for `filters`.

    `mark` is the verb of what a resident did that the agent has not seen, empty for nothing.
    `taken` says what became of it after the agent was shown it. `tab` names its tab where the
    queue is of several.
    """

    service_request: ServiceRequest
    filters: Filters
    flags: list[Flag]
    mark: str = ""
    taken: str = ""
    is_ticked: bool = False
    tab: str = ""

    @property
    def key(self) -> str:
        """The id of the request, which ids of the page end with."""
        return str(self.service_request.pk)

    @property
    def address(self) -> str:
        return self.filters.address(self.service_request)

    @property
    def picture(self) -> Photo | None:
        return next(iter(self.service_request.shown_photos), None)

    @property
    def wrote(self) -> str | Promise:
        """The `mark` in words; empty for nothing."""
        return unseen.MARKS.get(self.mark, "")

    @property
    def tick(self) -> str:
        """What a form says that selects this line: the request, and the last event seen of it."""
        return f"{self.service_request.pk}:{self.service_request.seen}"

    @property
    def place(self) -> str:
        row = self.service_request
        parts = [row.short_location_phrase, row.zone.name if row.zone else ""]
        return " · ".join(filter(None, parts))

    @property
    def says_status(self) -> bool:
        """Whether the line names the status. Most in the first tab are new, which it leaves out."""
        return self.filters.tab != Tab.NEW or self.service_request.status != Status.FILED

    @property
    def age(self) -> str:
        return clock.format_duration(clock.now() - self.service_request.filed_at)
