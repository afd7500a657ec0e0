"""Whose a request is at the desk, and what residents wrote on it that nobody has dealt with."""

from dataclasses import dataclass, field
from itertools import batched, groupby
from operator import itemgetter

from django.db.models import Q

from requests_app.models import Event
from requests_app.models.event import BY_RESIDENTS
from requests_app.status import Verb
from requests_app.workflow import QUIET

AT_ONCE = 4_000  # requests of one query, which then ends in time also while nothing is cached


@dataclass
class Activity:
    """By the ids of requests: the agent who `acted` last, those who `noted` something, and (event,
    verb) of what residents `wrote` that no agent acted on since. What was undone does not count,
    nor does the undoing. Events alone change it.
    """

    acted: dict[int, int] = field(default_factory=dict)
    noted: dict[int, set[int]] = field(default_factory=dict)
    wrote: dict[int, list[tuple[int, str]]] = field(default_factory=dict)

    @classmethod
    def on(cls, requests) -> "Activity":
        """`requests` are ids. One query for each few thousand of them."""
        found = cls()
        for some in batched(requests, AT_ONCE):
            found._read(some)
        return found

    def _read(self, requests):
        events = Event.objects.filter(service_request__any=requests)
        told = events.filter(BY_RESIDENTS | Q(actor__is_agent=True))
        columns = told.values_list("service_request", "pk", "verb", "actor", "undoes")
        ordered = columns.order_by("service_request", "pk")
        for request, happened in groupby(ordered, key=itemgetter(0)):
            for event, verb, agent in _standing(happened):
                if agent is None:
                    self.wrote.setdefault(request, []).append((event, verb))
                else:
                    self._note(request, verb, agent)

    def _note(self, request, verb, agent):
        self.wrote.pop(request, None)
        if verb == Verb.COMMENT:
            self.noted.setdefault(request, set()).add(agent)
        if verb not in QUIET:
            self.acted[request] = agent

    def after(self, later: "Activity", changed) -> "Activity":
        """The same, but of the requests `changed` what `later` knows."""
        return Activity(*(
            {pk: one for pk, one in old.items() if pk not in changed} | new
            for old, new in [
                (self.acted, later.acted), (self.noted, later.noted), (self.wrote, later.wrote),
            ]
        ))  # fmt: skip

    def among(self, requests) -> "Activity":
        """The same, but only of `requests`."""
        return Activity(*(
            {pk: one for pk, one in of_all.items() if pk in requests}
            for of_all in (self.acted, self.noted, self.wrote)
        ))  # fmt: skip

    def of(self, agent) -> list[int]:
        """The ids of those that are this agent's to look after."""
        acted = [pk for pk, who in self.acted.items() if who == agent]
        return acted + [pk for pk, who in self.noted.items() if agent in who]


def _standing(happened):
    """(event, verb, agent) of the events of one request, without what was undone."""
    events = list(happened)
    undone = {undoes for *_told, undoes in events}
    for _request, event, verb, agent, undoes in events:
        if undoes is None and event not in undone:
            yield event, verb, agent
