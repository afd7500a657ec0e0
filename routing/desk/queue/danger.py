"""Words of danger at the desk: the notice that every page of it shows, and the head of a panel."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value

from city import danger
from requests_app.models import Event, ServiceRequest
from requests_app.status import Verb
from routing.desk.queue.filters import Filters
from routing.desk.queue.flags import Code
from routing.desk.queue.tabs import Tab
from santa311.lib.postgresql.built_once import BuiltOnce

MOST = 5  # of the others the notice says how many there are

_SPOKEN = frozenset({Verb.ANSWER, Verb.COMMENT, Verb.CONFIRM, Verb.DISPUTE})


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
    events = list(_LATEST.with_values())
    latest = [
        Danger(event.service_request, event.pk, first_tab.address(event.service_request))
        for event in events
    ]
    every = Filters(tab=Tab.NEW, chosen={"flag": (Code.DANGER.value,)})
    more = events[0].of - len(events) if events else 0
    return Dangers(latest, more, every.address())


def latest_flags():
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


_LATEST = BuiltOnce(lambda: latest_flags()[:MOST])


@dataclass(frozen=True)
class Named:
    """A kind of danger that a request names: the words of whom, and what to do.

    `words` stand in `text`; both are empty where that text was deleted. `advice` is None where the
    city took the kind away.
    """

    name: str
    advice: danger.Advice | None
    words: str = ""
    text: str = ""

    @classmethod
    def of(cls, kind, words="", text="") -> "Named":
        return cls(danger.name(kind), danger.advice(kind), words, text)


def named(service_request, lines, answers) -> list[Named]:
    """Each kind of danger that stands, the latest named first: the one that flagged the request,
    and what was named after it. `lines` are the timeline's, newest first.
    """
    flagged, found = service_request.danger, {}
    for text in _texts(service_request, lines, answers):
        for each in danger.table().each(text):
            found.setdefault(each.kind, Named.of(each.kind, each.words, text))
        if flagged in found:  # what was said before it named no danger, or an agent cleared it
            return list(found.values())
    return [*found.values(), Named.of(flagged)]


def _texts(row, lines, answers):
    """What the resident said, the latest first."""
    yield from (line.quote for line in lines if line.event.verb in _SPOKEN)
    yield from (row.description, row.location_text, row.location_note)
    yield from (each.said for each in answers)
