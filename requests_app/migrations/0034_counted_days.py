"""Keep how many working days a due date counts, so that it can be counted by another calendar."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0033_parts_of_names")]

    operations = [
        migrations.AddField(
            model_name="servicerequest",
            name="counted_days",
            field=models.PositiveSmallIntegerField(
                blank=True, editable=False, null=True, verbose_name="working days counted"
            ),
        ),
    ]
