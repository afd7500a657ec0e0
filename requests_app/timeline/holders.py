"""Who has had a request, one after the other."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lib import clock
from requests_app.status import Status, Verb
from requests_app.timeline.comments import body, reason
from requests_app.timeline.events import standing
from requests_app.workflow.actor_names import holder_name


@dataclass
class Stretch:
    """Who held the request from `since` to `until` (None: still), and why it moved on."""

    holder: str
    since: datetime
    until: datetime | None = None
    moved: str = ""

    @property
    def seconds(self) -> float:
        return ((self.until or clock.now()) - self.since).total_seconds()

    @property
    def lasted(self) -> str:
        if self.until:
            return clock.format_duration(self.until - self.since)
        return _("since %(when)s") % {"when": clock.format_relative_datetime(self.since)}


def staff_custody(events, service_request) -> list[Stretch]:
    """Which of the staff have had it, the desk or a department, oldest first. The last stretch ends
    where the request was closed.

    Nobody is known of one that an older system closed.
    """
    if service_request.is_imported:
        return []
    stretches = []
    holder = object()
    for event in standing(events):
        if event.department_id != holder:
            if stretches:
                stretches[-1].until = event.at
                stretches[-1].moved = _why(event)
            stretches.append(Stretch(holder_name(event), event.at))
            holder = event.department_id
    if stretches and service_request.status == Status.CLOSED:
        stretches[-1].until = service_request.closed_at
    return stretches


def _why(event) -> str:
    """Why the request moved with this event: a reason of the city's list, or someone's words."""
    if event.verb in {Verb.ROUTE, Verb.HAND_BACK} and event.code:
        return reason(event)
    return body(event) if event.verb in {Verb.ROUTE, Verb.DISPUTE, Verb.REOPEN} else ""
