"""Say in plain words how a rule's version changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0002_proposals_by_time"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalroutingrule",
            name="version",
            field=models.PositiveIntegerField(
                default=1,
                editable=False,
                help_text="Goes up by one with each change.",
                verbose_name="version",
            ),
        ),
        migrations.AlterField(
            model_name="routingrule",
            name="version",
            field=models.PositiveIntegerField(
                default=1,
                editable=False,
                help_text="Goes up by one with each change.",
                verbose_name="version",
            ),
        ),
    ]
