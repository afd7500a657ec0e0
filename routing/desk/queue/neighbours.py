"""Where a request stands in its queue, and which one is next: all that the panel needs of it."""

from routing.desk.queue.filters import page_of


class Neighbours:
    """Of `row` (None: nothing is open) in the `queue`. One query."""

    def __init__(self, queue, row):
        self._filters, self._references = queue.filters, queue.references
        self._ids = list(self._references)
        self.total = len(self._ids)
        self.place = self._ids.index(row.pk) + 1 if row and row.pk in self._references else 0

    @property
    def next(self) -> str:
        """The address of the line after this one, of the first after the last; or empty."""
        others = self._ids[self.place :] or self._ids[: max(self.place - 1, 0)]
        if not others:
            return ""
        return f"{page_of(self._references[others[0]])}?{self._filters.query()}"
