"""Sums and medians of the daily figures over the days of a scope."""

from collections import namedtuple
from functools import cached_property

from django.db import connection

from staff_portal.models import Grain, Measure
from staff_portal.overview.daily_facts import DESK_MEASURES, MEASURES, WORK_MEASURES
from staff_portal.overview.figures import ByKey, Middle, Share
from staff_portal.overview.scope import Scope

_ROWS = """
  FROM staff_portal_{table}
 WHERE grain = {grain} AND day >= %(first)s AND day < %(after)s
   AND (%(departments)s::int[] IS NULL OR department = ANY(%(departments)s::int[]))
   AND (%(category)s::int IS NULL OR category = %(category)s::int)
   AND (%(zone)s::int IS NULL OR zone = %(zone)s::int)
   AND NOT (%(public)s AND is_private)"""
_WEEK = "day - mod(day - '2000-01-03'::date, 7)"  # its Monday
# The one value in the middle, or the mean of the two.
_MEDIANS = """
WITH counted AS (
    SELECT {columns}, value, sum(n) AS n {rows} AND measure = %(measure)s
     GROUP BY GROUPING SETS ({sets})
), ranked AS (
    SELECT counted.*, sum(n) OVER (alike ORDER BY value) AS upto, sum(n) OVER alike AS total
      FROM counted WINDOW alike AS (PARTITION BY {keys})
)
SELECT {keys}, avg(value)::float FROM ranked
 WHERE 2 * upto >= total AND 2 * (upto - n) <= total
 GROUP BY {keys}"""
_WHOLES = dict.fromkeys(["by_rule", "rerouted", "returned"], "routed")
_WHOLES |= dict.fromkeys(["declined", "duplicates", "transferred"], "filed")
_WHOLES |= {"bounced": "mailed"}


class Figures(
    namedtuple(
        "Figures",
        [*MEASURES, "days", "tenths"],
        defaults=[*[0] * len(MEASURES), None, None],
    )
):
    """The measures of DailyFigures, and two medians that are None where nothing was counted: `days`
    of work (business days) and `tenths` of the wait at the desk (tenths of a working hour).

    `confirmed`, `disputed`, `unanswered` and `waiting` exclude each other; a resident who once said
    no stays under `disputed`, and under `mended` too if the next try was confirmed. What is left of
    `finished` was opened again by staff, or closed in another way.
    """

    @property
    def answered(self) -> int:
        return self.confirmed + self.disputed

    @property
    def other(self) -> int:
        """Work that was opened again by staff, or closed in another way."""
        return self.finished - self.answered - self.unanswered - self.waiting

    @property
    def middle(self) -> Middle:
        """The median of business days; of none if a day was counted again between two queries."""
        return Middle(self.days, 0 if self.days is None else self.finished)

    @property
    def hours(self) -> Middle:
        """The median of working hours at the desk, where a person routed and no rule."""
        if self.tenths is None:
            return Middle(None, 0)
        return Middle(self.tenths / 10, self.desk_by_hand)

    @property
    def share_in_time(self) -> Share:
        """How many of those that were promised for a day were done by its end."""
        return Share(self.in_time, self.promised)

    @property
    def share_confirmed(self) -> Share:
        """How much of the work that residents answered about was confirmed at the first asking."""
        return Share(self.confirmed, self.answered)

    @property
    def stars(self) -> float | None:
        """The average rating."""
        return self.points / self.rated if self.rated else None

    def desk_share(self, measure: str) -> Share:
        """Return the share of a measure of the desk; mail bounces among those with an address."""
        return Share(getattr(self, f"desk_{measure}"), getattr(self, f"desk_{_WHOLES[measure]}"))


