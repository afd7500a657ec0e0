"""SQL that counts days, and totals of weeks, into DailyFacts.

A request counts on one day only, so days can be added up.

- `_FINISHED_SQL`: a request counts on the day of its last completion. Its business days go from
  the last start of its clock (filing, a dispute or a reopening) to that moment.
- `_MOVED_SQL`: a request is routed to a department, and goes when it is handed back, rerouted or
  closed without work. It counts once per department: on the first day as routed and as handed
  back, on the last day as gone, unless it came back or was finished. For the city it counts once as
  filed, and as closed if it was closed without work.
- `_FILED_SQL`: what the desk did with a request, on the day of filing. The wait is in working hours
  until the first routing by a person; a request routed by a rule has none.

Actions that were undone do not count.
"""

from staff_portal.models import Grain

MONDAY_SQL = "day - mod(day - '2000-01-03'::date, 7)"  # of a day's week

_FINISHED_SQL = """
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
    SELECT done.at, done.actor_id AS person, c.department_id AS department,
           sr.category_id AS category, coalesce(sr.zone_id, 0) AS zone, sr.is_private,
           sr.status, sr.outcome, coalesce(done.due_at, sr.due_at) AS due,
           (done.at AT TIME ZONE %(tz)s)::date AS day,
           CASE WHEN sr.clock_started_at <= done.at THEN sr.clock_started_at
                ELSE coalesce((
                    SELECT max(start.at) FROM requests_app_event start
                     WHERE start.service_request_id = sr.id AND start.id < done.event
                       AND start.verb IN ('dispute', 'reopen')), sr.filed_at)
           END AS began,
           EXISTS (SELECT 1 FROM requests_app_event no
                    WHERE no.service_request_id = done.id AND no.id > done.first_event
                      AND no.verb = 'dispute') AS is_disputed,
           (SELECT feedback.rating FROM requests_app_feedback feedback
             WHERE feedback.service_request_id = done.id AND feedback.event_id > done.event
             ORDER BY feedback.id DESC LIMIT 1) AS stars
      FROM done
      JOIN requests_app_completion c ON c.event_id = done.event
      JOIN requests_app_servicerequest sr ON sr.id = done.id
     WHERE done.at >= %(since)s AND done.at < %(until)s
)
SELECT judged.*,
       greatest(0,
           worked[greatest(1, day - %(day_zero)s::date + 1)]
           - worked[greatest(1, (began AT TIME ZONE %(tz)s)::date - %(day_zero)s::date + 1)]
       ) AS days
  FROM judged, (SELECT %(worked)s::int[] AS worked) AS calendar"""

_MOVED_SQL = """
WITH touched AS (
    SELECT DISTINCT service_request_id AS id FROM requests_app_event
     WHERE verb IN ('file', 'route', 'hand_back', 'decline', 'mark_duplicate', 'transfer',
                    'withdraw')
       AND at >= %(since)s AND at < %(until)s
), happened AS (
    SELECT e.id AS event, sr.id, sr.category_id AS category, coalesce(sr.zone_id, 0) AS zone,
           sr.is_private, e.at, e.code, sr.status, sr.department_id AS holds,
           sr.completed_by_id AS finished_by, (e.at AT TIME ZONE %(tz)s)::date AS day,
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
       AND NOT EXISTS (SELECT 1 FROM requests_app_event back WHERE back.undoes_id = e.id)
), held AS (
    SELECT happened.*,
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
    SELECT kind, department_id, category, zone, is_private, at, day, code FROM arrived
     UNION ALL
    SELECT 'close', department_id, category, zone, is_private, at, day, '' FROM closed
     UNION ALL
    SELECT 'go', held_by, category, zone, is_private, at, day, ''
      FROM departed
     WHERE (holds IS DISTINCT FROM held_by OR status = 'closed')
       AND finished_by IS DISTINCT FROM held_by
)
SELECT kind, coalesce(department_id, 0) AS department, category, zone, is_private, day, code
  FROM every
 WHERE at >= %(since)s AND at < %(until)s"""

