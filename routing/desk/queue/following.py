"""Which request the desk goes on with after one that was dealt with."""

from requests_app.models import ServiceRequest
from routing.desk.queue.filters import MOST
from routing.desk.queue.reading import Queue


def following(filters, service_request) -> list[int]:
    """Ids in the order in which the desk would go on: those after this one, then those before."""
    ids = Queue(filters).ids(MOST)
    if service_request.pk not in ids:
        return ids
    place = ids.index(service_request.pk)
    return ids[place + 1 :] + ids[:place]


def first_of(filters, ids) -> ServiceRequest | None:
    """The first of `ids` that still waits in the queue."""
    waiting = set(Queue(filters).ids())
    pk = next((pk for pk in ids if pk in waiting), None)
    return ServiceRequest.objects.filter(pk=pk).first()
