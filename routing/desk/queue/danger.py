"""Words of danger at the desk: the notice that every page of it shows."""

from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value

from requests_app.models import Event, ServiceRequest
from requests_app.status import Verb
from routing.desk.queue.filters import Filters
from routing.desk.queue.flags import Code
from routing.desk.queue.tabs import Tab

MOST = 5  # of the others the notice says how many there are


class Danger(NamedTuple):
    """One request that nobody has cleared. `event` is the id of what flagged it last, so that new
    words are new to whoever looked at the old ones.
    """

    service_request: ServiceRequest
    event: int
    address: str


class Dangers(NamedTuple):
    """What the notice shows: the latest, and where the `more` others are that nobody cleared."""

    latest: list[Danger]
    more: int
    address: str


def dangers(filters) -> Dangers:
    """The requests with words of danger, the latest flagged first, each to be opened in the first
    tab. One query.
    """
    first_tab = filters if filters.tab == Tab.NEW else Filters(tab=Tab.NEW)
    events = list(latest_flags()[:MOST])
    latest = [
        Danger(event.service_request, event.pk, first_tab.address(event.service_request))
        for event in events
    ]
    every = Filters(tab=Tab.NEW, chosen={"flag": (Code.DANGER.value,)})
    more = events[0].of - len(events) if events else 0
    return Dangers(latest, more, every.address())


def latest_flags() -> QuerySet[Event]:
    """What flagged each request that nobody has cleared, the latest first; each with `of`, how many
    there are in all.
    """
    every = ServiceRequest.objects.in_danger().order_by().annotate(one=Value(1)).values("one")
    flagged = Event.objects.filter(verb=Verb.FLAG_DANGER)
    again = flagged.filter(service_request=OuterRef("service_request"), pk__gt=OuterRef("pk"))
    return (
        flagged.filter(~Exists(again), ~Q(service_request__danger=""))
        .annotate(of=Subquery(every.annotate(of=Count("*")).values("of")))
        .select_related("service_request")
        .order_by("-at", "-pk")
    )
