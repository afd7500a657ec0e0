"""The notice of requests with words of danger, shown on every page of the desk."""

from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value

from requests_app.models import Event, ServiceRequest
from requests_app.status import Verb
from routing.desk.queue.filters import Filters
from routing.desk.queue.flags import FlagCode
from routing.desk.queue.tabs import Tab

MAX_DANGERS_SHOWN = 5  # the notice gives the number of the others


class UnclearedDanger(NamedTuple):
    """A request with words of danger that no agent has cleared.

    `event_id` is the latest event that flagged it: new words make the notice new to an agent who
    has seen the earlier ones. `url` opens the request at the desk.
    """

    service_request: ServiceRequest
    event_id: int
    url: str


class DangerNotice(NamedTuple):
    """The latest uncleared dangers, the number of further ones, and the URL of the list of all."""

    latest: list[UnclearedDanger]
    more_count: int
    url: str


def load_danger_notice(filters: Filters) -> DangerNotice:
    """Return the requests with uncleared words of danger, the latest flagged first. One query.

    At most MAX_DANGERS_SHOWN are listed; the others are counted. Links keep `filters` if they are
    of the first tab.
    """
    first_tab = filters if filters.tab == Tab.NEW else Filters(tab=Tab.NEW)
    uncleared = ServiceRequest.objects.in_danger().order_by().annotate(one=Value(1)).values("one")
    total = Subquery(uncleared.annotate(total=Count("*")).values("total"))
    latest_events = find_latest_danger_events().annotate(uncleared_count=total)
    events = list(latest_events[:MAX_DANGERS_SHOWN])
    latest = [
        UnclearedDanger(event.service_request, event.pk, first_tab.url(event.service_request))
        for event in events
    ]
    every = Filters(tab=Tab.NEW, facet_values={"flag": (FlagCode.DANGER.value,)})
    more = events[0].uncleared_count - len(events) if events else 0
    return DangerNotice(latest, more, every.url())


def find_latest_danger_events() -> QuerySet[Event]:
    """Return the latest FLAG_DANGER event of each uncleared request, the newest first."""
    flagged = Event.objects.filter(verb=Verb.FLAG_DANGER)
    again = flagged.filter(service_request=OuterRef("service_request"), pk__gt=OuterRef("pk"))
    return (
        flagged.filter(~Exists(again), ~Q(service_request__danger=""))
        .select_related("service_request")
        .order_by("-at", "-pk")
    )