_FILED_SQL = """
WITH timed AS MATERIALIZED (
    SELECT sr.category_id AS category, coalesce(sr.zone_id, 0) AS zone, 0 AS department,
           sr.is_private, sr.times_routed, sr.outcome, moves.routed_at,
           coalesce(moves.rule_at = moves.routed_at, false) AS is_by_rule,
           coalesce(moves.is_returned, false) AS is_returned,
           coalesce(contact.email, '') <> '' AS is_mailed,
           contact.bounced_at IS NOT NULL AS is_bounced,
           (sr.filed_at AT TIME ZONE %(tz)s) AS came,
           (moves.routed_at AT TIME ZONE %(tz)s) AS went
      FROM requests_app_servicerequest sr
      CROSS JOIN LATERAL (
        SELECT min(e.at) FILTER (WHERE e.verb = 'route') AS routed_at,
               min(e.at) FILTER (WHERE e.verb = 'route' AND e.rule <> '') AS rule_at,
               bool_or(e.verb = 'hand_back') AS is_returned
          FROM requests_app_event e
         WHERE e.service_request_id = sr.id AND e.verb IN ('route', 'hand_back')
           AND NOT EXISTS (SELECT 1 FROM requests_app_event back WHERE back.undoes_id = e.id)
      ) AS moves
      LEFT JOIN requests_app_contact contact ON contact.service_request_id = sr.id
     WHERE sr.filed_at >= %(since)s AND sr.filed_at < %(until)s AND sr.channel <> 'import'
), placed AS MATERIALIZED (
    SELECT timed.*,
           greatest(1, came::date - %(day_zero)s::date + 1) AS came_on,
           greatest(1, went::date - %(day_zero)s::date + 1) AS went_on,
           least(%(closes)s, greatest(%(opens)s,
               extract(hour FROM came) * 60 + extract(minute FROM came))) - %(opens)s AS came_min,
           least(%(closes)s, greatest(%(opens)s,
               extract(hour FROM went) * 60 + extract(minute FROM went))) - %(opens)s AS went_min
      FROM timed
), waited AS (
    SELECT placed.*,
           (worked[went_on - 1] - worked[came_on - 1]) * (%(closes)s - %(opens)s)
           + (worked[went_on] - worked[went_on - 1]) * went_min
           - (worked[came_on] - worked[came_on - 1]) * came_min AS minutes
      FROM placed, (SELECT %(worked)s::int[] AS worked) AS calendar
)
SELECT waited.*, came::date AS day,
       CASE WHEN NOT is_by_rule THEN round(minutes / 6)::int END AS tenths
  FROM waited"""

_FINISHED_COUNTS = {
    "finished": "count(*)",
    "in_time": "count(*) FILTER (WHERE at <= due)",
    "promised": "count(due)",
    "confirmed": "count(*) FILTER (WHERE outcome = 'confirmed' AND NOT is_disputed)",
    "disputed": "count(*) FILTER (WHERE is_disputed)",
    "mended": "count(*) FILTER (WHERE is_disputed AND outcome = 'confirmed')",
    "unanswered": "count(*) FILTER (WHERE outcome = 'unanswered' AND NOT is_disputed)",
    "waiting": "count(*) FILTER (WHERE status = 'completed' AND NOT is_disputed)",
    **{f"stars_{n}": f"count(*) FILTER (WHERE stars = {n})" for n in range(1, 6)},
}
_MOVED_COUNTS = {
    "filed": "count(*) FILTER (WHERE kind = 'file')",
    "routed": "count(*) FILTER (WHERE kind = 'route')",
    "closed": "count(*) FILTER (WHERE kind = 'close')",
    "returned": "count(*) FILTER (WHERE kind = 'hand_back')",
    "gone": "count(*) FILTER (WHERE kind = 'go')",
}
_FILED_COUNTS = {
    "desk_filed": "count(*)",
    "desk_routed": "count(routed_at)",
    "desk_by_rule": "count(routed_at) FILTER (WHERE is_by_rule)",
    "desk_by_hand": "count(routed_at) FILTER (WHERE NOT is_by_rule)",
    "desk_rerouted": "count(*) FILTER (WHERE times_routed > 1)",
    "desk_returned": "count(*) FILTER (WHERE is_returned)",
    "desk_declined": "count(*) FILTER (WHERE outcome = 'declined')",
    "desk_duplicates": "count(*) FILTER (WHERE outcome = 'duplicate')",
    "desk_transferred": "count(*) FILTER (WHERE outcome = 'transferred')",
    "desk_mailed": "count(*) FILTER (WHERE is_mailed)",
    "desk_bounced": "count(*) FILTER (WHERE is_mailed AND is_bounced)",
}
_FINISHED_LISTS = {
    "days": "array_agg(days ORDER BY days)",
    "people": "array_agg(coalesce(person, 0) ORDER BY person)",
}
_MOVED_LISTS = {"reasons": "array_agg(code ORDER BY code) FILTER (WHERE kind = 'hand_back')"}
_FILED_LISTS = {"tenths": "array_agg(tenths ORDER BY tenths) FILTER (WHERE tenths IS NOT NULL)"}
WORK_MEASURES = [*_MOVED_COUNTS, *_FINISHED_COUNTS]
DESK_MEASURES = [*_FILED_COUNTS]
MEASURES = WORK_MEASURES + DESK_MEASURES

_CELL = "day, is_private, department, category, zone"


