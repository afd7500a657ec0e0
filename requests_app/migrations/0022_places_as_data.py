from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0021_older_numbers")]

    operations = [
        migrations.AddField(
            model_name="servicerequest",
            name="location_relation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("near", "near"),
                    ("in_front", "in_front"),
                    ("across", "across"),
                    ("along", "along"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=10,
            ),
        ),
    ]
