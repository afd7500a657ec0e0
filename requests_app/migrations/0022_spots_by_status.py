from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from requests_app.models.map_point import MapX, MapY
from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0021_vacuumed_in_time")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            models.Index(
                MapY(),
                MapX(),
                "status",
                condition=models.Q(is_hidden=False, is_private=False),
                name="public_ones_by_spot_and_status",
            ),
        ),
        RemoveIndexConcurrently("servicerequest", "public_ones_by_spot"),
    ]
