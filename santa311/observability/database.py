"""How PostgreSQL itself is: its connections, its standbys, what is archived.

The role needs `GRANT pg_monitor` to see standbys and what others' connections do; without it those
figures stay away, and so do their alerts.
"""

from santa311.observability.gauge import gauge

_CONNECTIONS = """
SELECT coalesce(state, 'unknown'), count(*) FROM pg_stat_activity
WHERE datname = current_database() GROUP BY 1
"""
_ITSELF = """
SELECT pg_database_size(current_database()), current_setting('max_connections')::int,
       pg_is_in_recovery()
"""
_STANDBYS = """
SELECT application_name, max(coalesce(extract(epoch FROM replay_lag), 0))
FROM pg_stat_replication WHERE state = 'streaming' GROUP BY 1
"""
# Since when nothing was archived, and how much waits for it. An idle server archives nothing and
# loses nothing, so only both together mean trouble. A segment's name ends in its number, in two
# halves of eight hex digits. Right after a base backup the last name is that of its note, which
# tells nothing.
_ARCHIVE = """
WITH archiver AS (
    SELECT *, pg_size_bytes(current_setting('wal_segment_size')) AS segment FROM pg_stat_archiver
    WHERE current_setting('archive_mode') <> 'off' AND NOT pg_is_in_recovery()
)
SELECT extract(epoch FROM now() - greatest(last_archived_time, stats_reset)),
       CASE WHEN last_archived_wal ~ '^[0-9A-F]{24}$' THEN
           pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')
           - (('x' || substr(last_archived_wal, 9, 8))::bit(32)::bigint * (4294967296 / segment)
              + ('x' || substr(last_archived_wal, 17, 8))::bit(32)::bigint + 1) * segment
       END,
       failed_count
FROM archiver
"""


def figures(cursor):
    cursor.execute(_CONNECTIONS)
    by_state = dict(cursor.fetchall())
    yield gauge("database_connections", "Connections by what they do.", by_state, label="state")
    cursor.execute(_ITSELF)
    size, most, is_standby = cursor.fetchone()
    yield gauge("database_bytes", "Size of the database.", size)
    yield gauge("database_connections_max", "Connections that the server allows.", most)
    yield gauge("database_read_only", "1 where this is a standby.", is_standby)
    cursor.execute(_STANDBYS)
    lags = dict(cursor.fetchall())
    yield gauge("standbys", "Standbys that are streaming.", len(lags))
    yield gauge("standby_lag_seconds", "How far a standby is behind.", lags, label="standby")
    yield from _archive(cursor)


def _archive(cursor):
    """Without values where archive_mode is off: there is no backup to be late."""
    cursor.execute(_ARCHIVE)
    since, waiting, failures = cursor.fetchone() or (None, None, None)
    waiting = None if waiting is None else max(waiting, 0)
    yield gauge("archive_age_seconds", "Since when no piece of WAL was archived.", since)
    yield gauge("archive_waiting_bytes", "WAL that is not archived yet.", waiting)
    yield gauge("archive_failures", "Times that archiving failed.", failures)
