"""Sums of DailyFigures and DailySpread over the days of a scope."""

from collections import namedtuple
from collections.abc import Iterable
from functools import cached_property

from django.db import connection

from lib.postgresql.plans import planned_each_time
from staff_portal.overview.daily_facts import MEASURES, WORK_MEASURES
from staff_portal.overview.figures import ByKey, Middle, Share
from staff_portal.overview.scope import Scope

_IN_SCOPE = """day >= %(first)s AND day < %(after)s
   AND (%(departments)s::int[] IS NULL OR department = ANY(%(departments)s::int[]))
   AND (%(category)s::int IS NULL OR category = %(category)s::int)
   AND (%(zone)s::int IS NULL OR zone = %(zone)s::int)
   AND NOT (%(public)s AND is_private)"""
_SPREAD = f"""
SELECT measure, value, code, sum(n)::int FROM staff_portal_dailyspread
 WHERE measure IN ('person', 'stars', 'reason') AND {_IN_SCOPE}
 GROUP BY measure, value, code"""  # noqa: S608 # nosec B608 - of our own words alone
# The one value in the middle, or the mean of the two. A key is null where rows are not grouped by it.
_MEDIANS = """
WITH spread AS (
    SELECT {columns}, value, sum(n) AS n FROM staff_portal_dailyspread
     WHERE measure = %(measure)s AND {scope}
     GROUP BY GROUPING SETS ({sets})
), ranked AS (
    SELECT spread.*, sum(n) OVER (alike ORDER BY value) AS upto, sum(n) OVER alike AS total
      FROM spread WINDOW alike AS (PARTITION BY {keys})
)
SELECT {keys}, avg(value)::float
  FROM ranked WHERE 2 * upto >= total AND 2 * (upto - n) <= total
 GROUP BY {keys}"""
COLUMNS = {
    "week": "day - (extract(isodow FROM day)::int - 1)",
    "department": "department",
    "category": "category",
    "zone": "zone",
}
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
    """The measures of DailyFigures, with the medians `days` (of work, business days) and `tenths` (of
    the wait at the desk, tenths of a working hour); a median is None where nothing was counted.

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
        """The median of business days."""
        return Middle(self.days, self.finished)

    @property
    def hours(self) -> Middle:
        """The median of working hours at the desk, of requests that a person routed and no rule."""
        return Middle(None if self.tenths is None else self.tenths / 10, self.desk_by_hand)

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
        """Return the share of a measure of the desk; of bounced mail, among those with an address."""
        return Share(getattr(self, f"desk_{measure}"), getattr(self, f"desk_{_WHOLES[measure]}"))


class DailySums:
    """The figures of a scope, as a whole and by each of `names`, which are keys of COLUMNS."""

    def __init__(self, scope: Scope, names: Iterable[str] = tuple(COLUMNS)) -> None:
        self.scope, self._names, self._found = scope, tuple(names), {}

    @cached_property
    def whole(self) -> Figures:
        """The Figures of everything."""
        [figures] = self._sum("department", (), MEASURES).values()
        return self._with_medians({None: figures}, "")[None]

    def by(self, name: str) -> ByKey:
        """Return the Figures of each Monday or id; of no zone the id is None.

        Those of the desk are by category alone.
        """
        if name not in self._found:
            measures = MEASURES if name == "category" else WORK_MEASURES
            grain = "department" if name == "week" else name
            found = self._with_medians(self._sum(grain, (name,), measures), name)
            self._found[name] = ByKey({key or None: row for key, row in found.items()}, Figures())
        return self._found[name]

    @cached_property
    def department_weeks(self) -> ByKey:
        """Figures by (id of the department, Monday), of which only `routed` and `finished` are set."""
        found = self._sum("department", ("department", "week"), ["routed", "finished"])
        return ByKey(found, Figures())

    @cached_property
    def spread(self) -> dict[str, dict]:
        """How often each value was: {"person": {id or None: n}, "stars": {1: n}, "reason": {code: n}}."""
        found = {"person": {}, "stars": {}, "reason": {}}
        for measure, value, code, n in _fetch(_SPREAD, self.scope.parameters()):
            found[measure][code if measure == "reason" else value or None] = n
        return found

    def _sum(self, grain: str, names: tuple[str, ...], measures: list[str]) -> dict:
        """Return Figures by the columns of `names`, from the totals of a grain if these are enough."""
        is_whole_city = self.scope.department_ids is None and not self.scope.is_narrowed
        keys = [COLUMNS[name] for name in names]
        sums = [f"coalesce(sum({name}), 0)" for name in measures]
        query = f"""SELECT {", ".join(keys + sums)} FROM staff_portal_dailyfigures
            WHERE grain = %(grain)s AND {_IN_SCOPE}"""  # noqa: S608 # nosec B608 - of our own words alone
        query += f" GROUP BY {', '.join(keys)}" if keys else ""
        given = {"grain": grain if is_whole_city else "cell"}
        return {
            row[0] if len(keys) == 1 else row[: len(keys)]: Figures(
                **dict(zip(measures, row[len(keys) :], strict=True))
            )
            for row in _fetch(query, self.scope.parameters() | given)
        }

    def _with_medians(self, found: dict, name: str) -> dict:
        return {
            key: row._replace(days=self._days.get((name, key)), tenths=self._tenths.get((name, key)))
            for key, row in found.items()
        }

    @cached_property
    def _days(self) -> dict[tuple, float]:
        return self._find_medians("days", self._names)

    @cached_property
    def _tenths(self) -> dict[tuple, float]:
        has_desk = self.scope.is_city and not self.scope.is_public
        return self._find_medians("tenths", ("category",)) if has_desk else {}

    def _find_medians(self, measure: str, names: tuple[str, ...]) -> dict[tuple, float]:
        """Return the medians by (name, key), and by ("", None) that of everything."""
        keys = ", ".join(["measure", *names])
        sets = ", ".join(f"({', '.join(['measure', 'value', *name])})" for name in [(), *zip(names)])
        columns = ", ".join(["measure", *(f"{COLUMNS[name]} AS {name}" for name in names)])
        query = _MEDIANS.format(keys=keys, columns=columns, sets=sets, scope=_IN_SCOPE)
        found = {}
        for _measure, *row, median in _fetch(query, self.scope.parameters() | {"measure": measure}):
            [(name, key)] = [
                pair for pair in zip(names, row, strict=True) if pair[1] is not None
            ] or [("", None)]
            found[name, key] = median
        return found


def _fetch(query: str, parameters: dict) -> list[tuple]:
    with planned_each_time(connection), connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()
