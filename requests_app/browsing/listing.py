"""The order and the request ids of a page of the list."""

from django.db.models import QuerySet

from requests_app.browsing import orders, search
from requests_app.browsing.cursor import Cursor
from requests_app.browsing.filters import Filters
from requests_app.browsing.orders import Order
from requests_app.models import ServiceRequest


def choose_order(filters: Filters, point: tuple[float, float] | None = None) -> Order:
    """Return the order of the list; `point` is the visitor's (latitude, longitude) if known."""
    return orders.build_order(
        filters.sort, point, is_selective=filters.has_short_period or bool(filters.words)
    )


def select_ids(
    filters: Filters, order: Order, limit: int, cursor: Cursor | None = None
) -> list[int]:
    """Return the first ids of the list, or those beyond the cursor, the nearest to it first.

    At most `limit` ids of public requests that meet the filters.
    """
    requests: QuerySet[ServiceRequest] = ServiceRequest.objects.public()
    if filters.is_word_search and filters.search_result.is_complete:
        requests = requests.filter(pk__any=filters.search_result.ids)
    elif filters.is_word_search and order.name == orders.UPDATED:
        return (
            search.find_ids_beyond(cursor, filters, limit)
            if cursor
            else filters.search_result.ids[:limit]
        )
    else:
        requests = filters.filter_listed(requests)
    wanted = cursor.filter_beyond(requests, order) if cursor else order.sort(requests)
    return list(wanted.values_list("pk", flat=True)[:limit])
