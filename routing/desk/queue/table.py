"""The requests in the desk's tabs as a table in memory, and masks of its rows.

A mask is an array of booleans, one for each row of `QueueTable.rows`. What depends on the clock is
worked out from the dates when a mask is asked for.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np

from requests_app.lateness import CAN_BE_LATE
from requests_app.models import Channel, Priority
from requests_app.status import OPEN_STATUSES, Status
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
    ("is_held", "?"), ("is_in_danger", "?"), ("is_reported", "?"), ("is_bounced", "?"),
    ("has_photo", "?"),
])  # fmt: skip
OWNER = np.dtype([("request", "i8"), ("agent", "i8")])
WRITING = np.dtype([("request", "i8"), ("event", "i8"), ("verb", "i1")])
NUMBER = np.dtype([("request", "i8"), ("reference", "U20")])


class QueueTable(NamedTuple):
    """Requests (ROW) in the order in which the desk takes them.

    `owners` (OWNER) are the agents of each request: who acted on it last, and who commented on it.
    `writings` (WRITING) are the events by residents after which no agent acted. `numbers` (NUMBER)
    are the request numbers. `repeated` are the ids of all requests that many sent.
    """

    rows: np.ndarray
    owners: np.ndarray
    writings: np.ndarray
    numbers: np.ndarray
    repeated: np.ndarray

    @property
    def ids(self) -> np.ndarray:
        return self.rows["request"]

    def has_id(self, ids: Iterable[int]) -> np.ndarray:
        return has_request(self.rows, ids)

    def select_requests(self, ids: Iterable[int]) -> "QueueTable":
        """Return the table with the rows of these requests alone."""
        return self._replace(rows=self.rows[self.has_id(ids)])

    def drop_requests(self, ids: Iterable[int]) -> "QueueTable":
        """Return the table without anything about these requests."""
        kept = (each[~has_request(each, ids)] for each in self[:4])
        return QueueTable(*kept, self.repeated)

    def join(self, other: "QueueTable") -> "QueueTable":
        """Return the table with what `other` tells of further requests, in the desk's order."""
        rows, *others = map(np.concatenate, zip(self[:4], other[:4], strict=True))
        return QueueTable(sort_by_urgency(rows), *others, self.repeated)

    def reference(self, request_id: int) -> str:
        return str(self.numbers["reference"][self.numbers["request"] == request_id][0])

    def has_status(self, statuses: Collection[str]) -> np.ndarray:
        is_one = np.array([status in statuses for status in STATUSES])
        return is_one[self.rows["status"]]

    def is_open(self) -> np.ndarray:
        return self.has_status(OPEN_STATUSES)

    def is_late(self, now: datetime) -> np.ndarray:
        return self.has_status(CAN_BE_LATE) & (self.rows["due_at"] < now.timestamp())

    def has_owner(self, agent_id: int) -> np.ndarray:
        return self.has_id(self.owners["request"][self.owners["agent"] == agent_id])

    def has_flag(self, code: str, now: datetime) -> np.ndarray:
        rows = self.rows
        if code == Code.DISPUTED:
            return self.has_status([Status.DISPUTED])
        if code == Code.OVERDUE:
            return self.is_late(now)
        if code == Code.REROUTED:
            return self.is_open() & (rows["times_routed"] >= OFTEN)
        if code == Code.REPEATED:
            return self.has_id(self.repeated)
        return rows[_FLAG_COLUMNS[code]]

    def list_flags(self, now: datetime) -> dict[int, list[Code]]:
        """Return the flags of each request, the gravest first, by its id."""
        found = {pk: [] for pk in self.ids.tolist()}
        for code in Code:
            for pk in self.ids[self.has_flag(code, now)].tolist():
                found[pk].append(code)
        return found

    def find_unseen(self, looks: dict[int, int]) -> dict[int, str]:
        """Return the gravest verb that residents wrote after these `looks`, by request.

        A look is the id of the last event that was seen of a request.
        """
        found = {}
        for request, event, verb in self.writings.tolist():
            if looks.get(request, 0) < event:
                found[request] = min(verb, found.get(request, verb))
        return {request: VERBS[verb] for request, verb in found.items()}

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
    Code.BOUNCED: "is_bounced",
}
_FLAGS_OF_TABS = {
    Tab.DISPUTED: Code.DISPUTED,
    Tab.LATE: Code.OVERDUE,
    Tab.REROUTED: Code.REROUTED,
    Tab.REPORTED: Code.REPORTED,
}


EMPTY = QueueTable(*(np.empty(0, dtype) for dtype in (ROW, OWNER, WRITING, NUMBER, "i8")))


def has_request(records: np.ndarray, ids: Iterable[int]) -> np.ndarray:
    """Return the mask of the `records` (of any type above) of requests with these ids."""
    wanted = ids if isinstance(ids, np.ndarray) else np.fromiter(ids, "i8")
    # Without a kind a sort of all ids is chosen, which takes ten times as long.
    return np.isin(records["request"], wanted, kind="table")


def sort_by_urgency(rows: np.ndarray) -> np.ndarray:
    """Return words of danger before disputed before urgent before the rest, each by age."""
    is_disputed = rows["status"] == STATUSES.index(Status.DISPUTED)
    is_urgent = rows["priority"] == PRIORITIES.index(Priority.URGENT)
    rank = np.select([rows["is_in_danger"], is_disputed, is_urgent], [0, 1, 2], 3)
    return rows[np.lexsort((rows["request"], rows["filed_at"], rank))]
