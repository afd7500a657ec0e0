"""Where a request stands in its queue, and which one is next: all that the panel needs of it."""

from django.urls import reverse

from routing.desk import queue


class Neighbours:
    """Of `row` (None: nothing is open) in the queue for `filters`. One query."""

    def __init__(self, filters, row):
        found = queue.requests(filters).values_list("pk", "reference")[: filters.most]
        self._filters = filters
        self._lines = list(found)
        ids = [pk for pk, _reference in self._lines]
        self.total = len(ids)
        self.place = ids.index(row.pk) + 1 if row and row.pk in ids else 0

    @property
    def next(self) -> str:
        """The address of the line after this one, of the first after the last; or empty."""
        others = self._lines[self.place :] or self._lines[: self.place - 1]
        if not others:
            return ""
        _pk, reference = others[0]
        return f"{reverse('desk_request', args=[reference])}?{self._filters.query()}"
