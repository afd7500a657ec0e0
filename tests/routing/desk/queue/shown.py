"""Helpers that return what the desk shows for a query string: rows, counts, tabs, next poll."""

from django.core.cache import cache
from django.http import QueryDict

from requests_app.models import ServiceRequest
from routing.desk.queue.filters import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.queue.tabs import Tab
from tests import make
from tests.routing.desk.browser import HTMX


def load_page(query="", agent=None) -> QueuePage:
    """Return the queue page of `agent` for this query string. The default agent is Omar."""
    return QueuePage(Filters.from_query(query, agent or make.omar()))


def list_rows(query="", agent=None) -> list[ServiceRequest]:
    """Return the requests in the queue, in the order shown."""
    return [line.service_request for line in load_page(query, agent).lines]


def count_tabs(page=None) -> dict[str, int]:
    """Return the request count of each tab that is shown, by the value of `tab` in its URL."""
    tabs = (page or load_page()).tabs
    return {_parse_query(tab.url)["tab"]: tab.request_count for tab in tabs}


def open_poll(query="", agent=None) -> str:
    """Return the poll URL of a page that is loaded now."""
    return load_page(query, agent).poll_url


def count_values(name, query="", agent=None) -> dict[str, int]:
    """Return the non-zero counts of the facet `name`, by value."""
    return read_facet_counts(load_page(query, agent), name)


def read_facet_counts(page, name) -> dict[str, int]:
    facet = next(each for each in page.facets if each.name == name)
    return {one.value: one.request_count for one in facet.options if one.request_count}


def count_quick_filters(query="", agent=None) -> dict[str, int]:
    return {str(chip.name): chip.request_count for chip in load_page(query, agent).quick_filters}


def list_tabs_of(rows: dict) -> dict[str, set]:
    """Return the keys of the `rows` that each tab lists, and check the count of each tab."""
    names = {row.pk: name for name, row in rows.items()}
    found, counts = {}, count_tabs()
    for tab in Tab:
        listed = [names.get(row.pk, row.reference) for row in list_rows(f"tab={tab}")]
        assert len(listed) == len(set(listed)) == load_page(f"tab={tab}").total_count
        assert len(listed) == counts.get(tab.value, 0), tab
        found[tab.value] = set(listed)
    return found


def load_poll(client, address):
    """Clear the cache, and return the page that the client gets from this poll URL."""
    cache.clear()
    response = client.get(address, headers=HTMX)
    assert response.status_code == 200
    return response.context["page"]


def _parse_query(address):
    return QueryDict(address.partition("?")[2])
