import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Let the keys of notes name starts, holds and hand-backs too: no table changes."""

    dependencies = [
        ("requests_app", "0030_mark_originals_of_forgotten"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel(old_name="CrewNote", new_name="CrewAction"),
                migrations.AlterModelTable(name="crewaction", table="requests_app_crewnote"),
                migrations.AlterField(
                    model_name="crewaction",
                    name="event",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crew_action",
                        to="requests_app.event",
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            model_name="photo",
            name="kind",
            field=models.CharField(
                choices=[
                    ("report", "Report"),
                    ("completion", "Completion"),
                    ("dispute", "Dispute"),
                    ("comment", "Comment"),
                    ("before", "Before the work"),
                    ("note", "Crew's note"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
    ]
