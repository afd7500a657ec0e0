"""Indexes by which "Who changed what" reads Django's own log of the administration."""

from django.db import migrations

MAKE = [
    """CREATE INDEX CONCURRENTLY IF NOT EXISTS administration_by_time
    ON django_admin_log (action_time DESC, id DESC)""",
    """CREATE INDEX CONCURRENTLY IF NOT EXISTS administration_by_person_and_time
    ON django_admin_log (user_id, action_time DESC, id DESC)""",
]
DROP = [
    "DROP INDEX CONCURRENTLY IF EXISTS administration_by_time",
    "DROP INDEX CONCURRENTLY IF EXISTS administration_by_person_and_time",
]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0002_security_log"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [migrations.RunSQL(make, drop) for make, drop in zip(MAKE, DROP, strict=True)]
