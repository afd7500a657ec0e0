from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0012_held_for_review"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="delivered_digest",
            field=models.CharField(db_default="", default="", editable=False, max_length=64),
        ),
    ]
