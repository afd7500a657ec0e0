"""Writers of numbered rows, which record acknowledged rows outside the database."""

import itertools
import threading
import time
from itertools import pairwise
from typing import Self

import psycopg

from lib.postgresql.timeouts import Connection, limit_query_time
from tools.bench.faults.checks import Check, at_most, none_of
from tools.bench.faults.evidence import ask

WRITERS = 4
PAUSE = 0.1  # seconds between two rows of a writer
PATIENCE = 2  # seconds until a writer gives up a row and opens a new connection
_TABLE = "fault_rows"


class RowWriters:
    """Four connections through the pooler that insert a row every 0.1 seconds.

    `direct` is the URL of the leader without the pooler, used to count the rows. After a restore
    elsewhere it is another URL.
    """

    def __init__(self, url: str, direct: str) -> None:
        self._url, self.direct = url, direct
        self._numbers = itertools.count()
        self._acknowledged: list[tuple[float, int]] = []  # (time, number of the row)
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, daemon=True) for _ in range(WRITERS)]

    def __enter__(self) -> Self:
        ask(self.direct, f"DROP TABLE IF EXISTS {_TABLE}")
        ask(self.direct, f"CREATE TABLE {_TABLE} (number int PRIMARY KEY)")
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def acknowledged_since(self, moment: float) -> int:
        """Return the number of rows that were acknowledged after `moment`."""
        return sum(at > moment for at, _number in list(self._acknowledged))

    def longest_pause(self, since: float) -> float:
        """Return the seconds of the longest time without an acknowledged row, until now."""
        moments = sorted(at for at, _number in list(self._acknowledged) if at > since)
        return max(b - a for a, b in pairwise([since, *moments, time.time()]))

    def check(self, since: float, limit: float) -> list[Check]:
        """Check the longest pause since the fault, and that no acknowledged row is lost."""
        pause = self.longest_pause(since)
        return [at_most("seconds without writes", pause, limit, digits=1), self.check_lost()]

    def check_lost(self) -> Check:
        acknowledged = [number for _at, number in list(self._acknowledged)]
        lost = sorted(set(acknowledged) - self._read_kept())
        return none_of("acknowledged rows lost", lost, len(acknowledged))

    def take_number(self) -> int:
        """Return an unused row number: earlier rows have lower numbers, later rows higher ones."""
        return next(self._numbers)

    def check_moment(self, moment: float, number: int) -> list[Check]:
        """Check that the database is as it was between `moment` and the call of `take_number()`."""
        kept = self._read_kept()
        before = {row for at, row in self._acknowledged if at <= moment}
        after = sum(row > number for _at, row in self._acknowledged)
        still_there = [row for row in kept if row > number]
        return [
            none_of("rows acknowledged before the moment and lost", before - kept, len(before)),
            none_of("rows of after the moment still there", still_there, after),
        ]

    def check_age(self, moment: float, limit: float) -> Check:
        """Check that rows lost at `moment` were acknowledged at most `limit` seconds before it."""
        kept = self._read_kept()
        lost = [at for at, row in self._acknowledged if row not in kept]
        age = moment - min(lost, default=moment)
        name = f"age of the data ({len(lost)} of {len(self._acknowledged)} rows lost)"
        return at_most(name, age, limit, digits=1)

    def _read_kept(self) -> set[int]:
        return {number for (number,) in ask(self.direct, f"SELECT number FROM {_TABLE}")}

    def _write(self) -> None:
        while not self._stop.is_set():
            try:
                self._write_until_error()
            except psycopg.Error:
                # not acknowledged: try again with a new connection and number
                self._stop.wait(PAUSE)

    def _write_until_error(self) -> None:
        with Connection.connect(
            self._url, connect_timeout=PATIENCE, autocommit=True, prepare_threshold=None
        ) as connection:
            while not self._stop.wait(PAUSE):
                number = next(self._numbers)
                with limit_query_time(PATIENCE):
                    connection.execute(f"INSERT INTO {_TABLE} VALUES (%s)", [number])
                self._acknowledged.append((time.time(), number))
