"""A line of the queue."""

from typing import NamedTuple

from django.utils.functional import Promise

from lib import clock
from requests_app.models import Photo, ServiceRequest
from requests_app.models.supporters import format_supporters
from requests_app.status import Status
from routing.desk.queue import unseen_events
from routing.desk.queue.filters import Filters
from routing.desk.queue.flags import Flag
from routing.desk.queue.tabs import Tab


class QueueLine(NamedTuple):
    """A request as a line of the queue for `filters`.

    `unseen_verb` is the gravest thing a resident did that the agent has not seen, "" for none.
    `outcome` says what happened to a request that has left the queue since it was shown. `tab_name`
    is set where the queue covers several tabs.
    """

    service_request: ServiceRequest
    last_event_id: int
    filters: Filters
    flags: list[Flag]
    unseen_verb: str = ""
    outcome: str = ""
    is_ticked: bool = False
    tab_name: str = ""

    @property
    def key(self) -> str:
        """Return the request's id, the suffix of element ids on the page."""
        return str(self.service_request.pk)

    @property
    def url(self) -> str:
        return self.filters.url(self.service_request)

    @property
    def photo(self) -> Photo | None:
        """Return the first photo that is shown; None without one."""
        return next(iter(self.service_request.shown_photos), None)

    @property
    def unseen_label(self) -> str | Promise:
        """Return the label of `unseen_verb`; empty for none."""
        return unseen_events.RESIDENT_VERB_LABELS.get(self.unseen_verb, "")

    @property
    def tick_value(self) -> str:
        """Return "request id:last event id", the value of the line's checkbox."""
        return f"{self.service_request.pk}:{self.last_event_id}"

    @property
    def location(self) -> str:
        """Return the short location and the zone, separated by a dot, as far as they are known."""
        row = self.service_request
        parts = [row.short_location_phrase, row.zone.name if row.zone else ""]
        return " · ".join(filter(None, parts))

    @property
    def formatted_supporters(self) -> str:
        """Return “3 neighbors follow this”, or "" without a follower."""
        return format_supporters(self.service_request)

    @property
    def shows_status(self) -> bool:
        """Return True if the line names the status: always, but for new requests in the tab NEW."""
        return self.filters.tab != Tab.NEW or self.service_request.status != Status.FILED

    @property
    def age(self) -> str:
        """Return the time since filing as text."""
        return clock.format_duration(clock.now() - self.service_request.filed_at)
