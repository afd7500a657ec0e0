import django.contrib.postgres.indexes
from django.db import migrations

import requests_app.models.search
from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0032_plain_words")]

    operations = [
        AddIndexConcurrently(
            "servicerequest",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    requests_app.models.search.ReferenceLetters(), name="gin_trgm_ops"
                ),
                name="requests_by_parts_of_reference",
            ),
        ),
        AddIndexConcurrently(
            "contact",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    requests_app.models.search.FoldedText("name"), name="gin_trgm_ops"
                ),
                name="contacts_by_parts_of_name",
            ),
        ),
    ]
