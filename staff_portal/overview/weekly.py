"""Figures of a stretch of days, by week: weeks, and the days of each, were counted ahead.

A request counts on one day only, so that days and weeks can be added up: `Figures` says what is
counted and how, `WeeklyFigures` are its answers for a scope. What was counted ahead follows each
change of a request within about a minute (`staff_portal.overview.counting`); what was not, and the
figures of one category or area, are counted when somebody looks.
"""

import json
from collections import defaultdict, namedtuple
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate, chain, groupby
from typing import NamedTuple

from django.db import connection
from django.db.models import Case, F, When

from lib import clock
from staff_portal.models import CITY, COUNTED, PUBLIC, WeekFigures, department_scope
from staff_portal.overview.grouped import Rows, mask_of
from staff_portal.overview.period import WEEK, runs

COLUMNS = {
    "department": "department_id",
    "private": "is_private",
    "category": "category_id",
    "zone": "zone_id",
    "person": "actor_id",
    "rating": "rating",
    "reason": "reason",
}

BY_WEEK = {"", "department"}  # what is told week by week, too
WEEKS_ADDED = 13  # at once: what they add up to is kept until one of them is counted anew

# What nobody looks at, for the whole city and in public.
_LEFT_OUT = {CITY: {"person"}, PUBLIC: {"department", "person", "reason"}}


def row_of(measures):
    """A class of rows: a column for each of `measures`, and `spread`, how often each value was."""
    return namedtuple("Row", [*measures, "spread"], defaults=[*[0] * len(measures), {}])


class Figures(NamedTuple):
    """What is counted: `query` ends with a table `counted` that has a row for each request, the
    `first_day` of its `grain` (a "day", or a "week", which begins on a Monday), a `value` whose
    spread is kept, and the COLUMNS of `by`.

    `measures` maps each number to the aggregate that gives it; `row` is made by `row_of` for them.
    Unless it `is_of_departments`, it is of the whole city whatever the scope.
    """

    name: str
    query: str
    measures: dict[str, str]
    row: type
    by: tuple[str, ...]
    is_of_departments: bool = True

    @property
    def kind(self) -> str:
        """Names what was counted ahead; another one as soon as something else is counted."""
        said = repr((self.query, self.measures, self.by))
        return f"{self.name}-{sha256(said.encode()).hexdigest()[:8]}"

    def told_apart(self, scope) -> list[str]:
        """What the figures of a scope of WeekFigures can be asked by; "" is for all of it."""
        return ["", *(name for name in self.by if name not in _LEFT_OUT.get(scope, ()))]

    def rows(self, sets, parameters) -> Iterator[tuple[date, dict, list]]:
        """(first day, the keys of one of `sets` by name, the measures), all by one query."""
        names = list(dict.fromkeys(name for each in sets for name in each))
        with connection.cursor() as cursor:
            cursor.execute(self._sql(names, sets), parameters)
            found = cursor.fetchall()
        used = {mask_of(["first_day", *names], ["first_day", *each]): each for each in sets}
        for first_day, mask, *columns, spread in found:
            keys = dict(zip(names, columns, strict=False))
            measures = [*columns[len(names) :], json.loads(spread or "{}")]
            yield first_day, {name: keys[name] for name in used[mask]}, measures

    def _sql(self, names, sets):
        columns = "".join(f", {COLUMNS[name]}" for name in names)
        grouped = ", ".join(
            f"({', '.join(['first_day', 'value', *(COLUMNS[name] for name in each)])})"
            for each in sets
        )
        counted = ", ".join(f"{sql} AS {name}" for name, sql in self.measures.items())
        summed = ", ".join(f"sum({name})::int" for name in self.measures)
        return f"""{self.query}, grouped AS (
            SELECT first_day, value, GROUPING(first_day{columns}) AS mask{columns}, count(*) AS n,
                   {counted}
              FROM counted GROUP BY GROUPING SETS ({grouped})
        )
        SELECT first_day, mask{columns}, {summed},
               jsonb_object_agg(value, n) FILTER (WHERE value IS NOT NULL)
          FROM grouped GROUP BY first_day, mask{columns}"""  # nosec B608 # noqa: S608 - of our own words alone


