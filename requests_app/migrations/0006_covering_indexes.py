from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F

from requests_app.models.map_point import MapX, MapY
from lib.postgresql.indexes import AddIndexConcurrently

PUBLIC = models.Q(is_hidden=False, is_private=False)
ADDED = [
    models.Index(
        fields=["-changed_at", "-id"],
        include=["category", "zone", "status", "outcome", "filed_at"],
        condition=PUBLIC,
        name="public_ones_by_latest_update",
    ),
    models.Index(
        fields=["zone", "-changed_at", "-id"],
        include=["category", "status", "outcome", "filed_at"],
        condition=PUBLIC,
        name="public_ones_in_a_zone",
    ),
    models.Index(
        fields=["category", "-changed_at", "-id"],
        include=["zone", "status", "outcome", "filed_at"],
        condition=PUBLIC,
        name="public_ones_of_a_kind",
    ),
    models.Index(
        F("category"),
        F("filed_at").desc(),
        F("id").desc(),
        MapY(),
        MapX(),
        include=["zone", "status", "outcome", "changed_at", "latitude", "longitude"],
        condition=PUBLIC,
        name="public_ones_of_a_kind_filed",
    ),
    models.Index(
        F("filed_at").desc(),
        F("id").desc(),
        MapY(),
        MapX(),
        include=["category", "zone", "status", "outcome", "changed_at", "latitude", "longitude"],
        condition=PUBLIC,
        name="public_ones_by_filing",
    ),
    models.Index(MapY(), MapX(), condition=PUBLIC, name="public_ones_by_spot"),
]
REMOVED = [
    "public_ones_by_latest_news",
    "public_ones_newest_first",
    "public_ones_of_a_zone",
    "public_ones_of_a_category",
]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0005_count_former_requests")]

    operations = [
        *(AddIndexConcurrently("servicerequest", index) for index in ADDED),
        # Nothing is known yet of the values of an index's expressions, and guesses are far off.
        migrations.RunSQL("ANALYZE requests_app_servicerequest", migrations.RunSQL.noop),
        *(RemoveIndexConcurrently("servicerequest", name) for name in REMOVED),
    ]
