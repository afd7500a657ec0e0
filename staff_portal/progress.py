"""What became of a job on somebody's plan: still to do, done, or gone elsewhere; in words."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from lib import clock
from requests_app.models import Priority
from requests_app.status import WORKABLE, Outcome, Status

TODO, DONE, GONE = "todo", "done", "gone"
DOABLE_STATUSES = WORKABLE - {Status.ON_HOLD}


class JobState(NamedTuple):
    """`kind` is TODO, DONE or GONE; `words` say when it was done or where it went."""

    kind: str
    words: str = ""


def can_work_on(row, user) -> bool:
    """Work of the person's department that can be done, and that is not a colleague's."""
    is_ours = row.department_id in user.roles and row.status in DOABLE_STATUSES
    return is_ours and row.assignee_id in (None, user.pk)


def is_pressing(row) -> bool:
    """What comes before everything else, wherever it lies."""
    return row.status == Status.DISPUTED or row.priority == Priority.URGENT


def find_job_state(row, user, day) -> JobState:
    """How the job stands for `user` on `day`, a date. It names department, assignee and reason."""
    if can_work_on(row, user):
        return JobState(TODO)
    if _is_done_since(row, user, day):
        return JobState(DONE, _("Done %(when)s") % {"when": clock.said(row.completed_at)})
    return JobState(GONE, describe_current_state(row, user))


def _is_done_since(row, user, day) -> bool:
    is_over = row.status in (Status.COMPLETED, Status.CLOSED)
    is_ours = row.completed_by_id in user.roles
    return is_over and is_ours and clock.local(row.completed_at).date() >= day


def describe_current_state(row, user) -> str:
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
    if row.status in DOABLE_STATUSES:
        return _("Assigned to %(name)s") % {"name": row.assignee.full_name}
    return _("Done %(when)s") % {"when": clock.said(row.completed_at)}
