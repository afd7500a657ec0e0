"""Django's `migrate`, for a database that is in use.

A migration waits at most two seconds for a lock, because all later queries wait behind it; then it
is rolled back and retried. Once it has the lock it may take any time. (The command is in this app
because it is the lowest: a project has no commands of its own.)

Connect it to the server itself, not to a pooler, which would apply the limits to other sessions.
"""

import time

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder
from psycopg.errors import LockNotAvailable

from lib.postgresql.timeouts import disable_time_limit

LOCK_TIMEOUT_SECONDS = 2
MAX_TRIES = 20
PAUSE_SECONDS = 3  # between two tries

# Only databases older than the present series of migrations have applied this one.
UNSUPPORTED_MIGRATION = ("requests_app", "0002_faster_lookups")


class Command(migrate.Command):
    def add_arguments(self, parser) -> None:
        """Add --tries, the number of tries for a locked table, to those of Django's `migrate`."""
        super().add_arguments(parser)
        parser.add_argument(
            "--tries",
            type=int,
            default=MAX_TRIES,
            help="how often to ask for a table that is in use",
        )

    def handle(self, *args, tries=MAX_TRIES, **options) -> None:
        """Migrate; if a table is locked, wait three seconds and try again, up to `tries` times.

        Raise OperationalError after the last try, and at once for any other cause. Raise
        CommandError for a database of a version before the first release.
        """
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
                self.stderr.write(f"A table is in use; trying again in {PAUSE_SECONDS} s.")
                time.sleep(PAUSE_SECONDS)


def _refuse_older_tables(connection) -> None:
    """Raise CommandError for a database of a version before the first release."""
    if UNSUPPORTED_MIGRATION in MigrationRecorder(connection).applied_migrations():
        raise CommandError(
            "This database was made by a version of Santa311 from before its first release, whose "
            "tables can't be carried over. Nothing was changed. Create an empty database for this "
            "version, and keep the old one with the old version."
        )


def _set_limits(connection) -> None:
    """Set the lock timeout to two seconds for the connection, and no limit for statements."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
