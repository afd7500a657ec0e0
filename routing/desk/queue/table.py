"""The requests in the desk's tabs as a table in memory, and masks of its rows.

A mask is an array of booleans, one for each row of `QueueTable.rows`. What depends on the clock is
worked out from the dates when a mask is asked for.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np

from requests_app.lateness import CAN_BE_LATE
from requests_app.models import Channel, Priority
from requests_app.status import OPEN, Status
from routing.desk.queue.flags import OFTEN, Code
from routing.desk.queue.tabs import Tab
from routing.desk.queue.unseen import MARKS

# A text stands in the table as the place of its value in one of these.
STATUSES, PRIORITIES, CHANNELS = (each.values for each in (Status, Priority, Channel))
VERBS = list(MARKS)

# Dates are seconds since 1970, NaN where there is none; 0 is the id of no row.
ROW = np.dtype([
    ("request", "i8"), ("status", "i1"), ("priority", "i1"), ("channel", "i1"),
    ("filed_at", "f8"), ("due_at", "f8"), ("times_routed", "i4"),
    ("department", "i8"), ("zone", "i8"), ("category", "i8"),
    ("is_held", "?"), ("is_in_danger", "?"), ("is_reported", "?"), ("is_repeated", "?"),
    ("is_bounced", "?"), ("has_photo", "?"),
])  # fmt: skip
OWNER = np.dtype([("request", "i8"), ("agent", "i8")])
WRITING = np.dtype([("request", "i8"), ("event", "i8"), ("verb", "i1")])
NUMBER = np.dtype([("request", "i8"), ("reference", "U20")])


class QueueTable(NamedTuple):
    """Requests (ROW) in the order in which the desk takes them.

    `owners` (OWNER) are the agents of each request: who acted on it last, and who commented on it.
    `writings` (WRITING) are the events by residents after which no agent acted. `numbers` (NUMBER)
    are the request numbers.
    """

    rows: np.ndarray
    owners: np.ndarray
    writings: np.ndarray
    numbers: np.ndarray

    def has_status(self, statuses: Iterable[str]) -> np.ndarray:
        return np.isin(self.rows["status"], [STATUSES.index(status) for status in statuses])

    def is_open(self) -> np.ndarray:
        return self.has_status(OPEN)

    def is_late(self, now: datetime) -> np.ndarray:
        return self.has_status(CAN_BE_LATE) & (self.rows["due_at"] < now.timestamp())

    def has_id(self, ids: Iterable[int]) -> np.ndarray:
        return has_request(self.rows, ids)

    def reference(self, request_id: int) -> str:
        return str(self.numbers["reference"][self.numbers["request"] == request_id][0])

    def has_owner(self, agent_id: int) -> np.ndarray:
        owned = self.owners["request"][self.owners["agent"] == agent_id]
        return self.has_id(owned)

    def has_flag(self, code: str, now: datetime) -> np.ndarray:
        rows = self.rows
        if code == Code.DISPUTED:
            return self.has_status([Status.DISPUTED])
        if code == Code.OVERDUE:
            return self.is_late(now)
        if code == Code.REROUTED:
            return self.is_open() & (rows["times_routed"] >= OFTEN)
        return rows[_FLAG_COLUMNS[code]]

    def is_in_tab(self, tab: str, now: datetime) -> np.ndarray:
        """Return the mask of the requests in `tab`.

        Words of danger are new to the desk until an agent clears them, whoever has the request by
        then, and so are reports of readers.
        """
        rows = self.rows
        if tab == Tab.NEW:
            is_new = self.has_status([Status.FILED]) & ~rows["is_held"]
            return is_new | rows["is_in_danger"] | rows["is_reported"]
        if tab == Tab.WAITING:
            return self.has_status([Status.AWAITING_RESIDENT])
        if tab == Tab.HELD:
            return self.is_open() & rows["is_held"]
        if tab == Tab.OPEN:
            return self.is_open()
        return self.has_flag(_FLAGS_OF_TABS[tab], now)


_FLAG_COLUMNS = {
    Code.DANGER: "is_in_danger",
    Code.REPORTED: "is_reported",
    Code.REPEATED: "is_repeated",
    Code.BOUNCED: "is_bounced",
}
_FLAGS_OF_TABS = {
    Tab.DISPUTED: Code.DISPUTED,
    Tab.LATE: Code.OVERDUE,
    Tab.REROUTED: Code.REROUTED,
    Tab.REPORTED: Code.REPORTED,
}


def has_request(records: np.ndarray, ids: Iterable[int]) -> np.ndarray:
    """Return the mask of the `records` (of any type above) of requests with these ids."""
    return np.isin(records["request"], np.fromiter(ids, "i8"))


def sort_by_urgency(rows: np.ndarray) -> np.ndarray:
    """Return words of danger before disputed before urgent before the rest, each by age."""
    is_disputed = rows["status"] == STATUSES.index(Status.DISPUTED)
    is_urgent = rows["priority"] == PRIORITIES.index(Priority.URGENT)
    rank = np.select([rows["is_in_danger"], is_disputed, is_urgent], [0, 1, 2], 3)
    return rows[np.lexsort((rows["request"], rows["filed_at"], rank))]
