from django.db import migrations, models

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0028_originals_to_clean")]

    operations = [
        AddIndexConcurrently(
            "photo",
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(must_clean_original=True),
                name="photos_with_originals_to_clean",
            ),
        ),
    ]
