from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from requests_app.models.search import SearchLexemes
from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0012_closed_ones")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            GinIndex(
                SearchLexemes(),
                condition=models.Q(is_hidden=False, is_private=False),
                name="public_ones_by_lexemes",
            ),
        ),
        migrations.RunSQL("ANALYZE requests_app_servicerequest", migrations.RunSQL.noop),
    ]
