"""Changes become totals."""

from django.db import connection, transaction

from requests_app.models.rollup import BY_CATEGORY, LEVELS

LOCK = 31_100  # of PostgreSQL's advisory ones: one folds, or makes all anew, at a time

# One statement, so that everybody finds each change either in the totals or beside them.
_FOLD = """
WITH gone AS (DELETE FROM requests_app_rollupchange RETURNING *),
kinds AS (
    INSERT INTO requests_app_categorytotal AS t (category, zone, status, outcome, n)
    SELECT category, zone, status, outcome, sum(n) FROM gone GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4
    ON CONFLICT ON CONSTRAINT one_total_of_a_category DO UPDATE SET n = t.n + excluded.n
)
INSERT INTO requests_app_celltotal AS t
    (level, category, y, x, zone, status, outcome, n, sum_y, sum_x)
SELECT level, kind, y >> 24 - level, x >> 24 - level, zone, status, outcome, sum(n),
    sum(n::bigint * y), sum(n::bigint * x)
FROM gone CROSS JOIN LATERAL (
    SELECT unnest(%s::int[]) AS level, 0 AS kind UNION ALL SELECT %s, category
) AS kept
WHERE y IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT ON CONSTRAINT one_total_of_a_cell DO UPDATE SET
    n = t.n + excluded.n, sum_y = t.sum_y + excluded.sum_y, sum_x = t.sum_x + excluded.sum_x
"""
_TIDY = ("DELETE FROM requests_app_categorytotal WHERE n = 0",
         "DELETE FROM requests_app_celltotal WHERE n = 0")  # fmt: skip


def fold():
    """Safe to run at any time; where another one folds, it leaves it to that one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return
        cursor.execute(_FOLD, [list(LEVELS), BY_CATEGORY])
        for statement in _TIDY:
            cursor.execute(statement)