class WeeklyFigures:
    """The answers for a scope: `by("week")`, `by("department", "week")`, `whole()`."""

    def __init__(self, figures, scope, only=None):
        """`only` limits what it can be asked by, such as [""] for `whole` and nothing else."""
        self.figures, self.scope, self._sums = figures, scope, {}
        self._names = _scopes(figures, scope)
        self._wanted = only or figures.told_apart(self._names[0])
        self._added, known = ([], ()) if scope.is_narrowed else self._counted_ahead()
        missing = [week for week in scope.period.mondays if week not in known]
        self._added.append(_added_up(self._counted_now(missing)))

    def by(self, *names) -> Rows:
        """Key (or tuple of keys, if several) to row. Values can be None: no zone, nobody's."""
        if names not in self._sums:
            self._sums[names] = self._sum_by(names)
        return self._sums[names]

    def _sum_by(self, names):
        [by] = [name for name in names if name != "week"] or [""]
        assert by in self._wanted, f"{self.figures.name} are not told apart by {by} here"
        assert by in BY_WEEK or "week" not in names, f"by {by} nothing is told week by week"
        parts = (each[names].items() for each in self._added if names in each)
        row = self.figures.row
        found = added_by_key(chain.from_iterable(parts))
        return Rows({key: row(*measures) for key, measures in found.items()}, row())

    def whole(self):
        """The measures of everything."""
        return self.by()[()]

    def _counted_now(self, weeks) -> Iterator[tuple[date, str, list]]:
        """(week, what it is told apart by, [[key, measures], …]), of the days of `weeks` in the
        period.
        """
        sets = [(name,) if name else () for name in self._wanted]
        for first, after in _stretches(weeks, self.scope.period):
            given = self.scope.parameters(first, after) | {"grain": "week"}
            for week, keys, measures in self.figures.rows(sets, given):
                [(by, key)] = keys.items() or [("", None)]
                yield week, by, [[key, measures]]

    def _counted_ahead(self):
        """(What some of the weeks add up to, each time; which weeks of the period these are)."""
        period, today = self.scope.period, clock.today()
        weeks = period.mondays
        parts = {week for week in (weeks[0], weeks[-1]) if not _is_whole(week, period, today)}
        counted = WeekFigures.objects.filter(
            week__gte=weeks[0],
            week__lte=weeks[-1],
            kind=self.figures.kind,
            scope__in=[COUNTED, *self._names],
            by__in=self._wanted,
        )
        days = Case(When(week__in=parts, then=F("days")))
        rows = list(counted.order_by("week", "id").values_list("week", "by", "id", days))
        some = [
            (week, by, list(chain(*each[period.days_of(week)])))
            for week, by, _id, each in rows
            if week in parts
        ]
        wholes = [(week, pk) for week, _by, pk, _days in rows if week not in parts]
        groups = groupby(wholes, key=lambda each: each[0].toordinal() // (WEEK.days * WEEKS_ADDED))
        found = [_kept(tuple(pk for _week, pk in group)) for _n, group in groups]
        known = {week for week, _by, _rows in some}.union(*(weeks for _sums, weeks in found))
        return [_added_up(some), *(sums for sums, _weeks in found)], known


def added(measures) -> list:
    """Several measures of the same thing, as one."""
    if len(measures) == 1:
        return measures[0]
    *numbers, spreads = zip(*measures, strict=True)
    spread = defaultdict(int)
    for each in spreads:
        for value, n in each.items():
            spread[value] += n
    return [*map(sum, numbers), spread]


def added_by_key(rows) -> dict:
    """Of (key, measures), the measures of each key as one."""
    found = defaultdict(list)
    for key, measures in rows:
        found[key].append(measures)
    return {key: added(each) for key, each in found.items()}


def middle_of(spread) -> float | None:
    """The median of values of which `spread` says how often each was, as its JSON; None of none."""
    if not spread:
        return None
    ordered = sorted((int(value), n) for value, n in spread.items())
    upto = list(accumulate(n for _value, n in ordered))
    total = upto[-1]
    low, high = (total - 1) // 2, total // 2  # the same one, if they are odd in number
    value = [next(ordered[n][0] for n, last in enumerate(upto) if last > at) for at in (low, high)]
    return sum(value) / 2


@lru_cache(60)
def _kept(ids):
    """(What these WeekFigures add up to, their weeks). A week that is counted anew has other ids;
    what was counted anew since its id was read is not there."""
    rows = list(WeekFigures.objects.filter(pk__in=ids).values_list("week", "by", "rows"))
    return _added_up(rows), frozenset(week for week, _by, _rows in rows)


def _added_up(weeks) -> dict[tuple[str, ...], dict]:
    """The measures by key for what `WeeklyFigures.by` is asked, such as ("department", "week")."""
    found = defaultdict(list)
    for week, by, rows in weeks:
        names = (by,) if by else ()
        found[names] += [(key if by else (), measures) for key, measures in rows]
        if by in BY_WEEK:
            of_weeks = [((key, week) if by else week, measures) for key, measures in rows]
            found[*names, "week"] += of_weeks
    return {names: added_by_key(rows) for names, rows in found.items()}


def _scopes(figures, scope) -> list[str]:
    """The names of the scopes in WeekFigures that it consists of."""
    if not figures.is_of_departments:
        return [CITY]
    if scope.department_ids is None:
        return [PUBLIC if scope.is_public else CITY]
    return [department_scope(pk) for pk in scope.department_ids]


def _is_whole(week, period, today):
    """Whether the period leaves out nothing of this week, except what is yet to come."""
    return period.first <= week and (week + WEEK <= period.after or period.last >= today)


def _stretches(weeks, period):
    """(first day, day after) of each run of weeks that follow each other, inside the period."""
    for run in runs(weeks):
        yield max(run[0], period.first), min(run[-1] + WEEK, period.after)
