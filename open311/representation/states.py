"""The status of a request in the vocabulary of Open311."""

from django.db.models import Q
from django.utils.translation import gettext as _

from requests_app import status
from requests_app.browsing.states import STATES, list_status_pairs
from requests_app.status import Outcome, Status
from requests_app.timeline import badge, comments

OPEN, CLOSED = "open", "closed"
# Finished work counts as closed in Open311, even if a resident has not confirmed it yet.
STATUSES = {
    OPEN: Q(status__in=sorted(status.OPEN_STATUSES)),
    CLOSED: Q(status__in=sorted([Status.COMPLETED, Status.CLOSED])),
}

# Klarschiff's names, which other clients use too
_DETAILED_STATUSES = {
    Status.FILED: "PENDING",
    Status.ROUTED: "RECEIVED",
    Status.SCHEDULED: "RECEIVED",
    Status.IN_PROGRESS: "IN_PROCESS",
    Status.AWAITING_RESIDENT: "IN_PROCESS",
    Status.ON_HOLD: "IN_PROCESS",
    Status.DISPUTED: "IN_PROCESS",
    Status.COMPLETED: "PROCESSED",
    Status.CLOSED: "PROCESSED",
}
_REJECTED_OUTCOMES = {Outcome.DECLINED, Outcome.DUPLICATE, Outcome.TRANSFERRED, Outcome.WITHDRAWN}
_STATE_NAMES = {
    pair: state.name for state in STATES.values() for pair in list_status_pairs(state.condition)
}


def get_status(service_request) -> str:
    """Return "open" or "closed"; finished work that waits for a resident is closed."""
    return OPEN if service_request.is_open else CLOSED


def get_detailed_status(service_request) -> str:
    """Return Open311's detailed status: PENDING, RECEIVED, IN_PROCESS, PROCESSED or REJECTED.

    REJECTED are requests that were declined, duplicate, transferred or withdrawn.
    """
    return (
        "REJECTED"
        if service_request.outcome in _REJECTED_OUTCOMES
        else _DETAILED_STATUSES[service_request.status]
    )


def get_state_name(service_request) -> str:
    """Return the state by its name in addresses of the public list: `received`, `confirmed`.

    Raise KeyError for an impossible pair of status and outcome.
    """
    return _STATE_NAMES[service_request.status, service_request.outcome]


def get_status_notes(row) -> str:
    """Return why the request was closed or what was done, else its state, in words."""
    if row.outcome == Outcome.DUPLICATE and row.original:
        words = _("Duplicate request. The other one is %(reference)s.")
        return words % {"reference": row.original}
    if row.outcome == Outcome.DUPLICATE:
        return _("Duplicate request.")
    words = comments.comment_text(row.explained) if row.explained else ""
    return words or str(badge.public_badge(row).words)
