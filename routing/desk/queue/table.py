"""The requests in the desk's tabs as numpy arrays in memory, and masks of their rows.

A mask is an array of booleans, one for each row of `QueueTable.rows`. Methods named has_ or is_
return masks. What depends on the clock is computed when a mask is requested.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np

from requests_app.lateness import CAN_BE_LATE
from requests_app.models import Channel, Priority
from requests_app.status import OPEN_STATUSES, Status
from routing.desk.queue.flags import MIN_TIMES_ROUTED, FlagCode
from routing.desk.queue.tabs import Tab
from routing.desk.queue.unseen_events import RESIDENT_VERB_LABELS

# The table stores a text as its index in one of these lists.
STATUSES, PRIORITIES, CHANNELS = (each.values for each in (Status, Priority, Channel))
RESIDENT_VERBS = list(RESIDENT_VERB_LABELS)

# Dates are seconds since 1970, NaN for no date; the id 0 stands for no row.
ROW_DTYPE = np.dtype([
    ("request", "i8"), ("status", "i1"), ("priority", "i1"), ("channel", "i1"),
    ("filed_at", "f8"), ("due_at", "f8"), ("times_routed", "i4"),
    ("department", "i8"), ("zone", "i8"), ("category", "i8"),
    ("is_held", "?"), ("is_in_danger", "?"), ("is_reported", "?"), ("is_bounced", "?"),
    ("has_photo", "?"),
])  # fmt: skip
OWNER_DTYPE = np.dtype([("request", "i8"), ("agent", "i8")])
WRITING_DTYPE = np.dtype([("request", "i8"), ("event", "i8"), ("verb", "i1")])
REFERENCE_DTYPE = np.dtype([("request", "i8"), ("reference", "U20")])


class QueueTable(NamedTuple):
    """Requests (ROW_DTYPE) in the order in which the desk works on them.

    `owners` (OWNER_DTYPE) are the agent who acted last on each request, and those who commented.
    `resident_events` (WRITING_DTYPE) are events by residents without a later act of an agent.
    `references` (REFERENCE_DTYPE) are the request numbers. `repeated_ids` are the ids of the
    requests that many people sent.
    """

    rows: np.ndarray
    owners: np.ndarray
    resident_events: np.ndarray
    references: np.ndarray
    repeated_ids: np.ndarray

    @property
    def ids(self) -> np.ndarray:
        """Return the ids of the requests, in the order of the rows."""
        return self.rows["request"]

    def has_id(self, ids: Iterable[int]) -> np.ndarray:
        """Return the mask of the requests `ids`."""
        return mask_of_requests(self.rows, ids)

    def select_requests(self, ids: Iterable[int]) -> "QueueTable":
        """Return the table with the rows of the requests `ids` only, in the table's order.

        The events of the other requests are kept. Unknown ids are ignored.
        """
        return self._replace(rows=self.rows[self.has_id(ids)])

    def drop_requests(self, ids: Collection[int]) -> "QueueTable":
        """Return the table without the rows and events of the requests `ids`."""

        def drop_from(records: np.ndarray) -> np.ndarray:
            return records[~mask_of_requests(records, ids)]

        return QueueTable(
            drop_from(self.rows),
            drop_from(self.owners),
            drop_from(self.resident_events),
            drop_from(self.references),
            self.repeated_ids,
        )

    def merge(self, other: "QueueTable") -> "QueueTable":
        """Return the table with the requests of `other` added, in the desk's order.

        No request may be in both. `repeated_ids` are those of this table.
        """
        return QueueTable(
            sort_by_urgency(np.concatenate([self.rows, other.rows])),
            np.concatenate([self.owners, other.owners]),
            np.concatenate([self.resident_events, other.resident_events]),
            np.concatenate([self.references, other.references]),
            self.repeated_ids,
        )

    def find_reference(self, request_id: int) -> str:
        """Return the reference of the request; raise IndexError if it is not in the table."""
        return str(self.references["reference"][self.references["request"] == request_id][0])

    def has_status(self, statuses: Collection[str]) -> np.ndarray:
        """Return the mask of the requests with one of `statuses`."""
        is_one = np.array([status in statuses for status in STATUSES])
        return is_one[self.rows["status"]]

    def is_open(self) -> np.ndarray:
        """Return the mask of the requests with an open status."""
        return self.has_status(OPEN_STATUSES)

    def is_late(self, now: datetime) -> np.ndarray:
        """Return the mask of the requests past their due date at `now` while their clock runs."""
        return self.has_status(CAN_BE_LATE) & (self.rows["due_at"] < now.timestamp())

    def has_owner(self, agent_id: int) -> np.ndarray:
        """Return the mask of the requests of which the agent is an owner."""
        return self.has_id(self.owners["request"][self.owners["agent"] == agent_id])

    def has_flag(self, code: FlagCode, now: datetime) -> np.ndarray:
        """Return the mask of the requests with the flag; OVERDUE depends on `now`.

        REROUTED is for open requests only.
        """
        rows = self.rows
        if code == FlagCode.DISPUTED:
            return self.has_status([Status.DISPUTED])
        if code == FlagCode.OVERDUE:
            return self.is_late(now)
        if code == FlagCode.REROUTED:
            return self.is_open() & (rows["times_routed"] >= MIN_TIMES_ROUTED)
        if code == FlagCode.REPEATED:
            return self.has_id(self.repeated_ids)
        return rows[_FLAG_COLUMNS[code]]

    def list_flags(self, now: datetime) -> dict[int, list[FlagCode]]:
        """Return the flags of each request by id, the gravest first; [] for one without flags."""
        found: dict[int, list[FlagCode]] = {pk: [] for pk in self.ids.tolist()}
        for code in FlagCode:
            for pk in self.ids[self.has_flag(code, now)].tolist():
                found[pk].append(code)
        return found

    def find_unseen_verbs(self, looks: dict[int, int]) -> dict[int, str]:
        """Return the gravest verb that residents wrote after the agent's last look, by request id.

        `looks` maps a request id to the id of the last event that the agent saw; an event of a
        request without a look is unseen. Requests without an unseen event are missing.
        """
        found: dict[int, int] = {}
        for request, event, verb in self.resident_events.tolist():
            if looks.get(request, 0) < event:
                found[request] = min(verb, found.get(request, verb))
        return {request: RESIDENT_VERBS[verb] for request, verb in found.items()}

    def is_in_tab(self, tab: Tab, now: datetime) -> np.ndarray:
        """Return the mask of the requests in `tab`.

        Words of danger and content reports keep a request in NEW until an agent clears them,
        whatever its status.
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
        return self.has_flag(_FLAGS_BY_TAB[tab], now)


