"""What is open at this moment: how much, with whom, and how much of it is late."""

from requests_app.status import OPEN, PAUSED, WORKABLE, Status
from staff_portal.overview.grouped import Grouped

_COLUMNS = {
    "department": "department_id",
    "status": "status",
    "person": "assignee_id",
    "category": "category_id",
    "zone": "zone_id",
}


def _listed(statuses):
    return ", ".join(f"'{status}'" for status in sorted(statuses))


# The statuses stand in the text, as the condition of the index that has all of these columns asks.
_HELD = f"""
WITH held AS (
    SELECT department_id, status, assignee_id, category_id, zone_id,
           due_at, due_at < %(now)s AND status NOT IN ({_listed(PAUSED)}) AS late,
           assignee_id IS NULL AND status IN ({_listed(WORKABLE)}) AS free
      FROM requests_app_servicerequest
     WHERE status IN ({_listed(OPEN)})
       AND (%(departments)s::bigint[] IS NULL OR department_id = ANY(%(departments)s::bigint[]))
       AND (%(category)s::bigint IS NULL OR category_id = %(category)s::bigint)
       AND (%(zone)s::bigint IS NULL OR zone_id = %(zone)s::bigint)
       AND NOT (%(public)s AND is_private)
)"""  # nosec B608 # noqa: S608 - of our own words alone
_MEASURES = """
       count(*) AS open,
       count(*) FILTER (WHERE late) AS late,
       min(due_at) FILTER (WHERE late) AS late_since,
       count(*) FILTER (WHERE status = 'disputed') AS disputed,
       count(*) FILTER (WHERE free) AS unassigned"""


def load(scope) -> Grouped:
    """Measures: `open`, `late`, `late_since` (the oldest due date), `disputed`, `unassigned`."""
    keys = _told_apart(scope)
    columns = [_COLUMNS[key] for key in keys]
    named = ", ".join(f"{column} AS {key}" for key, column in zip(keys, columns, strict=True))
    sets = ", ".join(f"({column})" for column in columns)
    query = f"""{_HELD}
        SELECT GROUPING({", ".join(columns)}) AS mask, {named}, {_MEASURES}
          FROM held GROUP BY GROUPING SETS ((), {sets})"""  # nosec B608 # noqa: S608 - as above
    return Grouped(query, scope.parameters(), keys)


def _told_apart(scope):
    """What its pages ask by: each is a pass over all that is open."""
    if scope.is_public:
        return "category", "zone"
    return tuple(key for key in _COLUMNS if key != "person" or not scope.is_city)


def by_status(grouped) -> list[tuple]:
    """(Status, row) of every status that something is in, in the order of the road."""
    found = grouped.by("status")
    return [(status, found[status]) for status in Status if status in found]
