"""The recount of the totals from the requests, and the comparison of both."""

from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from lib.postgresql.timeouts import disable_time_limit
from lib.postgresql.transactions import long_transaction
from requests_app.models import CategoryTotal, CellTotal, RollupChange, ServiceRequest
from requests_app.models.map_point import MapX, MapY
from requests_app.models.rollup import CATEGORY_ZOOM_LEVEL, ZOOM_LEVELS
from requests_app.rollups.folding import ADVISORY_LOCK_ID

_COLUMNS = ("category_id", "zone_id", "status", "outcome")
_CATEGORY_KEY = "category, zone, status, outcome"
_CELL_KEY = "level, category, y, x, zone, status, outcome"
_CATEGORY_TOTALS_SQL = """SELECT category, zone, status, outcome, count(*) AS n
FROM places GROUP BY 1, 2, 3, 4"""
_CELL_TOTALS_SQL = """SELECT level, category, y, x, zone, status, outcome, count(*) AS n,
    sum(sum_y) AS sum_y, sum(sum_x) AS sum_x FROM (
    SELECT level, kind AS category, y >> 24 - level AS y, x >> 24 - level AS x, zone, status,
        outcome, y::bigint AS sum_y, x::bigint AS sum_x
    FROM places CROSS JOIN LATERAL (
        SELECT unnest(%s::int[]) AS level, 0 AS kind UNION ALL SELECT %s, category
    ) AS kept WHERE y IS NOT NULL
) AS cells GROUP BY 1, 2, 3, 4, 5, 6, 7"""
_CELL_PARAMS: tuple[Any, ...] = (list(ZOOM_LEVELS), CATEGORY_ZOOM_LEVEL)
_COUNT_DIFFERENCES_SQL = """SELECT count(*) FROM (
    SELECT sum(n) FROM (
        SELECT {key}, n FROM {kept} UNION ALL SELECT {key}, -n FROM ({counted}) AS counted
    ) AS compared GROUP BY {key} HAVING sum(n) <> 0
) AS different"""


def recount_totals() -> None:
    """Replace all totals by counts of the requests, outside of a transaction.

    Readers see the former totals until the end. The requests and changes of one moment are counted:
    later changes stay stored, to be added to the totals. Waits for another recount or addition.
    """
    with disable_time_limit(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK_ID])
        try:
            with long_transaction() as counting:
                counting.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                _insert_totals(counting)
            cursor.execute("ANALYZE requests_app_categorytotal, requests_app_celltotal")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK_ID])


def count_differences() -> int:
    """Return how many counts differ from those of the requests, at one moment."""
    by_category = _COUNT_DIFFERENCES_SQL.format(
        key=_CATEGORY_KEY,
        kept="requests_app_categorycount",
        counted=_with_public_requests(_CATEGORY_TOTALS_SQL),
    )
    by_cell = _COUNT_DIFFERENCES_SQL.format(
        key=_CELL_KEY,
        kept="requests_app_cellcount",
        counted=_with_public_requests(_CELL_TOTALS_SQL),
    )
    with long_transaction() as cursor:
        cursor.execute(f"SELECT ({by_category}) + ({by_cell})", _CELL_PARAMS)
        return cursor.fetchone()[0]


def _insert_totals(cursor: CursorWrapper) -> None:
    """Delete all changes and totals, and insert the totals of the public requests."""
    for model in (RollupChange, CategoryTotal, CellTotal):
        model.objects.all().delete()
    totals = _with_public_requests(_CATEGORY_TOTALS_SQL)
    cursor.execute(f"INSERT INTO requests_app_categorytotal ({_CATEGORY_KEY}, n) {totals}")
    totals = _with_public_requests(_CELL_TOTALS_SQL)
    columns = f"{_CELL_KEY}, n, sum_y, sum_x"
    cursor.execute(f"INSERT INTO requests_app_celltotal ({columns}) {totals}", _CELL_PARAMS)


def _with_public_requests(statement: str) -> str:
    """Return `statement` with all public requests in the place of its table `places`."""
    rows = ServiceRequest.objects.public().order_by().annotate(y=MapY(), x=MapX())
    sql, params = rows.values(*_COLUMNS, "y", "x").query.sql_with_params()
    assert not params, "the query has parameters, which the statement's would be mixed up with"
    places = f"""SELECT *, category_id AS category, coalesce(zone_id, 0) AS zone
        FROM ({sql}) AS rows"""  # nosec B608 # noqa: S608 - no part of it is user input
    return statement.replace("FROM places", f"FROM ({places}) AS places")
