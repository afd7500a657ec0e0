"""The tabs of the desk, and the database conditions for their requests.

A tab holds open requests. NEW and REPORTED also hold closed ones: those with words of danger or
with an open content report.
"""

from functools import reduce
from operator import or_

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from requests_app.models.queries import IS_CLOSED, IS_IN_DANGER, IS_OPEN, NOT_YET_CLOSED
from requests_app.status import OPEN_STATUSES, Status
from routing.desk.queue.flags import reported_request_ids


class Tab(TextChoices):
    NEW = "new", _("New")
    DISPUTED = "disputed", _("Disputed")
    LATE = "late", _("Late")
    REROUTED = "rerouted", _("Rerouted 3+")
    WAITING = "waiting", _("Waiting")
    HELD = "held", _("Held")
    REPORTED = "reported", _("Reported")
    OPEN = "open", _("All open")


# The statuses of requests in a tab. An event of a request that had one of these statuses before
# did not move it to the tab. Other tabs depend on more than the status.
STATUSES_BY_TAB = {
    Tab.NEW: {Status.FILED},
    Tab.DISPUTED: {Status.DISPUTED},
    Tab.WAITING: {Status.AWAITING_RESIDENT},
    Tab.HELD: OPEN_STATUSES,
    Tab.OPEN: OPEN_STATUSES,
}


def search_conditions(tab: Tab) -> list[Q]:
    """Return conditions that together cover `tab` and more; each uses an index."""
    closed = [IS_CLOSED & part for part in _flagged_conditions()]
    return [NOT_YET_CLOSED, *(closed if tab in {Tab.NEW, Tab.REPORTED} else [])]


def tab_conditions() -> list[Q]:
    """Return two disjoint conditions that together match the requests in any tab."""
    return [IS_OPEN, ~IS_OPEN & reduce(or_, _flagged_conditions())]


def _flagged_conditions() -> list[Q]:
    """Return the conditions of words of danger and of open content reports."""
    return [IS_IN_DANGER, Q(pk__any=reported_request_ids())]
