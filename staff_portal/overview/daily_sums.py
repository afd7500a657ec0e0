"""Sums and medians of DailyFacts over the days of a scope."""

from functools import cached_property
from typing import NamedTuple

from django.db import connection

from staff_portal.models import Grain
from staff_portal.overview.daily_facts import MEASURES, MONDAY_SQL, WORK_MEASURES
from staff_portal.overview.scope import Scope
from staff_portal.overview.share_and_median import Median, RowsByKey, Share

_SCOPE_CONDITION = """
   AND (%(departments)s::int[] IS NULL OR department = ANY(%(departments)s::int[]))
   AND (%(category)s::int IS NULL OR category = %(category)s::int)
   AND (%(zone)s::int IS NULL OR zone = %(zone)s::int)
   AND NOT (%(public)s AND is_private)"""
_FROM_DAYS_SQL = f"""
  FROM staff_portal_dailyfacts
 WHERE grain = {Grain.DAY} AND day >= %(first)s AND day < %(after)s {_SCOPE_CONDITION}"""
# The totals of whole weeks, and the days before and after them.
_FROM_WEEKS_AND_DAYS_SQL = f"""
  FROM staff_portal_dailyfacts
 WHERE (grain = {{grain}} AND day >= %(first_week)s AND day < %(after_weeks)s
        OR grain = {Grain.DAY} AND (day >= %(first)s AND day < %(first_week)s
                                    OR day >= %(after_weeks)s AND day < %(after)s))
   {_SCOPE_CONDITION}"""
# The one value in the middle, or the mean of the two.
_MEDIANS_SQL = """
WITH spread AS (
    SELECT {columns}, unnest({values}) AS value, unnest({values}_n) AS n {rows}
), counted AS (
    SELECT {keys}, value, sum(coalesce(n, 1))::int AS n FROM spread
     GROUP BY GROUPING SETS ((value), {sets})
), ranked AS (
    SELECT counted.*, sum(n) OVER (alike ORDER BY value) AS upto, sum(n) OVER alike AS total
      FROM counted WINDOW alike AS (PARTITION BY {keys})
)
SELECT {keys}, avg(value)::float FROM ranked
 WHERE 2 * upto >= total AND 2 * (upto - n) <= total
 GROUP BY {keys}"""
_DESK_WHOLES = dict.fromkeys(["by_rule", "rerouted", "returned"], "routed")
_DESK_WHOLES |= dict.fromkeys(["declined", "duplicates", "transferred"], "filed")
_DESK_WHOLES |= {"bounced": "mailed"}


class Figures(NamedTuple):
    """Sums of the measures of DailyFacts, and the medians `days` and `tenths` (None if empty).

    `days` are business days of work; `tenths` are tenths of a working hour of waiting at the desk.
    `confirmed`, `disputed`, `unanswered` and `waiting` are disjoint. A job that was ever disputed
    counts as `disputed`, and as `mended` if a later completion was confirmed.
    """

    filed: int = 0
    routed: int = 0
    closed: int = 0
    returned: int = 0
    gone: int = 0
    finished: int = 0
    in_time: int = 0
    promised: int = 0
    confirmed: int = 0
    disputed: int = 0
    mended: int = 0
    unanswered: int = 0
    waiting: int = 0
    stars_1: int = 0
    stars_2: int = 0
    stars_3: int = 0
    stars_4: int = 0
    stars_5: int = 0
    desk_filed: int = 0
    desk_routed: int = 0
    desk_by_rule: int = 0
    desk_by_hand: int = 0
    desk_rerouted: int = 0
    desk_returned: int = 0
    desk_declined: int = 0
    desk_duplicates: int = 0
    desk_transferred: int = 0
    desk_mailed: int = 0
    desk_bounced: int = 0
    days: float | None = None
    tenths: float | None = None

    @property
    def answered(self) -> int:
        """Return the number of jobs about which a resident said yes or no."""
        return self.confirmed + self.disputed

    @property
    def other(self) -> int:
        """Return the number of finished jobs that staff reopened or closed in another way."""
        return self.finished - self.answered - self.unanswered - self.waiting

    @property
    def median_days(self) -> Median:
        """Return the median of business days of finished work, or Median(None, 0) without any.

        If a day was recounted between two queries, the two may not fit together.
        """
        return Median(self.days, 0 if self.days is None else self.finished)

    @property
    def median_desk_hours(self) -> Median:
        """Return the median of working hours at the desk, of requests that a person routed.

        Return Median(None, 0) without any.
        """
        if self.tenths is None:
            return Median(None, 0)
        return Median(self.tenths / 10, self.desk_by_hand)

    @property
    def share_on_time(self) -> Share:
        """Return the share finished by the promised day, of those with a promise."""
        return Share(self.in_time, self.promised)

    @property
    def share_confirmed(self) -> Share:
        """Return the share confirmed at the first answer, of those with an answer."""
        return Share(self.confirmed, self.answered)

    @property
    def ratings(self) -> dict[int, int]:
        """Return the number of ratings by number of stars, from 5 to 1."""
        return {n: getattr(self, f"stars_{n}") for n in (5, 4, 3, 2, 1)}

    @property
    def rated(self) -> int:
        return sum(self.ratings.values())

    @property
    def average_stars(self) -> float | None:
        """Return the average rating, or None without ratings."""
        points = sum(n * count for n, count in self.ratings.items())
        return points / self.rated if self.rated else None

    def desk_share(self, measure: str) -> Share:
        """Return the share of "rerouted", "declined" or another measure of the desk.

        It is of the requests filed or routed; "bounced" is of those with an address.
        """
        return Share(
            getattr(self, f"desk_{measure}"), getattr(self, f"desk_{_DESK_WHOLES[measure]}")
        )


