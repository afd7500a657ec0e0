"""Where a request stands in its queue, and which one is next: all that the panel needs of it."""

from requests_app.models import ServiceRequest
from routing.desk.queue.filters import page_of
from routing.desk.queue.reading import Queue


class Neighbours:
    """Of `row` (None: nothing is open) in the `queue`."""

    def __init__(self, queue: Queue, row: ServiceRequest | None):
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
