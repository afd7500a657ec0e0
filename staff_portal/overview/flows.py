"""What came and what went, week by week.

To a department a request comes when it is routed there, and goes when its work is finished; it may
be handed back too. To the city it comes when it is filed, and goes when its work is finished, or
when the desk or the reporter closes it without work. A request counts once for each department, the
first time, however often it came back. What an agent took back within half a minute does not count.
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
       AND e.at < %(until)s
       AND (e.verb <> 'withdraw' OR e.status_after = 'closed')
       AND (%(category)s::bigint IS NULL OR sr.category_id = %(category)s::bigint)
       AND (%(zone)s::bigint IS NULL OR sr.zone_id = %(zone)s::bigint)
       AND NOT (%(public)s AND sr.is_private)
       AND NOT EXISTS (SELECT 1 FROM requests_app_event back WHERE back.undoes_id = e.id)
), once AS (
    SELECT DISTINCT ON (id, kind, department_id)
           kind, department_id, category_id, zone_id, is_private, at,
           date_trunc(%(grain)s, at AT TIME ZONE %(tz)s)::date AS first_day,
           CASE WHEN kind = 'hand_back' THEN code END AS reason
      FROM happened
     WHERE %(departments)s::bigint[] IS NULL OR department_id = ANY(%(departments)s::bigint[])
     ORDER BY id, kind, department_id, event
), counted AS (
    SELECT once.*, NULL::int AS value FROM once WHERE at >= %(since)s
)"""
_MEASURES = {
    "filed": "count(*) FILTER (WHERE kind = 'file')",
    "routed": "count(*) FILTER (WHERE kind = 'route')",
    "closed": "count(*) FILTER (WHERE kind = 'close')",
    "returned": "count(*) FILTER (WHERE kind = 'hand_back')",
}
FLOWS = Figures(
    "flows", _QUERY, _MEASURES, row_of(_MEASURES), ("department", "category", "zone", "reason")
)


class Flows(WeeklyFigures):
    """Measures: `filed`, `routed`, `closed` (without work), `returned` (handed back).

    `came` of a row is what the scope means by it, `went` too, given the row of finished work.
    """

    def __init__(self, scope):
        super().__init__(FLOWS, scope)
        self.is_whole_city = scope.department_ids is None

    def came(self, row) -> int:
        return row.filed if self.is_whole_city else row.routed

    def went(self, row, done) -> int:
        return done.finished + (row.closed if self.is_whole_city else 0)

    def reasons(self) -> list[tuple[str, int]]:
        """(code of a hand-back reason, how often), the most frequent first."""
        rows = ((code, row.returned) for code, row in self.by("reason").items() if code)
        return sorted(rows, key=lambda each: (-each[1], each[0]))