class DailySums:
    """The figures of a scope; each query runs once, when it is first needed."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._groups: dict[str, RowsByKey] = {}

    @property
    def total(self) -> Figures:
        """Return the total without the figures of the desk."""
        return self.by_week_and_department[None, None]

    @property
    def desk_total(self) -> Figures:
        """Return the total with the figures of the desk."""
        return self._by_category[None,]

    @cached_property
    def by_week_and_department(self) -> RowsByKey:
        """Return Figures by (Monday, department id); None stands for all weeks or departments.

        Medians exist per week or per department, not per week of a department.
        """
        return self._load_sums(Grain.WEEK_BY_DEPARTMENT, WORK_MEASURES, "week", "department")

    @cached_property
    def _by_category(self) -> RowsByKey:
        """Return Figures by (category id,), with those of the desk; (None,) is the total."""
        return self._load_sums(Grain.WEEK_BY_CATEGORY, MEASURES, "category")

    def group_by(self, name: str) -> RowsByKey:
        """Return Figures by "week" (its Monday), or by id of "department", "category" or "zone".

        The id is None outside all zones. A missing key gives empty Figures. Only categories have
        figures of the desk.
        """
        if name not in self._groups:
            self._groups[name] = RowsByKey(self._load_group(name), Figures())
        return self._groups[name]

    def load_total(self) -> Figures:
        """Return the same as `total`, by cheaper queries."""
        return self._load_sums(Grain.WEEK_BY_DEPARTMENT, WORK_MEASURES, "department")[None,]

    def count_values(self, name: str) -> dict:
        """Return how often each value of `people` (ids) or `reasons` (codes) occurs, as a dict.

        Nobody is None.
        """
        query = f"""SELECT value, count(*) FROM (
            SELECT unnest({name}) AS value {_FROM_DAYS_SQL} AND {name} IS NOT NULL
        ) AS listed GROUP BY value"""  # noqa: S608 # nosec B608 - of our own words alone
        return {value or None: n for value, n in self._fetch(query)}

    def _load_group(self, name: str) -> dict:
        """Return Figures by the Monday or id of "week", "department", "category" or "zone".

        The id 0 becomes None; the total is left out.
        """
        if name == "category":
            found = self._by_category
        elif name == "zone":
            found = self._load_sums(Grain.WEEK_BY_ZONE, WORK_MEASURES, "zone")
        else:
            n = ("week", "department").index(name)
            rows = self.by_week_and_department.items()
            return {key[n]: row for key, row in rows if key[n] is not None and key[1 - n] is None}
        return {pk or None: row for (pk,), row in found.items() if pk is not None}

    def _load_sums(self, grain: Grain, measures: list[str], *keys: str) -> RowsByKey:
        """Return Figures by tuples of `keys`; a key of None stands for all of its values."""
        sums = ", ".join(f"coalesce(sum({name}), 0)::int AS {name}" for name in measures)
        query = f"""SELECT {", ".join(keys)}, {sums} FROM (
                SELECT {_format_columns(keys)}, {sums} {self._build_from_sql(grain)}
                 GROUP BY {", ".join(keys)}
            ) AS cells GROUP BY CUBE ({", ".join(keys)})"""  # noqa: S608 # nosec B608 - of our own words alone
        days, has_desk = self._load_medians("days", grain, keys), measures is MEASURES
        tenths = (
            self._load_medians("tenths", grain, keys) if has_desk and self._has_desk_figures else {}
        )
        found = {}
        for row in self._fetch(query):
            key, values = row[: len(keys)], row[len(keys) :]
            counts = dict(zip(measures, values, strict=True))
            found[key] = Figures(**counts, days=days.get(key), tenths=tenths.get(key))
        return RowsByKey(found, Figures())

    @property
    def _has_desk_figures(self) -> bool:
        """Return True for the staff's overview of the city, False for departments and public."""
        return self.scope.is_city and not self.scope.is_public

    def _load_medians(self, values: str, grain: Grain, keys: tuple[str, ...]) -> dict:
        """Return the medians of `days` or `tenths` by tuples of `keys`.

        There is one of everything, and one of each value of one key; the other keys are None.
        """
        query = _MEDIANS_SQL.format(
            values=values,
            rows=self._build_from_sql(grain),
            columns=_format_columns(keys),
            sets=", ".join(f"({name}, value)" for name in keys),
            keys=", ".join(keys),
        )
        return {tuple(key): median for *key, median in self._fetch(query)}

    def _build_from_sql(self, grain: Grain) -> str:
        """Return the FROM and WHERE clauses of rows that add up to the figures of the scope."""
        is_whole_city = self.scope.department_ids is None and not self.scope.is_narrowed
        return (
            _FROM_WEEKS_AND_DAYS_SQL.format(grain=grain.value) if is_whole_city else _FROM_DAYS_SQL
        )

    def _fetch(self, query: str) -> list[tuple]:
        """Return the rows of a query, run with the parameters of the scope."""
        with connection.cursor() as cursor:
            cursor.execute(query, self.scope.build_sql_parameters())
            return cursor.fetchall()


def _format_columns(keys: tuple[str, ...]) -> str:
    """Return the keys as SQL columns; "week" is computed as the Monday of the day."""
    return ", ".join(f"{MONDAY_SQL} AS week" if key == "week" else key for key in keys)
