from django.db import migrations, models

from requests_app.models.queries import Urgency
from lib.postgresql.indexes import AddIndexConcurrently

OPEN = [
    "awaiting_resident", "disputed", "filed", "in_progress", "on_hold", "routed", "scheduled",
]  # fmt: skip


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0007_answers_by_time")]

    operations = [
        AddIndexConcurrently(
            "photo",
            models.Index(
                fields=["service_request"],
                condition=models.Q(kind="report") & ~models.Q(state="unreadable"),
                name="reports_with_photos",
            ),
        ),
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
                ],
                condition=models.Q(status__in=OPEN),
                name="open_ones_urgent_first",
            ),
        ),
    ]
