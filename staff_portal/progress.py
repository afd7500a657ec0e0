"""State of a planned job: to do, done, or gone to somebody else."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import User
from lib import clock
from requests_app.models import Priority, ServiceRequest
from requests_app.status import WORKABLE_STATUSES, Outcome, Status

TODO, DONE, GONE = "todo", "done", "gone"
DOABLE_STATUSES = WORKABLE_STATUSES - {Status.ON_HOLD}


class JobState(NamedTuple):
    """`kind` is TODO, DONE or GONE; `words` describe a job that is done or gone."""

    kind: str
    words: str = ""


def can_work_on(row: ServiceRequest, user: User) -> bool:
    """Return True if `user` can work on the request now.

    It is workable and not on hold, in one of the user's departments, and not assigned to a
    colleague.
    """
    is_ours = row.department_id in user.roles and row.status in DOABLE_STATUSES
    return is_ours and row.assignee_id in (None, user.pk)


def is_pressing(row: ServiceRequest) -> bool:
    """Return True for disputed and urgent requests, which come before all others."""
    return row.status == Status.DISPUTED or row.priority == Priority.URGENT


def find_job_state(row: ServiceRequest, user: User, day: date) -> JobState:
    """Return the state of the job for `user`: TODO if they can work on it, DONE or GONE.

    It is done if their department finished it on `day`, on which it was planned, or later.
    """
    if can_work_on(row, user):
        return JobState(TODO)
    if _is_done_since(row, user, day):
        return JobState(
            DONE, _("Done %(when)s") % {"when": clock.format_relative_datetime(row.completed_at)}
        )
    return JobState(GONE, describe_current_state(row, user))


def _is_done_since(row: ServiceRequest, user: User, day: date) -> bool:
    """Return True if a department of the user finished the job on `day` or later."""
    is_over = row.status in (Status.COMPLETED, Status.CLOSED)
    is_ours = row.completed_by_id in user.roles
    return is_over and is_ours and clock.localtime(row.completed_at).date() >= day


def describe_current_state(row: ServiceRequest, user: User) -> str:
    """Return a text that says why `user` cannot work on the request, or who has it."""
    if row.status == Status.CLOSED:
        return _("Closed: %(outcome)s") % {"outcome": Outcome(row.outcome).label}
    if row.department_id is None:
        return _("Handed back to 311")
    if row.department_id not in user.roles:
        return _("Now with %(department)s") % {"department": row.department.name}
    if row.status == Status.ON_HOLD:
        return _("On hold: %(reason)s") % {"reason": row.hold_reason and row.hold_reason.name}
    if row.status == Status.AWAITING_RESIDENT:
        return _("Waiting for the resident’s answer")
    if row.status in DOABLE_STATUSES:
        return _("Assigned to %(name)s") % {"name": row.assignee.full_name}
    return _("Done %(when)s") % {"when": clock.format_relative_datetime(row.completed_at)}
