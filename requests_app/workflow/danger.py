"""The danger flag: a request in which a resident names a danger becomes urgent.

Checked are the texts of reports, whoever files them, and later texts by residents or by agents for
a caller. Not checked are texts by staff and imported records.
"""

from city import danger
from requests_app.models import Event, Priority, ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import Verb
from requests_app.workflow.change import Actor, begin_change, register_verb, reset_danger_columns


def flag_danger_in_texts(event: Event, *texts: str) -> None:
    """Flag the request of `event` if one of `texts` names a danger and it is not flagged yet.

    Run inside a transaction. The request becomes urgent by an event of its own. A cleared
    request can be flagged again. A closed request is flagged too, since a person may be in
    danger, and the desk shows it.
    """
    row = event.service_request
    if row.danger:
        return
    if found := danger.find_danger(*texts):
        flag_danger(row, found.kind, cause=event, before=row.priority)


@register_verb(Verb.FLAG_DANGER, is_atomic=False)
def flag_danger(row: ServiceRequest, kind: str, *, cause: Event | None, before: str) -> None:
    """Set the kind of danger and make the request urgent; `before` is the priority to restore.

    Run inside a transaction. SYSTEM acts; the event is caused by `cause`, if given. Raise
    IllegalTransition if the request is flagged already.
    """
    change = begin_change(Verb.FLAG_DANGER, row, by=SYSTEM)
    row.danger, row.priority, row.priority_before_danger = kind, Priority.URGENT, before
    change.finish(code=kind, caused_by=cause)


@register_verb(Verb.CLEAR_DANGER)
def clear_danger(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
) -> Event:
    """Remove the danger flag, restore the priority from before it, and return the event."""
    change = begin_change(Verb.CLEAR_DANGER, service_request, by=by, seen=seen)
    row = change.row
    kind, row.priority = row.danger, row.priority_before_danger or row.priority
    reset_danger_columns(row)
    return change.finish(code=kind)
