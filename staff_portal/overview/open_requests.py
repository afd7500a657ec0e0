"""Numbers of requests that are open now, and of the late ones among them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from requests_app.lateness import LATE_SQL
from requests_app.status import OPEN_STATUSES, WORKABLE_STATUSES, Status
from staff_portal.overview.scope import Scope
from staff_portal.overview.share_and_median import RowsByKey

_COLUMNS = {
    "department": "department_id",
    "status": "status",
    "person": "assignee_id",
    "category": "category_id",
    "zone": "zone_id",
}


def _quote_statuses(statuses: Iterable[Status]) -> str:
    """Return the statuses as a list for SQL, sorted and in single quotes."""
    return ", ".join(f"'{status}'" for status in sorted(statuses))


# The statuses are literals: only then does the planner use the partial index with these columns.
_OPEN_REQUESTS_SQL = f"""
WITH held AS (
    SELECT department_id, status, assignee_id, category_id, zone_id,
           due_at, {LATE_SQL} AS late,
           assignee_id IS NULL AND status IN ({_quote_statuses(WORKABLE_STATUSES)}) AS free
      FROM requests_app_servicerequest
     WHERE status IN ({_quote_statuses(OPEN_STATUSES)})
       AND (%(departments)s::bigint[] IS NULL OR department_id = ANY(%(departments)s::bigint[]))
       AND (%(category)s::bigint IS NULL OR category_id = %(category)s::bigint)
       AND (%(zone)s::bigint IS NULL OR zone_id = %(zone)s::bigint)
       AND NOT (%(public)s AND is_private)
)"""  # nosec B608 # noqa: S608 - of our own words alone
_MEASURES_SQL = """
       count(*), count(*) FILTER (WHERE late), min(due_at) FILTER (WHERE late),
       count(*) FILTER (WHERE status = 'disputed'), count(*) FILTER (WHERE free)"""


class OpenCounts(NamedTuple):
    """Numbers of open requests; `late_since` is the oldest due date of a late one."""

    open: int = 0
    late: int = 0
    late_since: datetime | None = None
    disputed: int = 0
    unassigned: int = 0


class OpenRequests:
    """The open requests of a scope, counted in one query when it is made."""

    def __init__(self, scope: Scope) -> None:
        keys = _choose_grouping_keys(scope)
        columns = [_COLUMNS[key] for key in keys]
        listed, sets = ", ".join(columns), ", ".join(f"({column})" for column in columns)
        query = f"""{_OPEN_REQUESTS_SQL}
        SELECT GROUPING({listed}), {listed}, {_MEASURES_SQL}
          FROM held GROUP BY GROUPING SETS ((), {sets})"""  # nosec B608 # noqa: S608 - as above
        self._found = {name: RowsByKey({}, OpenCounts()) for name in ("", *keys)}
        names = {_grouping_mask(keys, [name]): name for name in self._found}
        with connection.cursor() as cursor:
            cursor.execute(query, scope.build_sql_parameters())
            for mask, *row in cursor.fetchall():
                key = dict(zip(keys, row, strict=False)).get(names[mask])
                self._found[names[mask]][key] = OpenCounts(*row[len(keys) :])

    def group_by(self, name: str) -> RowsByKey:
        """Return OpenCounts by "status", or by id of "department", "category", "zone" or "person".

        An id can be None: no zone, unassigned. A missing key gives zeros. Raise KeyError for a name
        that the scope's pages do not need.
        """
        return self._found[name]

    def total(self) -> OpenCounts:
        return self._found[""][None]


def _choose_grouping_keys(scope: Scope) -> tuple[str, ...]:
    """Return the keys that the scope's pages need: each costs a pass over all open requests.

    The public gets "category" and "zone"; the city gets all but "person".
    """
    if scope.is_public:
        return "category", "zone"
    return tuple(key for key in _COLUMNS if key != "person" or not scope.is_city)


def _grouping_mask(keys: Sequence[str], used: Sequence[str]) -> int:
    """Return the value of SQL's GROUPING(keys) for rows grouped by the `used` keys.

    It has a bit per key, the first key the highest; a bit is set if its key is not used.
    """
    return int("".join("0" if key in used else "1" for key in keys), 2)


def list_statuses(open_requests: OpenRequests) -> list[tuple[Status, OpenCounts]]:
    """Return the statuses with open requests and their counts, in the order of the workflow."""
    found = open_requests.group_by("status")
    return [(status, found[status]) for status in Status if status in found]