_FLAG_COLUMNS = {
    FlagCode.DANGER: "is_in_danger",
    FlagCode.REPORTED: "is_reported",
    FlagCode.BOUNCED: "is_bounced",
}
_FLAGS_BY_TAB = {
    Tab.DISPUTED: FlagCode.DISPUTED,
    Tab.LATE: FlagCode.OVERDUE,
    Tab.REROUTED: FlagCode.REROUTED,
    Tab.REPORTED: FlagCode.REPORTED,
}


EMPTY_TABLE = QueueTable(
    *(
        np.empty(0, dtype)
        for dtype in (ROW_DTYPE, OWNER_DTYPE, WRITING_DTYPE, REFERENCE_DTYPE, "i8")
    )
)


def mask_of_requests(records: np.ndarray, ids: Iterable[int]) -> np.ndarray:
    """Return a mask that is True for the `records` whose field `request` is in `ids`.

    `records` may have any dtype of this module that has the field `request`.
    """
    wanted = ids if isinstance(ids, np.ndarray) else np.fromiter(ids, "i8")
    # Without `kind`, numpy sorts all ids, which takes ten times as long.
    return np.isin(records["request"], wanted, kind="table")


def sort_by_urgency(rows: np.ndarray) -> np.ndarray:
    """Return `rows` sorted: danger, disputed, urgent, the rest; the oldest first in each."""
    is_disputed = rows["status"] == STATUSES.index(Status.DISPUTED)
    is_urgent = rows["priority"] == PRIORITIES.index(Priority.URGENT)
    rank = np.select([rows["is_in_danger"], is_disputed, is_urgent], [0, 1, 2], 3)
    return rows[np.lexsort((rows["request"], rows["filed_at"], rank))]
