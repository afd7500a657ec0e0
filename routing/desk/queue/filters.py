"""What the desk's address asks for, and the address again."""

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from lib.http import parse_number
from lib.text import clean_short_line, has_broken_characters
from requests_app.models import ServiceRequest
from routing.desk.queue.facets import BY_NAME, FACETS
from routing.desk.queue.tabs import Tab

PAGE = 60
MOST = 600


@dataclass(frozen=True)
class Filters:
    """What the address asks for; what is unknown in it counts as not asked.

    `chosen` maps the name of a facet to the values any of which will do. `lost` are values that
    the address named and that do not exist, or not any more. `agent` is who asks.
    """

    tab: Tab = Tab.NEW
    words: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    most: int = PAGE
    agent: User | None = None
    lost: tuple[str, ...] = ()

    @classmethod
    def of(cls, request) -> "Filters":
        """What the address of `request` asks for."""
        return cls.from_query(request.GET, request.user)

    @classmethod
    def from_query(cls, query, agent=None) -> "Filters":
        """`query` is a request's GET, or its text."""
        query = QueryDict(query) if isinstance(query, str) else query
        tab, most = query.get("tab", ""), query.get("most", "")
        chosen, lost = _chosen(query)
        return cls(
            tab=Tab(tab) if tab in Tab.values else Tab.NEW,
            words=clean_short_line(query.get("q", ""), 200),
            chosen=chosen,
            most=min(MOST, max(PAGE, parse_number(most, 9999) or PAGE)),
            agent=agent,
            lost=lost,
        )

    def with_chosen(self, name, values) -> "Filters":
        """The same with these values of the facet `name` and no others of it."""
        kept = {**self.chosen, name: tuple(values)}
        return replace(self, chosen={key: kept[key] for key in BY_NAME if kept.get(key)})

    def drop_choice(self, name: str, value: str) -> "Filters":
        """Return the same without this value of the facet `name`."""
        return self.with_chosen(name, [one for one in self.chosen[name] if one != value])

    def query(self) -> str:
        """Return the query of an address with these filters."""
        return self._query

    @cached_property
    def _query(self) -> str:
        return urlencode(self.pairs())

    def address(self, service_request: ServiceRequest | None = None) -> str:
        """Return the address of the desk with these filters, with `service_request` open there."""
        return f"{page_of(service_request and service_request.reference)}?{self.query()}"

    def pairs(self) -> list[tuple[str, str]]:
        """The names and values of the query, in one order whatever the order they came in."""
        plain = {
            "tab": self.tab.value,
            "q": self.words,
            "most": self.most if self.most != PAGE else "",
        }
        chosen = [(name, value) for name in BY_NAME for value in self.chosen.get(name, ())]
        return [(name, value) for name, value in plain.items() if value] + chosen

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.chosen)


def _chosen(query) -> tuple[dict, tuple]:
    chosen, lost = {}, []
    for facet in FACETS:
        asked = list(dict.fromkeys(filter(None, query.getlist(facet.name))))
        known = [value for value, _label in facet.options() if value in asked]
        lost += [
            value[:60] for value in asked if value not in known and not has_broken_characters(value)
        ]
        if known:
            chosen[facet.name] = tuple(known)
    return chosen, tuple(lost[:5])


@lru_cache(10_000)
def page_of(reference) -> str:
    """The address without its query: of the request with this `reference`, of the queue if None."""
    return reverse("desk_request", args=[reference]) if reference else reverse("desk")
