"""Work that was finished in a period: how long it took, and what residents said of it.

Each request counts once, by the last time in the period that it was called done. Its days are
working days from when its clock last started (filing, a dispute, a reopening) to that moment.
"""

from staff_portal.overview.figures import Middle, Share
from staff_portal.overview.grouped import Grouped

KEYS = ("department", "category", "zone", "week", "person", "rating")
_QUERY = """
WITH done AS (
    SELECT DISTINCT ON (e.service_request_id)
           e.service_request_id AS id, e.id AS event, e.at, e.due_at, e.actor_id,
           c.department_id, sr.category_id, sr.zone_id, sr.status, sr.outcome,
           coalesce(e.due_at, sr.due_at) AS promised,
           CASE WHEN sr.clock_started_at <= e.at THEN sr.clock_started_at
                ELSE coalesce((
                    SELECT max(start.at) FROM requests_app_event start
                     WHERE start.service_request_id = sr.id AND start.id < e.id
                       AND start.verb IN ('dispute', 'reopen')), sr.filed_at)
           END AS began,
           min(e.id) OVER (PARTITION BY e.service_request_id) AS first_event
      FROM requests_app_event e
      JOIN requests_app_completion c ON c.event_id = e.id
      JOIN requests_app_servicerequest sr ON sr.id = e.service_request_id
     WHERE e.verb = 'complete' AND e.at >= %(since)s AND e.at < %(until)s
       AND (%(departments)s::bigint[] IS NULL OR c.department_id = ANY(%(departments)s::bigint[]))
       AND (%(category)s::bigint IS NULL OR sr.category_id = %(category)s::bigint)
       AND (%(zone)s::bigint IS NULL OR sr.zone_id = %(zone)s::bigint)
       AND NOT (%(public)s AND sr.is_private)
     ORDER BY e.service_request_id, e.id DESC
), no AS (
    SELECT service_request_id AS id, max(id) AS event
      FROM requests_app_event WHERE verb = 'dispute' AND at >= %(since)s
     GROUP BY service_request_id
), stars AS (
    SELECT DISTINCT ON (service_request_id) service_request_id AS id, event_id AS event, rating
      FROM requests_app_feedback ORDER BY service_request_id, id DESC
), judged AS (
    SELECT done.*,
           date_trunc('week', done.at AT TIME ZONE %(tz)s)::date AS week,
           greatest(0,
               (%(worked)s::int[])[greatest(1, (done.at AT TIME ZONE %(tz)s)::date
                                               - %(day_zero)s::date + 1)]
               - (%(worked)s::int[])[greatest(1, (done.began AT TIME ZONE %(tz)s)::date
                                                 - %(day_zero)s::date + 1)]) AS days,
           no.event IS NOT NULL AS disputed,
           stars.rating
      FROM done
      LEFT JOIN no ON no.id = done.id AND no.event > done.first_event
      LEFT JOIN stars ON stars.id = done.id AND stars.event > done.event
)
SELECT GROUPING(department_id, category_id, zone_id, week, actor_id, rating) AS mask,
       department_id AS department, category_id AS category, zone_id AS zone, week,
       actor_id AS person, rating,
       count(*) AS finished,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median,
       count(*) FILTER (WHERE at <= promised) AS in_time,
       count(promised) AS promised,
       count(*) FILTER (WHERE outcome = 'confirmed' AND NOT disputed) AS confirmed,
       count(*) FILTER (WHERE disputed) AS disputed,
       count(*) FILTER (WHERE disputed AND outcome = 'confirmed') AS mended,
       count(*) FILTER (WHERE outcome = 'unanswered' AND NOT disputed) AS unanswered,
       count(*) FILTER (WHERE status = 'completed' AND NOT disputed) AS waiting,
       count(rating) AS rated,
       avg(rating)::float AS stars
  FROM judged
 GROUP BY GROUPING SETS ((), (department_id), (category_id), (zone_id), (week), (actor_id),
                         (rating), (department_id, week))
"""


class Finished(Grouped):
    """`finished`, `median` (working days), `in_time` of `promised`, and what was said of it.

    `confirmed`, `disputed`, `unanswered` and `waiting` exclude each other; a resident who once said
    no stays under `disputed`, and under `mended` too if the next try was confirmed. What is left
    was opened again by staff, or closed in another way.
    """

    def __init__(self, scope):
        super().__init__(_QUERY, scope.parameters(), KEYS)


def middle(row) -> Middle:
    return Middle(row.median, row.finished)


def in_time(row) -> Share:
    """Of those that were promised for a day, how many were done by its end."""
    return Share(row.in_time, row.promised)


def said_yes(row) -> Share:
    """Of all finished work, silence included: how much was confirmed at the first asking."""
    return Share(row.confirmed, row.finished)


def other(row) -> int:
    """Finished work that was opened again by staff, or closed in another way."""
    return row.finished - row.confirmed - row.disputed - row.unanswered - row.waiting
