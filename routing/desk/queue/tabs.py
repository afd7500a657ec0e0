"""The tabs of the desk: which requests each holds. Every tab is of open ones, and the first also
of others whose words name a danger, or of which a reader says that something is wrong.
"""

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from requests_app.models.queries import IN_DANGER
from requests_app.status import OPEN, PAUSED, Status
from routing.desk.queue.flags import OFTEN, is_reported


class Tab(TextChoices):
    NEW = "new", _("New")
    DISPUTED = "disputed", _("Disputed")
    LATE = "late", _("Late")
    REROUTED = "rerouted", _("Rerouted 3+")
    WAITING = "waiting", _("Waiting")
    HELD = "held", _("Held")
    OPEN = "open", _("All open")


# What a request's status is while it is in the tab; the other tabs look at more than the status.
STATUSES = {
    Tab.NEW: {Status.FILED},
    Tab.DISPUTED: {Status.DISPUTED},
    Tab.WAITING: {Status.AWAITING_RESIDENT},
    Tab.HELD: OPEN,
    Tab.OPEN: OPEN,
}


def belongs(tab, now) -> Q:
    """What must be true of a ServiceRequest that is in `tab`.

    Words of danger are new to the desk until an agent clears them, whoever has the request by then,
    and so are reports of readers.
    """
    return {
        Tab.NEW: Q(status=Status.FILED, held_for="") | IN_DANGER | is_reported(),
        Tab.DISPUTED: Q(status=Status.DISPUTED),
        Tab.LATE: Q(status__in=OPEN - PAUSED, due_at__lt=now, held_for=""),
        Tab.REROUTED: Q(status__in=OPEN, times_routed__gte=OFTEN),
        Tab.WAITING: Q(status=Status.AWAITING_RESIDENT),
        Tab.HELD: Q(status__in=OPEN) & ~Q(held_for=""),
        Tab.OPEN: Q(status__in=OPEN),
    }[tab]


def in_a_tab() -> Q:
    """True of every request that is in any of the tabs."""
    return Q(status__in=OPEN) | IN_DANGER | is_reported()
