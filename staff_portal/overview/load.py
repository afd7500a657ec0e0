"""What is open at this moment: how much, with whom, and how much of it is late."""

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from requests_app.lateness import LATE_SQL
from requests_app.status import OPEN_STATUSES, WORKABLE_STATUSES, Status
from staff_portal.overview.figures import ByKey

_COLUMNS = {
    "department": "department_id",
    "status": "status",
    "person": "assignee_id",
    "category": "category_id",
    "zone": "zone_id",
}


def _listed(statuses) -> str:
    return ", ".join(f"'{status}'" for status in sorted(statuses))


# The statuses stand in the text, as the condition of the index that has all of these columns asks.
_HELD = f"""
WITH held AS (
    SELECT department_id, status, assignee_id, category_id, zone_id,
           due_at, {LATE_SQL} AS late,
           assignee_id IS NULL AND status IN ({_listed(WORKABLE_STATUSES)}) AS free
      FROM requests_app_servicerequest
     WHERE status IN ({_listed(OPEN_STATUSES)})
       AND (%(departments)s::bigint[] IS NULL OR department_id = ANY(%(departments)s::bigint[]))
       AND (%(category)s::bigint IS NULL OR category_id = %(category)s::bigint)
       AND (%(zone)s::bigint IS NULL OR zone_id = %(zone)s::bigint)
       AND NOT (%(public)s AND is_private)
)"""  # nosec B608 # noqa: S608 - of our own words alone
_MEASURES = """
       count(*), count(*) FILTER (WHERE late), min(due_at) FILTER (WHERE late),
       count(*) FILTER (WHERE status = 'disputed'), count(*) FILTER (WHERE free)"""


class Held(NamedTuple):
    """How much is open; `late_since` is the oldest due date of what is late."""

    open: int = 0
    late: int = 0
    late_since: datetime | None = None
    disputed: int = 0
    unassigned: int = 0


class Load:
    """The answers for a scope: `by("status")`, `whole()`."""

    def __init__(self, scope) -> None:
        keys = _told_apart(scope)
        columns = [_COLUMNS[key] for key in keys]
        listed, sets = ", ".join(columns), ", ".join(f"({column})" for column in columns)
        query = f"""{_HELD}
        SELECT GROUPING({listed}), {listed}, {_MEASURES}
          FROM held GROUP BY GROUPING SETS ((), {sets})"""  # nosec B608 # noqa: S608 - as above
        self._found = {name: ByKey({}, Held()) for name in ("", *keys)}
        names = {_mask_of(keys, [name]): name for name in self._found}
        with connection.cursor() as cursor:
            cursor.execute(query, scope.parameters())
            for mask, *row in cursor.fetchall():
                key = dict(zip(keys, row, strict=False)).get(names[mask])
                self._found[names[mask]][key] = Held(*row[len(keys) :])

    def by(self, name) -> ByKey:
        """Key to Held. Keys can be None: no zone, nobody's."""
        return self._found[name]

    def whole(self) -> Held:
        return self._found[""][None]


def _told_apart(scope) -> tuple[str, str] | tuple[str, ...]:
    """What its pages ask by: each is a pass over all that is open."""
    if scope.is_public:
        return "category", "zone"
    return tuple(key for key in _COLUMNS if key != "person" or not scope.is_city)


def _mask_of(keys, used) -> int:
    """Return the number that GROUPING gives to rows that are grouped by the `used` of the keys: a
    bit per key, the first one the highest, set if it is not used.
    """
    return int("".join("0" if key in used else "1" for key in keys), 2)


def by_status(load) -> list[tuple[Status, Held]]:
    """Every status that something is in, in the order of the road."""
    found = load.by("status")
    return [(status, found[status]) for status in Status if status in found]
