"""Tests for the rules for query plans, with plans of a real table."""

import json

import pytest
from django.db import connection

from tests.query_plans import rules

pytestmark = pytest.mark.django_db
TABLE = "a_table"
ROWS = 40_000


@pytest.fixture(autouse=True)
def a_large_table(db):
    """Create a table of 40,000 rows of 50 kinds, of which one in twenty is open."""
    run(
        f"""CREATE TEMPORARY TABLE {TABLE} AS SELECT n AS id, n % 50 AS kind, md5(n::text) AS words,
            CASE WHEN n % 20 = 0 THEN 'open' ELSE 'closed' END AS status
            FROM generate_series(1, {ROWS}) AS n;
        CREATE UNIQUE INDEX by_id ON {TABLE} (id);
        CREATE INDEX open_ones ON {TABLE} (id) WHERE status = 'open';
        CREATE INDEX by_status ON {TABLE} (status, id);
        CREATE INDEX by_kind ON {TABLE} (kind);
        ANALYZE {TABLE};
        SET LOCAL work_mem = '64kB'; SET LOCAL max_parallel_workers_per_gather = 0"""
    )


def run(statement):
    with connection.cursor() as cursor:
        for each in statement.split(";"):
            cursor.execute(each)
        return cursor.fetchall() if cursor.description else []


def broken(statement):
    """Return the first line of each violation by the statement, such as "Seq Scan of …"."""
    [(plan,)] = run(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT json) {statement}")
    [plan] = plan if isinstance(plan, list) else json.loads(plan)
    sizes = dict(run("SELECT relname, reltuples FROM pg_class"))
    found = [each.words for each in rules.breaches({"Query Text": statement, **plan}, sizes)]
    assert all(statement[:30] in each for each in found)
    return [each.splitlines()[0] for each in found]


GOOD = {
    "a few by their number": "SELECT * FROM a_table WHERE id < 100",
    "a page in an index's order": "SELECT * FROM a_table ORDER BY id LIMIT 50",
    "any few": "SELECT words FROM a_table LIMIT 5",
    "a count that ends at a limit": (
        "SELECT count(*) FROM (SELECT FROM a_table WHERE status = 'closed'"
        " ORDER BY id LIMIT 1000) AS those"
    ),
    "a count of what is open": "SELECT count(*) FROM a_table WHERE status = 'open'",
    "the same by kind": "SELECT kind, count(*) FROM a_table WHERE status = 'open' GROUP BY kind",
    "a few in an index of what is open": (
        "SELECT id FROM a_table WHERE status = 'open' AND id % 500 = 0 ORDER BY id"
    ),
    "a small table as a whole": "SELECT * FROM pg_am",
}


@pytest.mark.parametrize("statement", GOOD.values(), ids=GOOD)
def test_a_good_plan_breaks_nothing(statement):
    assert broken(statement) == []


def test_a_column_without_an_index_is_noticed():
    assert broken("SELECT id FROM a_table WHERE words = 'x'") == [
        "Seq Scan of a_table: 40,000 rows read",
        "Seq Scan of a_table: 40,000 rows read, 0 shown, 375 allowed",
    ]


def test_so_is_one_with_a_condition_that_ends_early_by_chance():
    statement = "SELECT words FROM a_table WHERE words > '1' LIMIT 5"
    assert broken(statement) == ["Seq Scan of a_table: 5 rows read"]


def test_a_sort_that_does_not_fit_into_memory_is_noticed():
    found = broken("SELECT id, words FROM a_table WHERE id < 5000 ORDER BY words")
    assert len(found) == 1
    assert found[0].startswith("Sort wrote ")


def test_a_filter_behind_an_index_is_noticed():
    """The index finds 800 rows of this kind, and the filter leaves one."""
    [found] = broken("SELECT id FROM a_table WHERE kind = 7 AND words = md5('7')")
    assert found.endswith("by_kind of a_table: 800 rows read, 1 shown, 375 allowed")


def test_what_a_loop_reads_again_and_again_counts_each_time():
    run("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
    run("SET LOCAL enable_material = off; SET LOCAL enable_memoize = off")
    [found] = broken(
        "SELECT a.id FROM a_table a JOIN a_table b ON b.kind = a.kind AND b.words = a.words"
        " WHERE a.id <= 10"
    )
    assert "8,000 rows read, 10 shown" in found


def test_a_count_of_more_than_what_is_open_is_noticed():
    [found] = broken("SELECT count(*) FROM a_table WHERE kind = 7")
    assert "800 rows read, 1 shown, 375 allowed" in found


def test_a_limit_high_enough_to_let_all_through_is_none():
    rows = "SELECT FROM a_table ORDER BY id LIMIT 30000"
    [found] = broken(f"SELECT count(*) FROM ({rows}) AS those")
    assert "30,000 rows read, 30,000 shown, 20,000 allowed" in found
