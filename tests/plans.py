"""Helpers that check query plans as if the tables were large.

On a table with a few rows, a scan of a whole index costs hardly more than a scan of a part of it.
The plan would then depend on the statistics left by an earlier test. If index scans are disabled
too, only bitmap scans remain, which read only parts of an index.
"""

import json

from django.db import connection

# Partial indexes that are small, so a scan without an index condition is allowed.
PARTIAL = {
    "jobs_of_a_department",
    "not_closed_ones_by_place",
    "not_closed_ones_by_status",
    "public_ones_by_nearness",
    "words_of_danger_not_cleared",
}


def plan_as_if_large(*off):
    """Disable sequential scans until the transaction of the test ends.

    `off` names other plan types to disable, such as `sort`.
    """
    with connection.cursor() as cursor:
        for each in ["seqscan", *off]:
            cursor.execute(f"SET LOCAL enable_{each} = off")


def reads_all(rows, table="requests_app_servicerequest") -> bool:
    """Return True if the plan for the queryset `rows` scans the whole table or a whole index."""
    [plan] = json.loads(rows.explain(format="json"))
    return any(_is_whole(node, table) for node in _nodes(plan["Plan"]))


def _nodes(node):
    yield node
    for child in node.get("Plans", []):
        child.setdefault("Relation Name", node.get("Relation Name"))  # for bitmap indexes
        yield from _nodes(child)


def _is_whole(node, table):
    if node.get("Relation Name") != table or node["Node Type"] in ("Bitmap Heap Scan", "BitmapOr"):
        return False
    return "Index Cond" not in node and node.get("Index Name") not in PARTIAL
