"""Changes become totals."""

from django.db import connection, transaction

from requests_app.models.rollup import (
    BY_CATEGORY,
    LEVELS,
    CategoryTotal,
    CellTotal,
    RollupChange,
)

MOST = 20_000  # changes in one transaction: after an import, or when no task ran for a long time
LOCK = 31_100  # of PostgreSQL's advisory ones: one folds, or makes all anew, at a time

# One statement, so that everybody finds each change either in the totals or beside them.
_FOLD = """
WITH gone AS (
    DELETE FROM requests_app_rollupchange
    WHERE id IN (SELECT id FROM requests_app_rollupchange ORDER BY id LIMIT %s) RETURNING *
),
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


def fold() -> None:
    """Safe to run at any time; where another one folds, it leaves it to that one."""
    while _fold_some():
        pass


def _fold_some() -> bool:
    """Whether there may be more."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
        changes = RollupChange.objects.all()[:MOST].count()
        if changes:
            cursor.execute(_FOLD, [MOST, list(LEVELS), BY_CATEGORY])
            for total in (CategoryTotal, CellTotal):
                total.objects.filter(n=0).delete()
    return changes == MOST
