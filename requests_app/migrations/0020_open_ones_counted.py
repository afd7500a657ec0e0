from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from requests_app.models.queries import Urgency
from lib.postgresql.indexes import AddIndexConcurrently

OPEN = [
    "awaiting_resident", "disputed", "filed", "in_progress", "on_hold", "routed", "scheduled",
]  # fmt: skip


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0019_new_ones")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                Urgency(),
                "filed_at",
                "id",
                include=[
                    "status",
                    "priority",
                    "channel",
                    "danger",
                    "held_for",
                    "times_routed",
                    "due_at",
                    "department",
                    "zone",
                    "category",
                    "assignee",
                    "is_private",
                ],
                condition=models.Q(status__in=OPEN),
                name="open_ones_by_urgency",
            ),
        ),
        RemoveIndexConcurrently("servicerequest", "open_ones_urgent_first"),
    ]
