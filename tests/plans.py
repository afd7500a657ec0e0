"""Plans as PostgreSQL makes them for a table that it reads whole only if nothing else will do.

On a table of a few rows a whole index costs hardly more than a part of it, so what is chosen would
hang on the statistics that an earlier test left. Where index scans are off too, a bitmap is left,
which is made of parts alone.
"""

import json

from django.db import connection

# Small without a condition.
PARTIAL = {
    "jobs_of_a_department",
    "not_closed_ones_by_place",
    "not_closed_ones_by_status",
    "public_ones_by_nearness",
    "words_of_danger_not_cleared",
}


def plan_as_if_large(*off):
    """Until the test ends; `off` are other ways that the planner leaves alone, such as `sort`."""
    with connection.cursor() as cursor:
        for each in ["seqscan", *off]:
            cursor.execute(f"SET LOCAL enable_{each} = off")


def reads_all(rows, table="requests_app_servicerequest") -> bool:
    """Whether a plan for `rows` goes through the whole table, or a whole index of it."""
    [plan] = json.loads(rows.explain(format="json"))
    return any(_is_whole(node, table) for node in _nodes(plan["Plan"]))


def _nodes(node):
    yield node
    for child in node.get("Plans", []):
        child.setdefault("Relation Name", node.get("Relation Name"))  # of a bitmap's indexes
        yield from _nodes(child)


def _is_whole(node, table):
    if node.get("Relation Name") != table or node["Node Type"] in ("Bitmap Heap Scan", "BitmapOr"):
        return False
    return "Index Cond" not in node and node.get("Index Name") not in PARTIAL
