"""Helpers to read and create rows of the security log."""

from django.db import connection, transaction

from accounts.models import SecurityRecord


def rows(*kinds) -> list[tuple]:
    """Return (kind, actor, target, result) of all rows, or those of `kinds`, oldest first."""
    found = SecurityRecord.objects.order_by("pk")
    if kinds:
        found = found.filter(kind__in=kinds)
    return list(found.values_list("kind", "actor", "target", "result"))


@transaction.atomic
def add_row(**columns) -> SecurityRecord:
    """Create a row without triggers, so that `at` can be set. Needs a database superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        row = SecurityRecord.objects.create(**columns)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return row


def user(person) -> str:
    """Return the name of a member of staff in the security log."""
    return f"user:{person.pk}"
