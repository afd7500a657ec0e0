"""Gauges of PostgreSQL: connections, standbys and the archive.

The role needs `GRANT pg_monitor` to see standbys, other roles' connections and the WAL to be
archived. Without it these gauges are missing, and an alert is raised.
"""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily

from lib import clock_offsets
from santa311.observability.gauge import build_gauge

_CONNECTIONS = """
SELECT coalesce(state, 'unknown'), count(*) FROM pg_stat_activity
WHERE datname = current_database() GROUP BY 1
"""
_ITSELF = """
SELECT pg_database_size(current_database()), current_setting('max_connections')::int,
       pg_is_in_recovery(), extract(epoch FROM clock_timestamp())::float8,
       pg_has_role(current_user, 'pg_monitor', 'usage')
"""
_STANDBYS = """
SELECT application_name, max(coalesce(extract(epoch FROM replay_lag), 0))
FROM pg_stat_replication WHERE state = 'streaming' GROUP BY 1
"""
# Seconds since WAL was last archived. An idle server archives nothing, so this is a problem only
# together with bytes that wait (_WAITING).
_ARCHIVER = """
SELECT extract(epoch FROM now() - greatest(last_archived_time, stats_reset)), failed_count
FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off' AND NOT pg_is_in_recovery()
"""
# Bytes of WAL from the first segment that is ready to be archived, or else from the one being
# written. The last archived file is not used: it may be a backup's label or a timeline's history. A
# segment's name ends in its number, in two halves of eight hex digits.
_WAITING = """
WITH size AS (SELECT pg_size_bytes(current_setting('wal_segment_size')) AS segment),
written AS (SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS bytes),
ready AS (
    SELECT min(('x' || substr(name, 9, 8))::bit(32)::bigint * (4294967296 / segment)
               + ('x' || substr(name, 17, 8))::bit(32)::bigint) AS first
    FROM pg_ls_archive_statusdir(), size WHERE name ~ '^[0-9A-F]{24}([.]partial)?[.]ready$'
)
SELECT bytes - least(first, floor(bytes / segment)) * segment FROM written, ready, size
"""


def collect_gauges(cursor) -> Iterator[GaugeMetricFamily]:
    """Yield the gauges of connections, size, standbys and archive, read with `cursor`.

    The database's time is recorded in lib.clock_offsets.
    """
    cursor.execute(_CONNECTIONS)
    by_state = dict(cursor.fetchall())
    yield build_gauge(
        "database_connections", "Connections by what they do.", by_state, label="state"
    )
    cursor.execute(_ITSELF)
    size, most, is_standby, moment, is_watched = cursor.fetchone()
    clock_offsets.record_server_time("database", moment)
    yield build_gauge("database_bytes", "Size of the database.", size)
    yield build_gauge("database_connections_max", "Connections that the server allows.", most)
    yield build_gauge("database_read_only", "1 where this is a standby.", is_standby)
    words = "1 where our role may see the standbys and the archive."
    yield build_gauge("database_watched", words, is_watched)
    cursor.execute(_STANDBYS)
    lags = dict(cursor.fetchall())
    yield build_gauge("standbys", "Standbys that are streaming.", len(lags))
    yield build_gauge("standby_lag_seconds", "How far a standby is behind.", lags, label="standby")
    yield from _archive_gauges(cursor, is_watched)


def _archive_gauges(cursor, is_watched) -> Iterator[GaugeMetricFamily]:
    """Yield the gauges of the archive, without values if archive_mode is off.

    The waiting bytes have no value either if the role may not see them.
    """
    cursor.execute(_ARCHIVER)
    archiver = cursor.fetchone()
    since, failures = archiver or (None, None)
    waiting = None
    if archiver and is_watched:
        cursor.execute(_WAITING)
        (waiting,) = cursor.fetchone()
    yield build_gauge("archive_age_seconds", "Since when no piece of WAL was archived.", since)
    yield build_gauge("archive_waiting_bytes", "WAL that is not archived yet.", waiting)
    yield build_gauge("archive_failures", "Times that archiving failed.", failures)
