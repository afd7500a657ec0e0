from django.db import migrations, models


class Migration(migrations.Migration):
    """Reports are in LANGUAGE_CODE. The column stays for old code, which reads and writes it."""

    dependencies = [("staff_portal", "0002_scheduledreport")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterField(
                    "scheduledreport", "language", models.CharField(max_length=10, db_default="")
                )
            ],
            state_operations=[migrations.RemoveField("scheduledreport", "language")],
        )
    ]
