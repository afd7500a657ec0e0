"""The notice of danger words on the pages of a call."""

from functools import cached_property

from requests_app.models import Event
from routing.desk.queue.danger import Dangers, dangers
from routing.desk.queue.filters import Filters
from routing.desk.queue.tabs import Tab


class DangerWatch:
    """The notice, and the `version` that its poll compares: the id of the latest event."""

    def __init__(self):
        self.version: int = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    @cached_property
    def dangers(self) -> Dangers:
        """Read after `version`, so that what comes in between is news."""
        return dangers(Filters(tab=Tab.NEW))
