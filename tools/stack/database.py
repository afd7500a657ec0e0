"""PostgreSQL as a city runs it: three servers, of which any one may be the primary.

Whoever is the primary commits when one of the two others has the change on its disk (`ANY 1`).
The list names all three, so it is the same wherever it stands: no server is its own standby.
"""

import time

from tools.embedded import Child, Postgres, ServiceFailed, await_that
from tools.embedded.postgres import USER, programs

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
_WHO_MAY_ENTER = """\
local all         all              trust
local replication all              trust
host  all         all 127.0.0.1/32 scram-sha-256
host  replication all 127.0.0.1/32 scram-sha-256
"""


class Server(Postgres):
    """A PostgreSQL server of the three. `follows` is the server it copies, or None for the primary.

    Set before `start`, `follows` makes a standby even of what was a primary: its own data is put
    away then, for it may hold what nobody else has.
    """

    def __init__(self, name, folder, port, password, follows=None) -> None:
        super().__init__(
            folder / name, settings={**SETTINGS, "port": str(port), "cluster_name": name}
        )
        self.name = name
        self.port = port
        self.follows = follows
        self._password = password

    @property
    def where(self) -> str:
        """How another server finds this one."""
        return f"host=127.0.0.1 port={self.port} user={USER} password={self._password}"

    def was_primary(self) -> bool:
        """Whether the data on the disk was a primary's the last time."""
        made = (self.cluster / "PG_VERSION").exists()
        return made and not (self.cluster / "standby.signal").exists()

    def query(self, statement, *values) -> tuple:
        """Execute a statement and return its first row, or () without one."""
        with self._connect() as connection:
            cursor = connection.execute(statement, values)
            return (cursor.fetchone() if cursor.description else None) or ()

    def settle(self, **settings) -> None:
        """Change settings by ALTER SYSTEM, in force at once and after a restart."""
        with self._connect() as connection:
            for name, value in settings.items():
                quoted = value.replace("'", "''")
                connection.execute(f"ALTER SYSTEM SET {name} = '{quoted}'")
            connection.execute("SELECT pg_reload_conf()")

    def follow(self, other) -> None:
        self.follows = other
        self.settle(primary_conninfo=other.where)

    def received(self):
        """Return the WAL position that this standby has received, in bytes."""
        return self.query(
            "SELECT pg_wal_lsn_diff(coalesce(pg_last_wal_receive_lsn(), '0/0'), '0/0')"
        )[0]

    def is_followed_by(self, *servers) -> bool:
        found = self.query(
            "SELECT count(*) FROM pg_stat_replication"
            " WHERE state = 'streaming' AND application_name = ANY(%s)",
            [server.name for server in servers],
        )
        return found[0] == len(servers)

    def await_followers(self, *servers, seconds=30) -> None:
        problem = f"Not every standby follows {self.name} yet."
        await_that(lambda: self.is_followed_by(*servers), seconds, problem)

    def catch_up_with(self, ahead) -> None:
        """Replicate from the standby `ahead` until this server has all its received WAL."""
        goal = ahead.received()
        if self.received() >= goal:
            return
        self.settle(primary_conninfo=ahead.where)
        problem = f"{self.name} does not get what {ahead.name} has."
        await_that(lambda: self.received() >= goal, 20, problem)

    def promote(self) -> None:
        self.settle(synchronous_standby_names=SYNCHRONOUS)
        if not self.query("SELECT pg_promote(true, 20)")[0]:
            raise ServiceFailed(f"{self.name} was not promoted in time.")
        self.follows = None

    def _initialise(self) -> None:
        if self.follows and self.was_primary():
            self.cluster.rename(self.data_dir / f"cluster.{time.strftime('%Y%m%d-%H%M%S')}")
        super()._initialise()
        if self.follows:
            self._point_to(self.follows)

    def _point_to(self, other) -> None:
        """Before it starts: the other may have got another port since. The last line counts."""
        with (self.cluster / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"primary_conninfo = '{other.where}'\n")

    def _fill(self, target) -> None:
        if self.follows:
            self._copy(target)
            return
        super()._fill(target)
        (target / "pg_hba.conf").write_text(_WHO_MAY_ENTER)

    def _copy(self, target) -> None:
        command = [
            programs() / "pg_basebackup", "--pgdata", target, "--dbname", self.follows.where,
            "--checkpoint", "fast", "--wal-method", "stream", "--write-recovery-conf",
        ]  # fmt: skip
        child = Child("pg_basebackup", command, **self._how("basebackup"))
        if child.wait(seconds=600):
            raise ServiceFailed(f"{self.name} could not be copied.\n{child.last_words()}")

    def _make_database(self, connection) -> None:
        """Create the database on a primary; standbys replicate it."""
        connection.execute(f"ALTER ROLE {USER} PASSWORD '{self._password}'")
        super()._make_database(connection)


def three(folder, ports, password) -> dict[str, Server]:
    """All of them by name; whose data was a primary's the last time is it again."""
    servers = {name: Server(name, folder, ports[name], password) for name in NAMES}
    primary = next(filter(Server.was_primary, servers.values()), servers[NAMES[0]])
    for server in servers.values():
        server.follows = None if server is primary else primary
    return servers
