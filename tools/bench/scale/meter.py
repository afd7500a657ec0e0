"""Measure the cost of work: CPU of the web process and the database, and number of statements.

CPU times are those of the processes (on Linux in nanoseconds): the web process with all its
threads, and all PostgreSQL backends that serve the application, including finished parallel
workers. Statements are counted by pg_stat_statements, without its own queries and without the
foreign key checks that the server makes at a COMMIT.
"""

import os
import re
import time
from pathlib import Path

import psutil
import psycopg

COUNTED = """SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
    WHERE toplevel AND query NOT LIKE '%pg_stat_statements%'
    AND query NOT LIKE 'SELECT 1 FROM ONLY % FOR KEY SHARE OF x'"""
SERVES = re.compile(r"^postgres: (\w+ \w+ |parallel worker)")
NOBODY = ("postgres: io worker", "postgres: logical replication", "postgres: autovacuum")


class Meter:
    """Reads total costs; `read()` returns (web seconds, database seconds, statements)."""

    def __init__(self, web, postmaster, url) -> None:
        self._web, self._postmaster = psutil.Process(web), psutil.Process(postmaster)
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        self._own = self._connection.info.backend_pid
        self._is_backend: dict[int, bool] = {}
        self._ended = 0.0

    def close(self) -> None:
        self._connection.close()

    def read(self) -> tuple[float, float, int]:
        [(statements,)] = self._connection.execute(COUNTED).fetchall()
        return self.web(), self.database(), int(statements)

    def web(self) -> float:
        """Return the CPU seconds of the web process.

        The processes that read photos, and a command that a scene runs, are included.
        """
        commands = os.times()
        return commands.children_user + commands.children_system + tree_seconds(self._web.pid)

    def database(self) -> float:
        backends = [each for each in self._postmaster.children() if self._serves(each)]
        return sum(map(_cpu, backends)) + _of_the_ended(self._postmaster)

    def _serves(self, process) -> bool:
        known = self._is_backend.get(process.pid)
        if known is None:
            line = _command(process)
            known = bool(SERVES.match(line)) and not line.startswith(NOBODY)
            known = known and process.pid != self._own
            self._is_backend[process.pid] = known
        return known


def tree_seconds(pid: int) -> float:
    """Return the CPU seconds of a process and of all that it started, also of those that ended."""
    root = psutil.Process(pid)
    return sum(_cpu(each) + _of_the_ended(each) for each in [root, *root.children(recursive=True)])


def _command(process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def _cpu(process) -> float:
    """Return the CPU seconds of all threads of a process, also finished ones; 0 if it has ended."""
    try:
        return time.clock_gettime(~process.pid << 3 | 2)
    except (OSError, AttributeError):
        try:
            return sum(process.cpu_times()[:2])
        except psutil.NoSuchProcess:
            return 0.0


def _of_the_ended(process) -> float:
    """Return the CPU seconds of the ended children for which the process has waited."""
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[13]) + int(fields[14])) / 100
