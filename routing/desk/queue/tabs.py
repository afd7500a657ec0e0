"""The tabs of the desk: which requests each holds. Every tab is of open ones, and the first also
of others whose words name a danger, or of which a reader says that something is wrong; these have a
tab of their own besides.
"""

from functools import reduce
from operator import or_

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from requests_app.models.queries import IS_CLOSED, IS_IN_DANGER, IS_OPEN, NOT_YET_CLOSED
from requests_app.status import OPEN_STATUSES, Status
from routing.desk.queue.flags import reported


class Tab(TextChoices):
    NEW = "new", _("New")
    DISPUTED = "disputed", _("Disputed")
    LATE = "late", _("Late")
    REROUTED = "rerouted", _("Rerouted 3+")
    WAITING = "waiting", _("Waiting")
    HELD = "held", _("Held")
    REPORTED = "reported", _("Reported")
    OPEN = "open", _("All open")


# What a request's status is while it is in the tab, so that no event of it leads there again. The
# other tabs look at more than the status.
STATUSES = {
    Tab.NEW: {Status.FILED},
    Tab.DISPUTED: {Status.DISPUTED},
    Tab.WAITING: {Status.AWAITING_RESIDENT},
    Tab.HELD: OPEN_STATUSES,
    Tab.OPEN: OPEN_STATUSES,
}


def searched(tab) -> list[Q]:
    """Where words are looked for: more than `tab` holds, but each a search of an index."""
    closed = [IS_CLOSED & part for part in _new_whoever_has_it()]
    return [NOT_YET_CLOSED, *(closed if tab in {Tab.NEW, Tab.REPORTED} else [])]


def in_a_tab() -> list[Q]:
    """What is in any of the tabs: open, or else one of the others."""
    return [IS_OPEN, ~IS_OPEN & reduce(or_, _new_whoever_has_it())]


def _new_whoever_has_it() -> list[Q]:
    return [IS_IN_DANGER, Q(pk__any=reported())]
