from django.db import migrations, models

from requests_app.models.queries import Urgency
from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0009_administration_filters")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                fields=["assignee", "-changed_at"],
                condition=models.Q(status="in_progress"),
                name="work_under_way",
            ),
        ),
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                "department",
                Urgency(),
                "due_at",
                "filed_at",
                "id",
                include=[
                    "status",
                    "zone",
                    "category",
                    "scheduled_for",
                    "assignee",
                    "completed_at",
                    "completed_by",
                    "version",
                    "staff_version",
                    "changed_at",
                ],
                condition=~models.Q(status="closed"),
                name="jobs_of_a_department",
            ),
        ),
    ]
