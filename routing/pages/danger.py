"""Words of danger at the desk: the notice that every page of it shows, and the head of a panel."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Max, Q
from django.urls import reverse

from city import danger
from city.models import City
from requests_app.models import ServiceRequest
from requests_app.models.queries import IN_DANGER
from requests_app.status import Verb
from routing.queue import Filters, Tab

MOST = 5  # of more than that the notice says only how many there are

_SPOKEN = frozenset({Verb.ANSWER, Verb.COMMENT, Verb.CONFIRM, Verb.DISPUTE})


@dataclass(frozen=True)
class Danger:
    """One request that nobody has cleared. `event` is the id of what flagged it last, so that new
    words are new to whoever looked at the old ones.
    """

    service_request: ServiceRequest
    event: int
    address: str


def dangers(filters) -> list[Danger]:
    """All requests with words of danger, the oldest first, each to be opened in the first tab."""
    flagged = Max("events__pk", filter=Q(events__verb=Verb.FLAG_DANGER))
    rows = ServiceRequest.objects.filter(IN_DANGER).select_related("category")
    query = filters.query() if filters.tab == Tab.NEW else Filters(tab=Tab.NEW).query()
    return [
        Danger(row, row.flagged, f"{reverse('desk_request', args=[row.reference])}?{query}")
        for row in rows.annotate(flagged=flagged).order_by("filed_at", "pk")
    ]


class Named:
    """The danger that a request's words name: which words of whom, and what to do.

    `lines` are the story's, newest first. `advice` is None where the city took the kind away.
    """

    def __init__(self, service_request, lines, answers):
        self.service_request = service_request
        self.lines = lines
        self.answers = answers
        self.kind = danger.name(service_request.danger)
        self.advice = danger.advice(service_request.danger)

    @property
    def phone(self) -> str:
        return City.objects.current().emergency_phone

    @cached_property
    def words(self) -> tuple[str, str]:
        """(the words that were found, the text they stand in); empty where that was deleted."""
        for text in self._texts():
            if found := danger.find(text):
                return found.words, text
        return "", ""

    def _texts(self):
        """What the resident said, the latest first."""
        yield from (line.quote for line in self.lines if line.event.verb in _SPOKEN)
        row = self.service_request
        yield from (row.description, row.location_text, row.location_note)
        yield from (each.said for each in self.answers)
