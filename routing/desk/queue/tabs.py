"""The tabs of the desk: which requests each holds. Every tab is of open ones, and the first also
of others whose words name a danger, or of which a reader says that something is wrong; these have a
tab of their own besides.
"""

from functools import reduce
from operator import or_

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from requests_app.lateness import late_at
from requests_app.models.queries import (
    IN_DANGER,
    IS_CLOSED,
    IS_NEW,
    IS_OPEN,
    NOT_YET_CLOSED,
)
from requests_app.status import OPEN, Status
from routing.desk.queue.flags import OFTEN, reported


class Tab(TextChoices):
    NEW = "new", _("New")
    DISPUTED = "disputed", _("Disputed")
    LATE = "late", _("Late")
    REROUTED = "rerouted", _("Rerouted 3+")
    WAITING = "waiting", _("Waiting")
    HELD = "held", _("Held")
    REPORTED = "reported", _("Reported")
    OPEN = "open", _("All open")


# What a request's status is while it is in the tab; the other tabs look at more than the status.
STATUSES = {
    Tab.NEW: {Status.FILED},
    Tab.DISPUTED: {Status.DISPUTED},
    Tab.WAITING: {Status.AWAITING_RESIDENT},
    Tab.HELD: OPEN,
    Tab.OPEN: OPEN,
}

# What came into the tab by itself since a moment. `parts` asks for `now` of these, a moment that
# must come into the query as it is.
BY_THE_CLOCK = {Tab.LATE: lambda since: Q(due_at__gte=since)}


def parts(tab, now) -> list[Q]:
    """What must be true of a ServiceRequest that is in `tab`: one of these, of which each is a
    single search of an index.

    Words of danger are new to the desk until an agent clears them, whoever has the request by then,
    and so are reports of readers.
    """
    return {
        Tab.NEW: [IS_NEW, *_new_whoever_has_it()],
        Tab.DISPUTED: [IS_OPEN & Q(status=Status.DISPUTED)],
        Tab.LATE: [IS_OPEN & late_at(now)],
        Tab.REROUTED: [IS_OPEN & Q(times_routed__gte=OFTEN)],
        Tab.WAITING: [IS_OPEN & Q(status=Status.AWAITING_RESIDENT)],
        Tab.HELD: [IS_OPEN & ~Q(held_for="")],
        Tab.REPORTED: [_reported()],
        Tab.OPEN: [IS_OPEN],
    }[tab]


def _new_whoever_has_it() -> list[Q]:
    return [IN_DANGER, _reported()]


def _reported() -> Q:
    return Q(pk__any=reported())


def searched(tab) -> list[Q]:
    """Where words are looked for: more than `tab` holds, but each a search of an index."""
    closed = [IS_CLOSED & part for part in _new_whoever_has_it()]
    return [NOT_YET_CLOSED, *(closed if tab in {Tab.NEW, Tab.REPORTED} else [])]


def in_a_tab() -> list[Q]:
    """What is in any of the tabs: open, or else one of the others."""
    return [IS_OPEN, ~IS_OPEN & reduce(or_, _new_whoever_has_it())]
