"""The totals made anew from the requests themselves, while people work, and compared with them."""

from django.db import connection

from lib.postgresql.timeouts import disable_time_limit
from lib.postgresql.transactions import long_transaction
from requests_app.models import CategoryTotal, CellTotal, RollupChange, ServiceRequest
from requests_app.models.map_point import MapX, MapY
from requests_app.models.rollup import BY_CATEGORY, LEVELS
from requests_app.rollups.folding import LOCK

_COLUMNS = ("category_id", "zone_id", "status", "outcome")
_KIND = "category, zone, status, outcome"
_CELL = "level, category, y, x, zone, status, outcome"
_KINDS = """SELECT category, zone, status, outcome, count(*) AS n
FROM places GROUP BY 1, 2, 3, 4"""
_CELLS = """SELECT level, category, y, x, zone, status, outcome, count(*) AS n,
    sum(sum_y) AS sum_y, sum(sum_x) AS sum_x FROM (
    SELECT level, kind AS category, y >> 24 - level AS y, x >> 24 - level AS x, zone, status,
        outcome, y::bigint AS sum_y, x::bigint AS sum_x
    FROM places CROSS JOIN LATERAL (
        SELECT unnest(%s::int[]) AS level, 0 AS kind UNION ALL SELECT %s, category
    ) AS kept WHERE y IS NOT NULL
) AS cells GROUP BY 1, 2, 3, 4, 5, 6, 7"""
_GIVEN = [list(LEVELS), BY_CATEGORY]
_DIFFERENT = """SELECT count(*) FROM (
    SELECT sum(n) FROM (
        SELECT {key}, n FROM {kept} UNION ALL SELECT {key}, -n FROM ({counted}) AS counted
    ) AS compared GROUP BY {key} HAVING sum(n) <> 0
) AS different"""


def recount() -> None:
    """All totals anew. Outside of a transaction; nobody waits for it, and who reads meanwhile reads
    the former ones.

    It sees the requests and the changes of one moment: a change of later stays beside the totals.
    """
    with disable_time_limit(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            with long_transaction() as counting:
                counting.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                _count(counting)
            cursor.execute("ANALYZE requests_app_categorytotal, requests_app_celltotal")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def differences() -> int:
    """How many numbers are not what the requests say, at one moment."""
    kinds = _DIFFERENT.format(key=_KIND, kept="requests_app_categorycount", counted=_over(_KINDS))
    cells = _DIFFERENT.format(key=_CELL, kept="requests_app_cellcount", counted=_over(_CELLS))
    with long_transaction() as cursor:
        cursor.execute(f"SELECT ({kinds}) + ({cells})", _GIVEN)
        return cursor.fetchone()[0]


def _count(cursor) -> None:
    for each in (RollupChange, CategoryTotal, CellTotal):
        each.objects.all().delete()
    cursor.execute(f"INSERT INTO requests_app_categorytotal ({_KIND}, n) {_over(_KINDS)}")
    cells = f"INSERT INTO requests_app_celltotal ({_CELL}, n, sum_y, sum_x) {_over(_CELLS)}"
    cursor.execute(cells, _GIVEN)


def _over(counted) -> str:
    """`counted` of all public requests as they are."""
    rows = ServiceRequest.objects.public().order_by().annotate(y=MapY(), x=MapX())
    sql, given = rows.values(*_COLUMNS, "y", "x").query.sql_with_params()
    assert not given, "the numbers of parameters would no longer be those of `counted`"
    places = f"""SELECT *, category_id AS category, coalesce(zone_id, 0) AS zone
        FROM ({sql}) AS rows"""  # nosec B608 # noqa: S608 - no word of it comes from outside
    return counted.replace("FROM places", f"FROM ({places}) AS places")
