"""Say "request number" and "possible emergency" where the admin site names these fields."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0031_crew_actions_sent_once"),
    ]

    operations = [
        migrations.AlterField(
            model_name="servicerequest",
            name="danger",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=40,
                verbose_name="possible emergency",
            ),
        ),
        migrations.AlterField(
            model_name="servicerequest",
            name="priority_before_danger",
            field=models.CharField(
                blank=True,
                choices=[("normal", "Normal"), ("urgent", "Urgent")],
                db_default="",
                default="",
                editable=False,
                max_length=10,
                verbose_name="priority before the possible emergency",
            ),
        ),
        migrations.AlterField(
            model_name="servicerequest",
            name="reference",
            field=models.CharField(
                editable=False, max_length=20, unique=True, verbose_name="request number"
            ),
        ),
    ]
