"""The departments that held a request, one after the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lib import clock
from requests_app.models import Event, ServiceRequest
from requests_app.status import Status, Verb
from requests_app.timeline.comments import comment_text, reason_name
from requests_app.timeline.events import exclude_undone
from requests_app.workflow.actor_names import holder_name


@dataclass
class HoldingPeriod:
    """A period in which `holder` had the request. `until` is None for the current holder.

    `end_reason` says why the request moved on.
    """

    holder: str
    since: datetime
    until: datetime | None = None
    end_reason: str = ""

    @property
    def seconds(self) -> float:
        """Return how many seconds `holder` had the request, until now for the current holder."""
        return ((self.until or clock.now()) - self.since).total_seconds()

    @property
    def duration_text(self) -> str:
        """Return the translated duration, or “since …” for the current holder."""
        if self.until:
            return clock.format_duration(self.until - self.since)
        return _("since %(when)s") % {"when": clock.format_relative_datetime(self.since)}


def list_holding_periods(
    events: Iterable[Event], service_request: ServiceRequest
) -> list[HoldingPeriod]:
    """Return the periods in which the desk or a department held the request, oldest first.

    The last one ends when the request was closed. Return [] for an imported request.
    """
    if service_request.is_imported:
        return []
    periods: list[HoldingPeriod] = []
    holder: object = object()  # different from each id and from None
    for event in exclude_undone(events):
        if event.department_id != holder:
            if periods:
                periods[-1].until = event.at
                periods[-1].end_reason = _explain_move(event)
            periods.append(HoldingPeriod(holder_name(event), event.at))
            holder = event.department_id
    if periods and service_request.status == Status.CLOSED:
        periods[-1].until = service_request.closed_at
    return periods


def _explain_move(event: Event) -> str:
    """Return why the request moved with this event: a reason of the city's list, or a comment.

    The reason is for ROUTE and HAND_BACK, the comment for ROUTE, DISPUTE and REOPEN; "" for
    none.
    """
    if event.verb in {Verb.ROUTE, Verb.HAND_BACK} and event.code:
        return reason_name(event)
    return comment_text(event) if event.verb in {Verb.ROUTE, Verb.DISPUTE, Verb.REOPEN} else ""
