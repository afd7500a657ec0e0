from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F

import requests_app.models.closing_period
from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0016_events_by_person")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                fields=["latitude", "longitude", "category", "id"],
                include=["status", "is_hidden"],
                condition=~models.Q(status="closed"),
                name="not_closed_ones_by_place",
            ),
        ),
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                F("category"),
                requests_app.models.closing_period.ClosingPeriod(),
                F("latitude"),
                F("longitude"),
                F("id"),
                include=["closed_at", "outcome", "is_hidden"],
                condition=models.Q(status="closed"),
                name="closed_ones_by_kind_and_period",
            ),
        ),
        RemoveIndexConcurrently("servicerequest", "by_place_and_kind"),
        RemoveIndexConcurrently("servicerequest", "open_ones_of_a_kind_by_place"),
    ]