class DailySums:
    """The figures of a scope.

    Each query sums the rows of a grain; see `_rows`.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope, self._by_name = scope, {}

    @property
    def whole(self) -> Figures:
        """The Figures of everything, without those of the desk."""
        return self.weeks_and_departments[None, None]

    @cached_property
    def desk_whole(self) -> Figures:
        """What the desk made of everything."""
        rows = self.by("category").values()
        sums = {name: sum(getattr(row, name) for row in rows) for name in DESK_MEASURES}
        return Figures(**sums, tenths=self._waits.get((None,)))

    @cached_property
    def weeks_and_departments(self) -> ByKey:
        """The Figures by (Monday, id of the department); None stands for all of them.

        A median belongs to a week or to a department, not to a department's week.
        """
        sums = _list_sums(WORK_MEASURES)
        query = f"""SELECT week, department, {sums} FROM (
                SELECT {_WEEK} AS week, department, {sums}
                {self._rows("dailyfigures", Grain.DEPARTMENT)} GROUP BY 1, 2
            ) AS cells GROUP BY CUBE (week, department)"""  # noqa: S608 # nosec B608 - of our own words alone
        keys = {"week": _WEEK, "department": "department"}
        days = self._find_medians(Measure.DAYS, Grain.DEPARTMENT, keys, has_total=True)
        return self._read_figures(query, WORK_MEASURES, days)

    def read_whole(self) -> Figures:
        """Return `whole` by queries that read nothing but that."""
        rows = self._rows("dailyfigures", Grain.DEPARTMENT)
        query = f"SELECT true, {_list_sums(WORK_MEASURES)} {rows}"  # nosec B608 - as above
        days = self._find_medians(Measure.DAYS, Grain.DEPARTMENT, {"whole": "true"})
        return self._read_figures(query, WORK_MEASURES, days)[True,]

    def by(self, name: str) -> ByKey:
        """Return the Figures by "week" (its Monday), "department", "category" or "zone" (its id).

        Outside all zones the id is None. The desk's figures are by category alone.
        """
        if name not in self._by_name:
            found = self._sum_by(name).items()
            self._by_name[name] = ByKey({key or None: row for key, row in found}, Figures())
        return self._by_name[name]

    def count_values(self, measure: Measure) -> dict:
        """Return how often each value of PERSON, STARS or REASON was; no person is None."""
        grain = Grain.CELL if measure == Measure.PERSON else Grain.DEPARTMENT
        rows = self._rows("dailyspread", grain)
        query = f"""SELECT value, code, sum(n)::int {rows} AND measure = %(measure)s
            GROUP BY value, code"""  # nosec B608 - of our own words alone
        return {code or value or None: n for value, code, n in self._fetch(query, measure=measure)}

    def _sum_by(self, name: str) -> dict:
        if name == "week":
            found = self.weeks_and_departments.items()
            return {week: row for (week, pk), row in found if week is not None and pk is None}
        if name == "department":
            found = self.weeks_and_departments.items()
            return {pk: row for (week, pk), row in found if week is None and pk is not None}
        measures = MEASURES if name == "category" else WORK_MEASURES
        grain = Grain.CATEGORY if name == "category" else Grain.ZONE
        query = (
            f"SELECT {name}, {_list_sums(measures)} {self._rows('dailyfigures', grain)} GROUP BY 1"  # nosec B608 - of our own words alone
        )
        days = self._find_medians(Measure.DAYS, grain, {name: name})
        waits = self._waits if name == "category" else {}
        found = self._read_figures(query, measures, days, waits)
        return {key: row for (key,), row in found.items()}

    @cached_property
    def _waits(self) -> dict[tuple, float]:
        """The medians of tenths of hours at the desk by (id of the category,), (None,) for all."""
        if not self.scope.is_city or self.scope.is_public:
            return {}
        keys = {"category": "category"}
        return self._find_medians(Measure.TENTHS, Grain.CATEGORY, keys, has_total=True)

    def _find_medians(
        self, measure: Measure, grain: Grain, keys: dict[str, str], *, has_total: bool = False
    ) -> dict[tuple, float]:
        """Return the medians by each of the keys (name to SQL); with `has_total` also that of
        everything. A key that a median is not of is None.
        """
        sets = ["(value)"] if has_total else []
        query = _MEDIANS.format(
            rows=self._rows("dailyspread", grain),
            columns=", ".join(f"{sql} AS {name}" for name, sql in keys.items()),
            sets=", ".join(sets + [f"({name}, value)" for name in keys]),
            keys=", ".join(keys),
        )
        return {tuple(key): median for *key, median in self._fetch(query, measure=measure)}

    def _read_figures(
        self, query: str, measures: list[str], days: dict, waits: dict | None = None
    ) -> ByKey:
        """Return the rows of a query by their keys, which stand before the measures."""
        found = {}
        for row in self._fetch(query):
            n = len(row) - len(measures)
            key, sums = row[:n], dict(zip(measures, row[n:], strict=True))
            found[key] = Figures(**sums, days=days.get(key), tenths=(waits or {}).get(key))
        return ByKey(found, Figures())

    def _rows(self, table: str, grain: Grain) -> str:
        """Return the FROM and WHERE of the rows of a grain, or of the cells that it adds up."""
        is_whole_city = self.scope.department_ids is None and not self.scope.is_narrowed
        return _ROWS.format(table=table, grain=(grain if is_whole_city else Grain.CELL).value)

    def _fetch(self, query: str, **more: int) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(query, self.scope.parameters() | more)
            return cursor.fetchall()


def _list_sums(measures: list[str]) -> str:
    return ", ".join(f"coalesce(sum({name}), 0)::int AS {name}" for name in measures)
