import django.core.validators
from django.db import migrations, models

_HOUR = models.PositiveSmallIntegerField(
    blank=True,
    help_text="From 0 to 23. Blank: the same hour as for the rest of the city.",
    null=True,
    validators=[django.core.validators.MaxValueValidator(23)],
    verbose_name="hour of the daily digest",
)


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0001_initial"),
    ]

    operations = [
        migrations.AddField(model_name="department", name="digest_hour", field=_HOUR),
        migrations.AddField(
            model_name="historicaldepartment", name="digest_hour", field=_HOUR.clone()
        ),
    ]
