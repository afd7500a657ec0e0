from django.db import migrations, models

import city.models.city


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0002_open_data"),
    ]

    operations = [
        migrations.AddField(
            model_name="city",
            name="security_contact",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Where to report weaknesses in this site: an email address, or a page that begins with https://. If blank, the email above.",
                max_length=200,
                validators=[city.models.city.validate_way_to_report],
                verbose_name="security contact",
            ),
        ),
    ]
