from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0013_delivered_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="searched",
            field=models.CharField(db_default="", default="", editable=False, max_length=200),
        ),
    ]
