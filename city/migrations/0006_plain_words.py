"""Say "request number" and "possible emergency" where the admin site names these fields."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0005_takes_new"),
    ]

    operations = [
        migrations.AlterField(
            model_name="city",
            name="reference_prefix",
            field=models.CharField(
                help_text="The first letters of a new request's number.",
                max_length=4,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[A-Z]{1,4}\\Z", "Use one to four capital letters."
                    )
                ],
                verbose_name="request number prefix",
            ),
        ),
    ]
