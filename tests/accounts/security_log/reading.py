"""The security log as tests read it, and its rows of another day."""

from django.db import connection, transaction

from accounts.models import SecurityRecord


def rows(*kinds) -> list[tuple]:
    """(kind, actor, target, result) of each row, the oldest first; of some kinds only, if named."""
    found = SecurityRecord.objects.order_by("pk")
    if kinds:
        found = found.filter(kind__in=kinds)
    return list(found.values_list("kind", "actor", "target", "result"))


@transaction.atomic
def add_row(**columns) -> SecurityRecord:
    """Add a row of another time, as only a superuser of the database can: without the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        row = SecurityRecord.objects.create(**columns)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return row
