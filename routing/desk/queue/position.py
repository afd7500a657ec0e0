"""The position of a request in the queue, and the request that the desk opens next."""

from requests_app.models import ServiceRequest
from routing.desk.queue.contents import Queue
from routing.desk.queue.filters import MAX_LINES, Filters, desk_path


class QueuePosition:
    """Position of `row` among the lines of `queue`.

    `place` counts from 1; it is 0 if `row` is None or not among the first `max_lines`, which
    `total` counts.
    """

    def __init__(self, queue: Queue, row: ServiceRequest | None) -> None:
        self._queue, self._ids = queue, queue.list_ids(queue.filters.max_lines)
        self.total = len(self._ids)
        self.place = self._ids.index(row.pk) + 1 if row and row.pk in self._ids else 0

    @property
    def next_url(self) -> str:
        """Return the URL of the request after `row`; after the last one, of the first.

        Empty if there is no other request in the queue.
        """
        others = self._ids[self.place :] or self._ids[: max(self.place - 1, 0)]
        if not others:
            return ""
        reference = self._queue.table.find_reference(others[0])
        return f"{desk_path(reference)}?{self._queue.filters.query_string()}"


def list_following_ids(filters: Filters, service_request: ServiceRequest) -> list[int]:
    """Return the queue's first MAX_LINES ids: those after the request, then those before it.

    All of them, from the first, if the request is not among them.
    """
    ids = Queue(filters).list_ids(MAX_LINES)
    if service_request.pk not in ids:
        return ids
    place = ids.index(service_request.pk)
    return ids[place + 1 :] + ids[:place]


def find_first_waiting(filters: Filters, ids: list[int]) -> ServiceRequest | None:
    """Return the first request of `ids` that is still in the queue; None if none is."""
    waiting = set(Queue(filters).list_ids())
    pk = next((pk for pk in ids if pk in waiting), None)
    return ServiceRequest.objects.filter(pk=pk).first() if pk else None
