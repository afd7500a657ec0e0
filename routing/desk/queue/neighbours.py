"""Where a request stands in its queue, and which one is next: all that the panel needs of it."""

from routing.desk.queue import reading


class Neighbours:
    """Of `row` (None: nothing is open) in the queue for `filters`. One query."""

    def __init__(self, filters, row):
        self._filters = filters
        self._lines = list(reading.requests(filters).only("reference")[: filters.most])
        ids = [line.pk for line in self._lines]
        self.total = len(ids)
        self.place = ids.index(row.pk) + 1 if row and row.pk in ids else 0

    @property
    def next(self) -> str:
        """The address of the line after this one, of the first after the last; or empty."""
        others = self._lines[self.place :] or self._lines[: self.place - 1]
        return self._filters.address(others[0]) if others else ""