def _cells_sql(source: str, counts: dict[str, str], lists: dict[str, str]) -> str:
    """Return a subquery with the counts and lists of each cell of a source; 0 becomes null."""
    columns = [f"nullif({sql}, 0)::int AS {name}" for name, sql in counts.items()]
    columns += [f"{sql} AS {name}" for name, sql in lists.items()]
    return f"(SELECT {_CELL}, {', '.join(columns)} FROM ({source}) AS facts GROUP BY {_CELL})"  # noqa: S608 # nosec B608 - of our own words alone


_DAY_COLUMNS = f"{_CELL}, {', '.join(MEASURES)}, days, tenths, people, reasons"
_COUNT_DAYS_SQL = f"""
SELECT {Grain.DAY} AS grain, {_DAY_COLUMNS}
  FROM {_cells_sql(_FINISHED_SQL, _FINISHED_COUNTS, _FINISHED_LISTS)} AS finished_cells
  FULL JOIN {_cells_sql(_MOVED_SQL, _MOVED_COUNTS, _MOVED_LISTS)} AS moved_cells USING ({_CELL})
  FULL JOIN {_cells_sql(_FILED_SQL, _FILED_COUNTS, _FILED_LISTS)} AS filed_cells USING ({_CELL})"""  # noqa: S608 # nosec B608 - of our own words alone

_WEEK_COLUMNS = f"{_CELL}, {', '.join(MEASURES)}, days, days_n, tenths, tenths_n"
_GRAIN_SQL = "GROUPING(department, category, zone) AS grain"
_KEYS_SQL = """week AS day, is_private, coalesce(department, 0) AS department,
           coalesce(category, 0) AS category, coalesce(zone, 0) AS zone"""
_GROUP_BY_SQL = "week, is_private, GROUPING SETS ((department), (category), (zone))"
_SUM_WEEKS_SQL = f"""
WITH cells AS (
    SELECT {MONDAY_SQL} AS week, * FROM staff_portal_dailyfacts
     WHERE grain = {Grain.DAY} AND day >= %(first)s AND day < %(after)s
), totals AS (
    SELECT {_GRAIN_SQL}, {_KEYS_SQL},
           {", ".join(f"sum({name})::int AS {name}" for name in MEASURES)}
      FROM cells GROUP BY {_GROUP_BY_SQL}
), listed AS (
    SELECT cells.*, true AS is_work, unnest(days) AS value FROM cells
     UNION ALL
    SELECT cells.*, false, unnest(tenths) FROM cells
), counted AS (
    SELECT {_GRAIN_SQL}, {_KEYS_SQL}, is_work, value, count(*)::int AS n
      FROM listed GROUP BY is_work, value, {_GROUP_BY_SQL}
), spread AS (
    SELECT grain, {_CELL},
           array_agg(value ORDER BY value) FILTER (WHERE is_work) AS days,
           array_agg(n ORDER BY value) FILTER (WHERE is_work) AS days_n,
           array_agg(value ORDER BY value) FILTER (WHERE NOT is_work) AS tenths,
           array_agg(n ORDER BY value) FILTER (WHERE NOT is_work) AS tenths_n
      FROM counted GROUP BY grain, {_CELL}
)
SELECT grain, {_WEEK_COLUMNS} FROM totals LEFT JOIN spread USING (grain, {_CELL})"""  # noqa: S608 # nosec B608 - of our own words alone

# Both insert figures of the days from `first` to before `after`, the second sums of whole weeks.
INSERT_DAYS_SQL = f"INSERT INTO staff_portal_dailyfacts (grain, {_DAY_COLUMNS}) {_COUNT_DAYS_SQL}"  # nosec B608 - as above
INSERT_WEEKS_SQL = f"INSERT INTO staff_portal_dailyfacts (grain, {_WEEK_COLUMNS}) {_SUM_WEEKS_SQL}"  # nosec B608 - as above


def _build_differing_days_sql(counted: str, kept: str, columns: str) -> str:
    """Return the query for the days on which stored rows differ from the query `counted`.

    `kept` is the SQL condition of the stored rows, `columns` are the columns that are compared.
    """
    return f"""WITH counted AS ({counted}), kept AS (
        SELECT grain, {columns} FROM staff_portal_dailyfacts
         WHERE {kept} AND day >= %(first)s AND day < %(after)s
    )
    SELECT day FROM (TABLE counted EXCEPT TABLE kept) AS missing
     UNION SELECT day FROM (TABLE kept EXCEPT TABLE counted) AS wrong"""  # noqa: S608 # nosec B608 - of our own words alone


DIFFERING_DAYS_SQL = _build_differing_days_sql(
    _COUNT_DAYS_SQL, f"grain = {Grain.DAY}", _DAY_COLUMNS
)
DIFFERING_WEEKS_SQL = _build_differing_days_sql(
    _SUM_WEEKS_SQL, f"grain <> {Grain.DAY}", _WEEK_COLUMNS
)
