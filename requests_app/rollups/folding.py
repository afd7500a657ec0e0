"""The folding of RollupChanges into the totals."""

from django.db import connection, transaction

from requests_app.models.rollup import (
    CATEGORY_ZOOM_LEVEL,
    ZOOM_LEVELS,
    CategoryTotal,
    CellTotal,
    RollupChange,
)

MAX_CHANGES_PER_TRANSACTION = 20_000
ADVISORY_LOCK_ID = 31_100  # held while changes are folded or totals recounted

# One statement, so that each change is visible either in the totals or beside them.
_FOLD_SQL = """
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


def fold_changes() -> None:
    """Add all RollupChanges to the totals and delete them, unless another process does so now."""
    while _fold_batch():
        pass


def _fold_batch() -> bool:
    """Fold one batch of changes, and return whether there may be more.

    False also while another process holds the lock. Totals of 0 are deleted.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK_ID])
        if not cursor.fetchone()[0]:
            return False
        changes = RollupChange.objects.all()[:MAX_CHANGES_PER_TRANSACTION].count()
        if changes:
            cursor.execute(
                _FOLD_SQL, [MAX_CHANGES_PER_TRANSACTION, list(ZOOM_LEVELS), CATEGORY_ZOOM_LEVEL]
            )
            for total in (CategoryTotal, CellTotal):
                total.objects.filter(n=0).delete()
    return changes == MAX_CHANGES_PER_TRANSACTION
