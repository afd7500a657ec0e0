from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0007_periods"),
    ]

    operations = [
        migrations.AddField(
            model_name="city",
            name="read_only_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="city",
            name="read_only_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="city",
            name="read_only_words",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=300
            ),
        ),
    ]
