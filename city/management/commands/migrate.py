"""Django's `migrate`, for a database that people use meanwhile.

A migration waits two seconds for a table at most, for whoever comes after it waits behind it; then
it is undone and tried again. What it does once it has the table may take as long as it takes.
(It is in this app because this is the lowest: a project has no commands of its own.)

Lead it to the server itself and not to a pooler, which would lend the limits to somebody else.
"""

import time

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder
from psycopg.errors import LockNotAvailable

from lib.postgresql.timeouts import disable_time_limit

LOCK = 2  # seconds
TRIES = 20
REST = 3  # seconds between two

# Every database from before the migrations were last begun anew has this one.
OF_BEFORE = ("requests_app", "0002_faster_lookups")


class Command(migrate.Command):
    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--tries", type=int, default=TRIES, help="how often to ask for a table that is in use"
        )

    def handle(self, *args, tries=TRIES, **options) -> None:
        for left in reversed(range(tries)):
            try:
                with disable_time_limit():
                    _set_limits(connections[options["database"]])
                    _refuse_older_tables(connections[options["database"]])
                    super().handle(*args, **options)
                return
            except OperationalError as error:
                if not (left and isinstance(error.__cause__, LockNotAvailable)):
                    raise
                self.stderr.write(f"A table is in use; trying again in {REST} s.")
                time.sleep(REST)


def _refuse_older_tables(connection) -> None:
    if OF_BEFORE in MigrationRecorder(connection).applied_migrations():
        raise CommandError(
            "This database was made by a version of Santa311 from before its first release, whose "
            "tables can't be carried over. Nothing was changed. Create an empty database for this "
            "version, and keep the old one with the old version."
        )


def _set_limits(connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK}s'")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
