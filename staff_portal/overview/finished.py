"""Work that was finished in a period: how long it took, and what residents said of it.

Each request counts once, by the last time that it was called done. Its days are working days from
when its clock last started (filing, a dispute, a reopening) to that moment.
"""

from staff_portal.overview.figures import Middle, Share
from staff_portal.overview.weekly import Figures, middle_of, row_of

_QUERY = """
WITH touched AS (
    SELECT DISTINCT service_request_id AS id FROM requests_app_event
     WHERE verb = 'complete' AND at >= %(since)s AND at < %(until)s
), done AS (
    SELECT DISTINCT ON (e.service_request_id)
           e.service_request_id AS id, e.id AS event, e.at, e.due_at, e.actor_id,
           min(e.id) OVER (PARTITION BY e.service_request_id) AS first_event
      FROM touched
      JOIN requests_app_event e ON e.service_request_id = touched.id AND e.verb = 'complete'
     ORDER BY e.service_request_id, e.id DESC
), judged AS (
    SELECT done.at, done.actor_id, c.department_id, sr.category_id, sr.zone_id, sr.is_private,
           sr.status, sr.outcome, coalesce(done.due_at, sr.due_at) AS promised,
           date_trunc(%(grain)s, done.at AT TIME ZONE %(tz)s)::date AS first_day,
           CASE WHEN sr.clock_started_at <= done.at THEN sr.clock_started_at
                ELSE coalesce((
                    SELECT max(start.at) FROM requests_app_event start
                     WHERE start.service_request_id = sr.id AND start.id < done.event
                       AND start.verb IN ('dispute', 'reopen')), sr.filed_at)
           END AS began,
           EXISTS (SELECT 1 FROM requests_app_event no
                    WHERE no.service_request_id = done.id AND no.id > done.first_event
                      AND no.verb = 'dispute') AS disputed,
           (SELECT stars.rating FROM requests_app_feedback stars
             WHERE stars.service_request_id = done.id AND stars.event_id > done.event
             ORDER BY stars.id DESC LIMIT 1) AS rating
      FROM done
      JOIN requests_app_completion c ON c.event_id = done.event
      JOIN requests_app_servicerequest sr ON sr.id = done.id
     WHERE done.at >= %(since)s AND done.at < %(until)s
       AND (%(departments)s::bigint[] IS NULL OR c.department_id = ANY(%(departments)s::bigint[]))
       AND (%(category)s::bigint IS NULL OR sr.category_id = %(category)s::bigint)
       AND (%(zone)s::bigint IS NULL OR sr.zone_id = %(zone)s::bigint)
       AND NOT (%(public)s AND sr.is_private)
), counted AS (
    SELECT judged.*,
           greatest(0,
               (%(worked)s::int[])[greatest(1, (at AT TIME ZONE %(tz)s)::date
                                               - %(day_zero)s::date + 1)]
               - (%(worked)s::int[])[greatest(1, (began AT TIME ZONE %(tz)s)::date
                                                 - %(day_zero)s::date + 1)]) AS value
      FROM judged
)"""
_MEASURES = {
    "finished": "count(*)",
    "in_time": "count(*) FILTER (WHERE at <= promised)",
    "promised": "count(promised)",
    "confirmed": "count(*) FILTER (WHERE outcome = 'confirmed' AND NOT disputed)",
    "disputed": "count(*) FILTER (WHERE disputed)",
    "mended": "count(*) FILTER (WHERE disputed AND outcome = 'confirmed')",
    "unanswered": "count(*) FILTER (WHERE outcome = 'unanswered' AND NOT disputed)",
    "waiting": "count(*) FILTER (WHERE status = 'completed' AND NOT disputed)",
    "rated": "count(rating)",
    "points": "coalesce(sum(rating), 0)",
}


class Row(row_of(_MEASURES)):
    """`finished`, `in_time` of `promised`, and what was said of it.

    `confirmed`, `disputed`, `unanswered` and `waiting` exclude each other; a resident who once said
    no stays under `disputed`, and under `mended` too if the next try was confirmed. What is left
    was opened again by staff, or closed in another way.
    """

    @property
    def answered(self) -> int:
        return self.confirmed + self.disputed

    @property
    def other(self) -> int:
        """Opened again by staff, or closed in another way."""
        return self.finished - self.answered - self.unanswered - self.waiting

    @property
    def middle(self) -> Middle:
        """In working days."""
        return Middle(middle_of(self.spread), self.finished)

    @property
    def share_in_time(self) -> Share:
        """Of those that were promised for a day, how many were done by its end."""
        return Share(self.in_time, self.promised)

    @property
    def share_confirmed(self) -> Share:
        """Of the work that residents answered about: how much was confirmed at the first asking."""
        return Share(self.confirmed, self.answered)

    @property
    def stars(self) -> float | None:
        """Of those who rated it, the average."""
        return self.points / self.rated if self.rated else None


FINISHED = Figures(
    "finished", _QUERY, _MEASURES, Row, ("department", "category", "zone", "person", "rating")
)
