"""What became of a job on somebody's plan: still to do, done, or gone elsewhere; in words."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from lib import clock
from requests_app.models import Priority
from requests_app.status import WORKABLE_STATUSES, Outcome, Status

TODO, DONE, GONE = "todo", "done", "gone"
DOABLE = WORKABLE_STATUSES - {Status.ON_HOLD}


class State(NamedTuple):
    """`kind` is TODO, DONE or GONE; `words` say when it was done or where it went."""

    kind: str
    words: str = ""


def is_to_do(row, user) -> bool:
    """Work of the person's department that can be done, and that is not a colleague's."""
    is_ours = row.department_id in user.roles and row.status in DOABLE
    return is_ours and row.assignee_id in (None, user.pk)


def is_pressing(row) -> bool:
    """What comes before everything else, wherever it lies."""
    return row.status == Status.DISPUTED or row.priority == Priority.URGENT


def state_of(row, user, day) -> State:
    """How the job stands for `user` on `day`, a date. It names department, assignee and reason."""
    if is_to_do(row, user):
        return State(TODO)
    if _was_done(row, user, day):
        return State(
            DONE, _("Done %(when)s") % {"when": clock.format_relative_datetime(row.completed_at)}
        )
    return State(GONE, where_it_went(row, user))


def _was_done(row, user, day) -> bool:
    is_over = row.status in (Status.COMPLETED, Status.CLOSED)
    is_ours = row.completed_by_id in user.roles
    return is_over and is_ours and clock.localtime(row.completed_at).date() >= day


def where_it_went(row, user) -> str:
    """Why `user` cannot do it now, or who has it."""
    if row.status == Status.CLOSED:
        return _("Closed: %(outcome)s") % {"outcome": Outcome(row.outcome).label}
    if row.department_id is None:
        return _("Handed back to 311")
    if row.department_id not in user.roles:
        return _("Now with %(department)s") % {"department": row.department.name}
    if row.status == Status.ON_HOLD:
        return _("On hold: %(reason)s") % {"reason": row.hold_reason.name}
    if row.status == Status.AWAITING_RESIDENT:
        return _("Waiting for the resident’s answer")
    if row.status in DOABLE:
        return _("Assigned to %(name)s") % {"name": row.assignee.full_name}
    return _("Done %(when)s") % {"when": clock.format_relative_datetime(row.completed_at)}
