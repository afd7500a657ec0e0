"""Statuses as the public list groups them: shows (open, finished, closed) and states."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from requests_app.status import ACCEPTED_OUTCOMES, OPEN_STATUSES, Outcome, Status

FIXED = Q(status=Status.COMPLETED) | Q(outcome__in=ACCEPTED_OUTCOMES)


@dataclass(frozen=True)
class Show:
    """A tab of the list; `name` is its value in the URL, `condition` is on status and outcome."""

    name: str
    label: Promise
    heading: Promise
    condition: Q


@dataclass(frozen=True)
class State:
    """A finer status within the show named `show`; `name` is its value in the URL."""

    name: str
    show: str
    label: Promise
    condition: Q


SHOWS = {
    show.name: show
    for show in (
        Show("open", _("Open"), _("Open requests"), Q(status__in=OPEN_STATUSES)),
        Show("fixed", _("Finished"), _("Finished requests"), FIXED),
        Show(
            "closed",
            pgettext_lazy("requests", "Closed"),
            _("Requests closed for other reasons"),
            Q(status=Status.CLOSED) & ~Q(outcome__in=ACCEPTED_OUTCOMES),
        ),
        Show("all", _("All"), _("All requests"), Q()),
    )
}
COUNTED_SHOWS = ("open", "fixed", "closed")

STATES = {
    state.name: state
    for state in (
        State("received", "open", _("Received"), Q(status=Status.FILED)),
        State("with", "open", _("With a department"), Q(status=Status.ROUTED)),
        State("planned", "open", _("Planned"), Q(status=Status.SCHEDULED)),
        State("underway", "open", _("Work underway"), Q(status=Status.IN_PROGRESS)),
        State(
            "waiting",
            "open",
            _("On hold or waiting for an answer"),
            Q(status__in=[Status.ON_HOLD, Status.AWAITING_RESIDENT]),
        ),
        State("disputed", "open", _("Reported as not fixed"), Q(status=Status.DISPUTED)),
        State(
            "check",
            "fixed",
            _("Finished, waiting for a resident to check"),
            Q(status=Status.COMPLETED),
        ),
        State("confirmed", "fixed", _("Confirmed as fixed"), Q(outcome=Outcome.CONFIRMED)),
        State("unanswered", "fixed", _("Closed with no answer"), Q(outcome=Outcome.UNANSWERED)),
        State("declined", "closed", _("Declined"), Q(outcome=Outcome.DECLINED)),
        State("duplicate", "closed", _("Same as another request"), Q(outcome=Outcome.DUPLICATE)),
        State("passed", "closed", _("For another agency"), Q(outcome=Outcome.TRANSFERRED)),
        State(
            "withdrawn",
            "closed",
            _("Canceled by the person who reported it"),
            Q(outcome=Outcome.WITHDRAWN),
        ),
        State("upheld", "closed", _("Reviewed again and closed"), Q(outcome=Outcome.UPHELD)),
        State("older", "closed", _("From a previous system"), Q(outcome=Outcome.IMPORTED)),
    )
}


def pin_shape(status: str, outcome: str) -> str:
    """Return the shape of the request's pin on a map: fixed, closed, working or reported.

    "fixed" is for completed work or an accepted outcome, "working" for work in progress, "reported"
    for other open requests.
    """
    if status == Status.COMPLETED or outcome in ACCEPTED_OUTCOMES:
        return "fixed"
    if status == Status.CLOSED:
        return "closed"
    return "working" if status == Status.IN_PROGRESS else "reported"


_ALL_STATUS_PAIRS = [
    *((status, "") for status in Status if status != Status.CLOSED),
    *((Status.CLOSED, outcome) for outcome in Outcome),
]


def list_status_pairs(condition: Q) -> list[tuple[str, str]]:
    """Return the (status, outcome) pairs that meet a condition on these two columns.

    The outcome is "" for each status but CLOSED. The condition may use exact and `in` lookups only.
    """
    return [pair for pair in _ALL_STATUS_PAIRS if _is_condition_met(condition, *pair)]


def _is_condition_met(condition: Q, status: str, outcome: str) -> bool:
    """Return True if the pair meets the condition, which may be nested, negated or empty."""
    columns = {"status": status, "outcome": outcome}
    each = (
        _is_condition_met(part, status, outcome)
        if isinstance(part, Q)
        else _is_lookup_met(columns, *part)  # type: ignore[misc]  # a (name, value) pair
        for part in condition.children
    )
    return (any(each) if condition.connector == Q.OR else all(each)) != condition.negated


def _is_lookup_met(columns: dict[str, str], name: str, wanted: Any) -> bool:
    """Return True if the column's value equals `wanted`, or is in it for an `in` lookup."""
    column, _underscores, lookup = name.partition("__")
    return columns[column] in wanted if lookup == "in" else columns[column] == wanted
