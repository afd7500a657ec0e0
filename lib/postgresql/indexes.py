"""A migration operation that creates an index while the table is in use."""

from django.contrib.postgres import operations


class AddIndexConcurrently(operations.AddIndexConcurrently):
    """Django's operation without a lock_timeout, and without leftovers of an interrupted attempt.

    Our `migrate` sets a lock_timeout of two seconds. Here PostgreSQL waits for older transactions
    like for a lock, but blocks nobody, so it may take any time. An interrupted attempt leaves an
    invalid index of the same name, which is dropped first.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        """Create the index without a lock_timeout, and restore the former lock_timeout.

        An invalid index of the same name is dropped first.
        """
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout')")
            (before,) = cursor.fetchone()
        schema_editor.execute("SET lock_timeout = 0")
        self._remove_unfinished(schema_editor)
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        schema_editor.execute(f"SET lock_timeout = '{before}'")

    def _remove_unfinished(self, schema_editor) -> None:
        """Drop the index of this name if it is invalid."""
        name = schema_editor.quote_name(self.index.name)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid",
                [name],
            )
            if cursor.fetchone():
                schema_editor.execute(f"DROP INDEX CONCURRENTLY {name}")
