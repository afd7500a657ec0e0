"""How well requests find their department: of those filed in a period, what the desk made of them.

The time at the desk is in working hours, from filing to the first routing by a person; what a rule
routed by itself did not wait for anybody and is counted apart.
"""

from staff_portal.overview.figures import Middle, Share
from staff_portal.overview.weekly import Figures, middle_of, row_of

_QUERY = """
WITH filed AS (
    SELECT sr.id, sr.category_id, sr.filed_at, sr.times_routed, sr.outcome
      FROM requests_app_servicerequest sr
     WHERE sr.filed_at >= %(since)s AND sr.filed_at < %(until)s AND sr.channel <> 'import'
       AND (%(category)s::bigint IS NULL OR sr.category_id = %(category)s::bigint)
       AND (%(zone)s::bigint IS NULL OR sr.zone_id = %(zone)s::bigint)
), timed AS MATERIALIZED (
    SELECT filed.*, moves.routed_at, coalesce(moves.rule_at = moves.routed_at, false) AS by_rule,
           coalesce(moves.returned, false) AS returned,
           contact.email <> '' AS mailed,
           contact.bounced_at IS NOT NULL AS bounced,
           (filed.filed_at AT TIME ZONE %(tz)s) AS came,
           (moves.routed_at AT TIME ZONE %(tz)s) AS went
      FROM filed
      CROSS JOIN LATERAL (
        SELECT min(e.at) FILTER (WHERE e.verb = 'route') AS routed_at,
               min(e.at) FILTER (WHERE e.verb = 'route' AND e.rule <> '') AS rule_at,
               bool_or(e.verb = 'hand_back') AS returned
          FROM requests_app_event e
         WHERE e.service_request_id = filed.id AND e.verb IN ('route', 'hand_back')
           AND NOT EXISTS (SELECT 1 FROM requests_app_event back WHERE back.undoes_id = e.id)
      ) AS moves
      LEFT JOIN requests_app_contact contact ON contact.service_request_id = filed.id
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
           ((%(worked)s::int[])[went_on - 1] - (%(worked)s::int[])[came_on - 1])
               * (%(closes)s - %(opens)s)
           + ((%(worked)s::int[])[went_on] - (%(worked)s::int[])[went_on - 1]) * went_min
           - ((%(worked)s::int[])[came_on] - (%(worked)s::int[])[came_on - 1]) * came_min
               AS minutes
      FROM placed
), counted AS (
    SELECT waited.*,
           date_trunc(%(grain)s, came)::date AS first_day,
           CASE WHEN NOT by_rule THEN round(minutes / 6)::int END AS value
      FROM waited
)"""
_MEASURES = {
    "filed": "count(*)",
    "routed": "count(routed_at)",
    "by_rule": "count(routed_at) FILTER (WHERE by_rule)",
    "by_hand": "count(routed_at) FILTER (WHERE NOT by_rule)",
    "rerouted": "count(*) FILTER (WHERE times_routed > 1)",
    "returned": "count(*) FILTER (WHERE returned)",
    "declined": "count(*) FILTER (WHERE outcome = 'declined')",
    "duplicates": "count(*) FILTER (WHERE outcome = 'duplicate')",
    "transferred": "count(*) FILTER (WHERE outcome = 'transferred')",
    "mailed": "count(*) FILTER (WHERE mailed)",
    "bounced": "count(*) FILTER (WHERE mailed AND bounced)",
}
_WHOLE = dict.fromkeys(["by_rule", "rerouted", "returned"], "routed")
_WHOLE |= dict.fromkeys(["declined", "duplicates", "transferred"], "filed") | {"bounced": "mailed"}


class Row(row_of(_MEASURES)):
    @property
    def hours(self) -> Middle:
        """The median working hours, to a tenth, of those that a person routed and no rule."""
        tenths = middle_of(self.spread)
        return Middle(None if tenths is None else tenths / 10, self.by_hand)

    def share(self, measure) -> Share:
        """Of an email that bounced: of those who left an address."""
        return Share(getattr(self, measure), getattr(self, _WHOLE[measure]))


DESK = Figures("desk", _QUERY, _MEASURES, Row, ("category",), is_of_departments=False)
