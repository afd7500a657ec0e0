"""What came and what went, week by week.

To a department a request comes when it is routed there, and goes when its work is finished there,
or when it leaves in another way: handed back, rerouted, or closed without work. To the city it
comes when it is filed, and goes when its work is finished, or when the desk or the reporter closes
it without work. A request counts once for each department: as routed and as handed back the first
time, however often it came back; as gone or closed the last time, unless it came back or was
finished. What an agent took back within half a minute does not count.
"""

from staff_portal.overview.weekly import Figures, WeeklyFigures, row_of

_QUERY = """
WITH touched AS (
    SELECT DISTINCT service_request_id AS id FROM requests_app_event
     WHERE verb IN ('file', 'route', 'hand_back', 'decline', 'mark_duplicate', 'transfer',
                    'withdraw')
       AND at >= %(since)s AND at < %(until)s
), happened AS (
    SELECT e.id AS event, sr.id, sr.category_id, sr.zone_id, sr.is_private, e.at, e.code,
           sr.status, sr.department_id AS holds, sr.completed_by_id AS finished_by,
           CASE WHEN e.verb IN ('file', 'route', 'hand_back') THEN e.verb ELSE 'close' END AS kind,
           CASE WHEN e.verb <> 'hand_back' THEN e.department_id
                ELSE (SELECT held.department_id FROM requests_app_event held
                       WHERE held.service_request_id = e.service_request_id AND held.id < e.id
                       ORDER BY held.id DESC LIMIT 1)
           END AS department_id
      FROM touched
      JOIN requests_app_event e ON e.service_request_id = touched.id
      JOIN requests_app_servicerequest sr ON sr.id = touched.id
     WHERE e.verb IN ('file', 'route', 'hand_back', 'decline', 'mark_duplicate', 'transfer',
                      'withdraw')
       AND (e.verb <> 'withdraw' OR e.status_after = 'closed')
       AND (%(category)s::bigint IS NULL OR sr.category_id = %(category)s::bigint)
       AND (%(zone)s::bigint IS NULL OR sr.zone_id = %(zone)s::bigint)
       AND NOT (%(public)s AND sr.is_private)
       AND NOT EXISTS (SELECT 1 FROM requests_app_event back WHERE back.undoes_id = e.id)
), held AS (
    SELECT happened.*,
           date_trunc(%(grain)s, at AT TIME ZONE %(tz)s)::date AS first_day,
           CASE WHEN kind = 'route'
                THEN lag(CASE WHEN kind <> 'hand_back' THEN department_id END)
                     OVER (PARTITION BY id ORDER BY event)
                ELSE department_id
           END AS held_by
      FROM happened
), arrived AS (
    SELECT DISTINCT ON (id, kind, department_id) *
      FROM held
     WHERE kind <> 'close'
     ORDER BY id, kind, department_id, event
), departed AS (
    SELECT DISTINCT ON (id, held_by) *
      FROM held
     WHERE kind <> 'file' AND held_by IS NOT NULL
       AND (kind <> 'route' OR held_by <> department_id)
     ORDER BY id, held_by, event DESC
), closed AS (
    SELECT DISTINCT ON (id) *
      FROM held
     WHERE kind = 'close' AND status = 'closed' AND finished_by IS NULL
     ORDER BY id, event DESC
), every AS (
    SELECT kind, department_id, category_id, zone_id, is_private, at, first_day,
           CASE WHEN kind = 'hand_back' THEN code END AS reason
      FROM arrived
     UNION ALL
    SELECT 'close', department_id, category_id, zone_id, is_private, at, first_day, NULL
      FROM closed
     UNION ALL
    SELECT 'go', held_by, category_id, zone_id, is_private, at, first_day, NULL
      FROM departed
     WHERE (holds IS DISTINCT FROM held_by OR status = 'closed')
       AND finished_by IS DISTINCT FROM held_by
), counted AS (
    SELECT every.*, NULL::int AS value FROM every
     WHERE at >= %(since)s AND at < %(until)s
       AND (%(departments)s::bigint[] IS NULL OR department_id = ANY(%(departments)s::bigint[]))
)"""
_MEASURES = {
    "filed": "count(*) FILTER (WHERE kind = 'file')",
    "routed": "count(*) FILTER (WHERE kind = 'route')",
    "closed": "count(*) FILTER (WHERE kind = 'close')",
    "returned": "count(*) FILTER (WHERE kind = 'hand_back')",
    "gone": "count(*) FILTER (WHERE kind = 'go')",
}
FLOWS = Figures(
    "flows", _QUERY, _MEASURES, row_of(_MEASURES), ("department", "category", "zone", "reason")
)


class Flows(WeeklyFigures):
    """Measures: `filed`, `routed`, `closed` (without work), `returned` (handed back), `gone` (from
    a department, without being finished there).

    `came` of a row is what the scope means by it, `went` too, given the row of finished work;
    `unfinished` is what went without being finished.
    """

    @property
    def is_whole_city(self) -> bool:
        return self.scope.department_ids is None

    def came(self, row) -> int:
        return row.filed if self.is_whole_city else row.routed

    def unfinished(self, row) -> int:
        return row.closed if self.is_whole_city else row.gone

    def went(self, row, done) -> int:
        return done.finished + self.unfinished(row)

    def reasons(self) -> list[tuple[str, int]]:
        """(code of a hand-back reason, how often), the most frequent first."""
        rows = ((code, row.returned) for code, row in self.by("reason").items() if code)
        return sorted(rows, key=lambda each: (-each[1], each[0]))
