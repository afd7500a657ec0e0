"""Where a request stands in its queue, and with which one the desk goes on."""

from requests_app.models import ServiceRequest
from routing.desk.queue.filters import MOST, Filters, page_of
from routing.desk.queue.reading import Queue


class Neighbours:
    """Of `row` (None: nothing is open) in the `queue`: all that the panel needs."""

    def __init__(self, queue: Queue, row: ServiceRequest | None) -> None:
        self._queue, self._ids = queue, queue.ids(queue.filters.most)
        self.total = len(self._ids)
        self.place = self._ids.index(row.pk) + 1 if row and row.pk in self._ids else 0

    @property
    def next(self) -> str:
        """The address of the line after this one, of the first after the last; or empty."""
        others = self._ids[self.place :] or self._ids[: max(self.place - 1, 0)]
        if not others:
            return ""
        reference = self._queue.table.reference(others[0])
        return f"{page_of(reference)}?{self._queue.filters.query()}"


def list_following(filters: Filters, service_request: ServiceRequest) -> list[int]:
    """Return ids in the order in which the desk goes on: those after this one, then the others."""
    ids = Queue(filters).ids(MOST)
    if service_request.pk not in ids:
        return ids
    place = ids.index(service_request.pk)
    return ids[place + 1 :] + ids[:place]


def find_first_waiting(filters: Filters, ids: list[int]) -> ServiceRequest | None:
    """Return the first of `ids` that still waits in the queue."""
    waiting = set(Queue(filters).ids())
    pk = next((pk for pk in ids if pk in waiting), None)
    return ServiceRequest.objects.filter(pk=pk).first()
