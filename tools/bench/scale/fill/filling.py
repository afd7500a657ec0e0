"""An empty database with a loaded city becomes a filled one: `fill(url, count)`.

Indexes and foreign keys are taken away first and made again at the end, so that each of them is
built once over all rows; a foreign key that does not hold fails then.
"""

import json
import multiprocessing
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psycopg

from tools.bench.scale.fill import world as worlds
from tools.bench.scale.fill.tables import COLUMNS, KEPT
from tools.bench.scale.fill.writing import write_share

TEXTS = json.loads((Path(__file__).parent / "texts.json").read_text())
SHARES = 2
OURS = "conrelid::regclass::text = ANY(%s)"
CONSTRAINTS = f"""SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = ANY(%s) AND {OURS} ORDER BY contype DESC, conname"""
INDEXES = """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid::regclass::text = ANY(%s)
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""
NUMBERED = """SELECT table_name FROM information_schema.columns
    WHERE column_name = 'id' AND is_identity = 'YES' AND table_name = ANY(%s)"""
NEXT_ID = """SELECT setval(pg_get_serial_sequence('{0}', 'id'),
    (SELECT coalesce(max(id), 1) FROM {0}))"""


def fill(url, count, seed, end, say=print, shares=SHARES):
    """`count` requests filed up to `end` (seconds since 1970), in a city without any."""
    began = time.monotonic()

    def said(text):
        say(f"{text}: {time.monotonic() - began:.0f} s")

    world = worlds.read(TEXTS)
    said("The city's places, rules and people")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("UPDATE city_city SET contact_kept_days = %s", [KEPT])
        put_back = _take_away(connection)
        rows = _write(url, world, count, seed, end, shares)
        said(f"{sum(rows.values()):,} rows of {count:,} requests")
        for statement in put_back:
            connection.execute(statement)
        said("Indexes, and foreign keys that hold")
        for (table,) in connection.execute(NUMBERED, [list(COLUMNS)]).fetchall():
            connection.execute(NEXT_ID.format(table))
        connection.execute("VACUUM (FREEZE, ANALYZE)")
        said("VACUUM ANALYZE")
    return rows


def _write(url, world, count, seed, end, shares):
    """How many rows were written by table; `shares` processes, or this one alone."""
    given = [(url, world, TEXTS, count, seed, end, share, shares) for share in range(shares)]
    if shares == 1:
        return write_share(*given[0])
    fork = multiprocessing.get_context("fork")
    rows = Counter()
    with ProcessPoolExecutor(shares, mp_context=fork) as together:
        for share in [together.submit(write_share, *each) for each in given]:
            rows.update(share.result())
    return rows


def _take_away(connection):
    """Drops what would be kept up row by row; returns the statements that make it again."""
    tables, again = list(COLUMNS), []

    def find(query, *given):
        return connection.execute(query, given).fetchall()

    for table, name, definition in find(CONSTRAINTS, ["f"], tables):
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for table, name, definition in find(CONSTRAINTS, ["u"], tables):
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        again.insert(0, f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for name, definition in find(INDEXES, tables):
        connection.execute(f"DROP INDEX {name}")
        again.insert(0, definition)
    return again
