"""What is open at this moment: how much, with whom, and how much of it is late."""

from requests_app.status import OPEN, PAUSED, WORKABLE, Status
from staff_portal.overview.grouped import Grouped

KEYS = ("department", "status", "person", "category", "zone")
_QUERY = """
WITH held AS (
    SELECT department_id, status, assignee_id, category_id, zone_id,
           due_at, due_at < %(now)s AND NOT status = ANY(%(paused)s) AS late,
           assignee_id IS NULL AND status = ANY(%(workable)s) AS free
      FROM requests_app_servicerequest
     WHERE status = ANY(%(open)s)
       AND (%(departments)s::bigint[] IS NULL OR department_id = ANY(%(departments)s::bigint[]))
       AND (%(category)s::bigint IS NULL OR category_id = %(category)s::bigint)
       AND (%(zone)s::bigint IS NULL OR zone_id = %(zone)s::bigint)
       AND NOT (%(public)s AND is_private)
)
SELECT GROUPING(department_id, status, assignee_id, category_id, zone_id) AS mask,
       department_id AS department, status, assignee_id AS person, category_id AS category,
       zone_id AS zone,
       count(*) AS open,
       count(*) FILTER (WHERE late) AS late,
       min(due_at) FILTER (WHERE late) AS late_since,
       count(*) FILTER (WHERE status = 'disputed') AS disputed,
       count(*) FILTER (WHERE free) AS unassigned
  FROM held
 GROUP BY GROUPING SETS
       ((), (department_id), (status), (assignee_id), (category_id), (zone_id))
"""


def load(scope) -> Grouped:
    """Measures: `open`, `late`, `late_since` (the oldest due date), `disputed`, `unassigned`."""
    parameters = scope.parameters() | {
        "open": sorted(OPEN),
        "paused": sorted(PAUSED),
        "workable": sorted(WORKABLE),
    }
    return Grouped(_QUERY, parameters, KEYS)


def by_status(grouped) -> list[tuple]:
    """(Status, row) of every status that something is in, in the order of the road."""
    found = grouped.by("status")
    return [(status, found[status]) for status in Status if status in found]
