"""Which requests a page of the list shows, in its order."""

from requests_app.browsing import orders, search
from requests_app.models import ServiceRequest


def order_of(filters, here=None):
    """`here` is (latitude, longitude) of whoever looks, where they said so."""
    return orders.of(filters.sort, here, is_led=filters.is_of_a_time or bool(filters.words))


def ids(filters, order, most, cursor=None) -> list[int]:
    """The first `most`, or those behind the cursor, the nearest to it first."""
    requests = ServiceRequest.objects.public()
    if filters.is_searched and filters.found.is_all:
        requests = requests.filter(pk__any=filters.found.ids)
    elif filters.is_searched and order.name == orders.UPDATED:
        return search.ids_from(cursor, filters, most) if cursor else filters.found.ids[:most]
    else:
        requests = filters.shown(requests)
    wanted = cursor.narrow(requests, order) if cursor else order.ordered(requests)
    return list(wanted.values_list("pk", flat=True)[:most])
