"""Whose a request is at the desk, and what residents wrote on it that nobody has dealt with."""

from dataclasses import dataclass, field

from django.db.models import Q

from requests_app.models import Event
from requests_app.models.event import BY_RESIDENTS
from requests_app.status import Verb
from requests_app.workflow import QUIET
from santa311.lib.postgresql.any_of import IsAnyOf


@dataclass
class Activity:
    """By the ids of requests: the agent who `acted` last, those who `noted` something, and (event,
    verb) of what residents `wrote` that no agent acted on since. Events alone change it.
    """

    acted: dict[int, int] = field(default_factory=dict)
    noted: dict[int, set[int]] = field(default_factory=dict)
    wrote: dict[int, list[tuple[int, str]]] = field(default_factory=dict)

    @classmethod
    def on(cls, requests) -> "Activity":
        """`requests` is a query of ids, or a list of them. One query."""
        found = cls()
        events = Event.objects.filter(IsAnyOf("service_request", requests))
        told = events.filter(BY_RESIDENTS | Q(actor__is_agent=True))
        columns = told.values_list("service_request", "pk", "verb", "actor")
        for request, event, verb, agent in columns.order_by("service_request", "pk"):
            if agent is None:
                found.wrote.setdefault(request, []).append((event, verb))
            else:
                found._note(request, verb, agent)
        return found

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
