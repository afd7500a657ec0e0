"""The filters of the queue: parsed from a URL, and formatted as one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from accounts.signed_in_request import SignedInRequest
from lib.http import parse_number
from lib.text import clean_short_line, has_broken_characters
from requests_app.models import ServiceRequest
from routing.desk.queue.facets import FACETS, FACETS_BY_NAME
from routing.desk.queue.tabs import Tab

LINES_PER_PAGE = 60
MAX_LINES = 600


@dataclass(frozen=True)
class Filters:
    """The filters that a URL of the desk names.

    `facet_values` maps the name of a facet to the accepted values. `unknown_values` are values in
    the URL that do not exist (any more); they do not filter. `agent` is the user who asks.
    """

    tab: Tab = Tab.NEW
    search_words: str = ""
    facet_values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    max_lines: int = LINES_PER_PAGE
    agent: User | None = None
    unknown_values: tuple[str, ...] = ()

    @classmethod
    def from_request(cls, request: SignedInRequest) -> "Filters":
        """Return the filters in the URL of `request`, for its user."""
        return cls.from_query(request.GET, request.user)

    @classmethod
    def from_query(cls, query: QueryDict | str, agent: User | None = None) -> "Filters":
        """Return the filters in a query string or QueryDict. Unknown parameters are ignored.

        An unknown tab becomes NEW. `most` is limited to LINES_PER_PAGE to MAX_LINES, `q` is cut to
        200 characters, and unknown values of facets become `unknown_values`.
        """
        query = QueryDict(query) if isinstance(query, str) else query
        tab, most = query.get("tab", ""), query.get("most", "")
        facet_values, unknown_values = _parse_facet_values(query)
        return cls(
            tab=Tab(tab) if tab in Tab.values else Tab.NEW,
            search_words=clean_short_line(query.get("q", ""), 200),
            facet_values=facet_values,
            max_lines=min(
                MAX_LINES, max(LINES_PER_PAGE, parse_number(most, 9999) or LINES_PER_PAGE)
            ),
            agent=agent,
            unknown_values=unknown_values,
        )

    def replace_values(self, name: str, values: Iterable[str]) -> "Filters":
        """Return filters with exactly these values of the facet `name`; none removes it."""
        kept = {**self.facet_values, name: tuple(values)}
        return replace(
            self, facet_values={key: kept[key] for key in FACETS_BY_NAME if kept.get(key)}
        )

    def remove_value(self, name: str, value: str) -> "Filters":
        """Return filters without `value` of the facet `name`; raise KeyError for an unused one."""
        return self.replace_values(name, [one for one in self.facet_values[name] if one != value])

    def query_string(self) -> str:
        """Return the filters as a URL query string without “?”: the tab, and what is no default."""
        return self._query_string

    @cached_property
    def _query_string(self) -> str:
        return urlencode(self.query_parameters())

    def url(self, service_request: ServiceRequest | None = None) -> str:
        """Return the desk's URL with these filters, and `service_request` open if given."""
        return f"{desk_path(service_request and service_request.reference)}?{self.query_string()}"

    def query_parameters(self) -> list[tuple[str, str]]:
        """Return the (name, value) pairs of the query string, always in the same order.

        Defaults are left out, but for the tab.
        """
        plain = {
            "tab": self.tab.value,
            "q": self.search_words,
            "most": str(self.max_lines) if self.max_lines != LINES_PER_PAGE else "",
        }
        chosen = [
            (name, value) for name in FACETS_BY_NAME for value in self.facet_values.get(name, ())
        ]
        return [(name, value) for name, value in plain.items() if value] + chosen

    @property
    def is_narrowed(self) -> bool:
        """Return True if there are search words or facets; the tab does not count."""
        return bool(self.search_words or self.facet_values)


def _parse_facet_values(query: QueryDict) -> tuple[dict, tuple]:
    """Return ({facet name: known values}, at most five unknown values) of `query`.

    Facets without a known value are missing. Known values are in the facet's order.
    """
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
def desk_path(reference: str | None) -> str:
    """Return the path of the request with this reference, or of the queue for None or ""."""
    return reverse("desk_request", args=[reference]) if reference else reverse("desk")
