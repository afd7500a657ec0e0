from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("city", "0009_danger_kinds")]

    operations = [
        migrations.AddField(
            model_name="city",
            name="neighbors",
            field=models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text="Names that end an address outside the city: “Main St, Los Angeles”.",
                verbose_name="neighbor cities",
            ),
        ),
    ]
