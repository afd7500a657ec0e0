from django.db import migrations, models

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0013_search_lexemes")]

    operations = [
        AddIndexConcurrently(
            "feedback", models.Index(fields=["rating", "id"], name="ratings_by_their_stars")
        )
    ]
