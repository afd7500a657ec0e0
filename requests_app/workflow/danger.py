"""Words of danger: a request in which a resident names a danger becomes urgent.

They are looked for in what a report says, whoever files it, and in what is written later by a
resident, or by an agent for a caller; not in what staff write, nor in the records of an older
system.
"""

from city import danger
from requests_app.models import Event, Priority, ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import Verb
from requests_app.workflow.act import Actor, begin, register, settle_danger


def flag_danger_in(event: Event, *texts: str) -> None:
    """Flag the request of `event` where the words that came with it name a danger.

    In the caller's transaction. What is flagged already stays as it is; what was cleared is flagged
    again. A closed request is flagged too: somebody may be in danger, and the desk shows it.
    """
    row = event.service_request
    if row.danger:
        return
    if found := danger.find_danger(*texts):
        flag_danger(row, found.kind, cause=event, before=row.priority)


@register(Verb.FLAG_DANGER, is_atomic=False)
def flag_danger(row: ServiceRequest, kind: str, *, cause: Event | None, before: str) -> None:
    """Urgent from now on; `before` is the priority that an agent who clears it gives back."""
    change = begin(Verb.FLAG_DANGER, row, by=SYSTEM)
    row.danger, row.priority, row.priority_before_danger = kind, Priority.URGENT, before
    change.finish(code=kind, caused_by=cause)


@register(Verb.CLEAR_DANGER)
def clear_danger(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
) -> Event:
    """An agent found that nobody is in danger: it is as urgent as it was without those words."""
    change = begin(Verb.CLEAR_DANGER, service_request, by=by, seen=seen)
    row = change.row
    kind, row.priority = row.danger, row.priority_before_danger or row.priority
    settle_danger(row)
    return change.finish(code=kind)
