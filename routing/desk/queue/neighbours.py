"""Where a request stands in its queue, and which one is next: all that the panel needs of it."""

from requests_app.models import ServiceRequest
from routing.desk.queue.filters import page_of
from routing.desk.queue.reading import Queue


class Neighbours:
    """Of `row` (None: nothing is open) in the `queue`."""

    def __init__(self, queue: Queue, row: ServiceRequest | None):
        self._filters, self._references = queue.filters, queue.references
        self.total = len(self._references)
        is_here = row is not None and row.reference in self._references
        self.place = self._references.index(row.reference) + 1 if is_here else 0

    @property
    def next(self) -> str:
        """The address of the line after this one, of the first after the last; or empty."""
        others = self._references[self.place :] or self._references[: max(self.place - 1, 0)]
        return f"{page_of(others[0])}?{self._filters.query()}" if others else ""
