from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

from requests_app.models.search import SearchLexemes, SearchText
from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0017_nearby_of_late")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            GinIndex(
                SearchLexemes(),
                condition=models.Q(is_hidden=False, is_private=False),
                name="public_ones_by_month_and_word",
            ),
        ),
        AddIndexConcurrently(
            "servicerequest",
            GinIndex(
                OpClass(SearchText(), name="gin_trgm_ops"),
                condition=~models.Q(status="closed"),
                name="not_closed_ones_by_their_words",
            ),
        ),
        RemoveIndexConcurrently("servicerequest", "public_ones_by_lexemes"),
        migrations.RunSQL("ANALYZE requests_app_servicerequest", migrations.RunSQL.noop),
    ]
