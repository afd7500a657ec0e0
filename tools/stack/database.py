"""Three PostgreSQL servers, of which any may be the primary.

The primary commits when one of the two others has the change on disk (`ANY 1`). The list of
standbys names all three servers, so it is the same on each: no server is its own standby.
"""

import time
from pathlib import Path
from typing import Any

import psycopg

from tools.embedded import Child, Postgres, ServiceFailed, await_condition
from tools.embedded.postgres import USER, find_program_folder

NAMES = ("postgres", "standby1", "standby2")
SYNCHRONOUS = f"ANY 1 ({', '.join(NAMES)})"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "wal_keep_size": "256MB",  # so that a standby that was away for a while finds what it missed
    "wal_retrieve_retry_interval": "500ms",
    "wal_receiver_timeout": "5s",
    "wal_sender_timeout": "5s",
    "hot_standby_feedback": "on",
    "log_min_error_statement": "panic",  # a statement may hold a person's words
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",  # a DETAIL names the values of a row
}
_HBA_RULES = """\
local all         all              trust
local replication all              trust
host  all         all 127.0.0.1/32 scram-sha-256
host  replication all 127.0.0.1/32 scram-sha-256
"""


class Server(Postgres):
    """One of the three servers. `follows` is the server it replicates, None for the primary.

    If `follows` is set before `start`, a former primary becomes a standby. Its data is moved aside
    first, because it may have changes that no other server has.
    """

    def __init__(
        self, name: str, folder: Path, port: int, password: str, follows: "Server | None" = None
    ) -> None:
        super().__init__(
            folder / name, settings={**SETTINGS, "port": str(port), "cluster_name": name}
        )
        self.name = name
        self.port = port
        self.follows = follows
        self._password = password

    @property
    def connection_string(self) -> str:
        """Return the connection string with which another server finds this one."""
        return f"host=127.0.0.1 port={self.port} user={USER} password={self._password}"

    def was_primary(self) -> bool:
        """Return True if the data on disk is that of a primary."""
        made = (self.cluster / "PG_VERSION").exists()
        return made and not (self.cluster / "standby.signal").exists()

    def query(self, statement: str, *values: object) -> tuple | None:
        """Return the first row of the result, or None."""
        with self._connect() as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchone() if cursor.description else None

    def _query_value(self, statement: str, *values: object) -> Any:
        """Return the first value of the first row. Raise ServiceFailed if there is no row."""
        row = self.query(statement, *values)
        if row is None:
            raise ServiceFailed(f"{self.name} returned no row for: {statement}")
        return row[0]

    def alter_system(self, **settings: str) -> None:
        """Set server parameters now and for later starts (ALTER SYSTEM and reload)."""
        with self._connect() as connection:
            for name, value in settings.items():
                quoted = value.replace("'", "''")
                connection.execute(f"ALTER SYSTEM SET {name} = '{quoted}'")
            connection.execute("SELECT pg_reload_conf()")

    def follow(self, other: "Server") -> None:
        self.follows = other
        self.alter_system(primary_conninfo=other.connection_string)

    def received_wal_position(self) -> int:
        """Return the position up to which this standby has received WAL, in bytes."""
        return self._query_value(
            "SELECT pg_wal_lsn_diff(coalesce(pg_last_wal_receive_lsn(), '0/0'), '0/0')"
        )

    def is_followed_by(self, *servers: "Server") -> bool:
        found = self._query_value(
            "SELECT count(*) FROM pg_stat_replication"
            " WHERE state = 'streaming' AND application_name = ANY(%s)",
            [server.name for server in servers],
        )
        return found == len(servers)

    def await_followers(self, *servers: "Server", seconds: float = 30) -> None:
        problem = f"Not every standby follows {self.name} yet."
        await_condition(lambda: self.is_followed_by(*servers), seconds, problem)

    def replicate_from(self, ahead: "Server") -> None:
        """Replicate from the standby `ahead` until this server has all the WAL that it received.

        Used when the primary is down. Raise ServiceFailed after 20 seconds.
        """
        goal = ahead.received_wal_position()
        if self.received_wal_position() >= goal:
            return
        self.alter_system(primary_conninfo=ahead.connection_string)
        problem = f"{self.name} does not get what {ahead.name} has."
        await_condition(lambda: self.received_wal_position() >= goal, 20, problem)

    def promote(self) -> None:
        self.alter_system(synchronous_standby_names=SYNCHRONOUS)
        if not self._query_value("SELECT pg_promote(true, 20)"):
            raise ServiceFailed(f"{self.name} was not promoted in time.")
        self.follows = None

    def _initialize_cluster(self) -> None:
        if self.follows and self.was_primary():
            self.cluster.rename(self.data_dir / f"cluster.{time.strftime('%Y%m%d-%H%M%S')}")
        super()._initialize_cluster()
        if self.follows:
            self._write_primary_conninfo(self.follows)

    def _write_primary_conninfo(self, other: "Server") -> None:
        """Append the address of the primary, whose port may have changed; the last line counts."""
        with (self.cluster / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"primary_conninfo = '{other.connection_string}'\n")

    def _create_cluster(self, target: Path) -> None:
        if self.follows:
            self._copy_primary(self.follows, target)
            return
        super()._create_cluster(target)
        (target / "pg_hba.conf").write_text(_HBA_RULES)

    def _copy_primary(self, primary: "Server", target: Path) -> None:
        command = [
            find_program_folder() / "pg_basebackup", "--pgdata", target,
            "--dbname", primary.connection_string,
            "--checkpoint", "fast", "--wal-method", "stream", "--write-recovery-conf",
        ]  # fmt: skip
        child = Child("pg_basebackup", command, **self._process_options("basebackup"))
        if child.wait(seconds=600):
            raise ServiceFailed(f"{self.name} could not be copied.\n{child.read_log_tail()}")

    def _make_database(self, connection: psycopg.Connection) -> None:
        """Create the database; a standby gets it by replication."""
        connection.execute(f"ALTER ROLE {USER} PASSWORD '{self._password}'")
        super()._make_database(connection)


def make_servers(folder: Path, ports: dict[str, int], password: str) -> dict[str, Server]:
    """Return the three servers by name; the one whose data is a primary's is the primary again."""
    servers = {name: Server(name, folder, ports[name], password) for name in NAMES}
    primary = next(filter(Server.was_primary, servers.values()), servers[NAMES[0]])
    for server in servers.values():
        server.follows = None if server is primary else primary
    return servers
