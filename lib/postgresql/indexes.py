"""Indexes that are made while people use the table."""

from django.contrib.postgres import operations


class AddIndexConcurrently(operations.AddIndexConcurrently):
    """Django's, for our `migrate`, which waits two seconds for a lock and then tries again.

    PostgreSQL waits here for every older transaction, as for a lock, while nobody waits behind it:
    so it may take as long as it takes. One that was broken off leaves an index of the same name
    that nothing reads: it is made anew.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout')")
            (before,) = cursor.fetchone()
        schema_editor.execute("SET lock_timeout = 0")
        self._remove_unfinished(schema_editor)
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        schema_editor.execute(f"SET lock_timeout = '{before}'")

    def _remove_unfinished(self, schema_editor) -> None:
        name = schema_editor.quote_name(self.index.name)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid",
                [name],
            )
            if cursor.fetchone():
                schema_editor.execute(f"DROP INDEX CONCURRENTLY {name}")
