"""Indexes by which "Who changed what" reads Django's own log of the administration.

Django's log has a foreign key to the accounts, so it cannot be in the initial migration.
"""

from django.db import migrations

MAKE = """
CREATE INDEX administration_by_time ON django_admin_log (action_time DESC, id DESC);
CREATE INDEX administration_by_person_and_time ON django_admin_log
(user_id, action_time DESC, id DESC);
"""
DROP = "DROP INDEX administration_by_time, administration_by_person_and_time"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [migrations.RunSQL(MAKE, DROP)]
