"""Where a request stands, as neighbors ask for it: open, fixed, closed otherwise, and finer."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from requests_app.status import ACCEPTED_OUTCOMES, OPEN_STATUSES, Outcome, Status

FIXED = Q(status=Status.COMPLETED) | Q(outcome__in=ACCEPTED_OUTCOMES)


@dataclass(frozen=True)
class Show:
    """A third of all requests, or all: `name` in the address, the heading of its list."""

    name: str
    label: Promise
    heading: Promise
    which: Q


@dataclass(frozen=True)
class State:
    """A finer one: `name` in the address, `show` the third it belongs to."""

    name: str
    show: str
    label: Promise
    which: Q


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
THIRDS = ("open", "fixed", "closed")

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


def pin_of(status, outcome) -> str:
    """The shape on the map: a square only where it was fixed, nothing is told by color alone."""
    if status == Status.COMPLETED or outcome in ACCEPTED_OUTCOMES:
        return "fixed"
    if status == Status.CLOSED:
        return "closed"
    return "working" if status == Status.IN_PROGRESS else "reported"


_PAIRS = [
    *((status, "") for status in Status if status != Status.CLOSED),
    *((Status.CLOSED, outcome) for outcome in Outcome),
]


def pairs_of(which) -> list[tuple[str, str]]:
    """The (status, outcome) that a condition on these two means."""
    return [pair for pair in _PAIRS if _holds(which, *pair)]


def _holds(which, status, outcome) -> bool:
    standing = {"status": status, "outcome": outcome}
    each = (
        _holds(part, status, outcome) if isinstance(part, Q) else _is(standing, *part)
        for part in which.children
    )
    return (any(each) if which.connector == Q.OR else all(each)) != which.negated


def _is(standing, name, wanted) -> bool:
    column, _underscores, lookup = name.partition("__")
    return standing[column] in wanted if lookup == "in" else standing[column] == wanted
