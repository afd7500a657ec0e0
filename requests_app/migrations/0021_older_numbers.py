import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from santa311.lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False  # the index is made while people use the table

    dependencies = [
        ("requests_app", "0020_words_of_danger_not_cleared"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="olderrecord",
            options={
                "verbose_name": "record of a previous system",
                "verbose_name_plural": "records of previous systems",
            },
        ),
        migrations.AlterField(
            model_name="olderrecord",
            name="record_id",
            field=models.CharField(max_length=60, verbose_name="number in the previous system"),
        ),
        migrations.AlterField(
            model_name="olderrecord",
            name="service_request",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="older_record",
                to="requests_app.servicerequest",
                verbose_name="service request",
            ),
        ),
        migrations.AlterField(
            model_name="olderrecord",
            name="system",
            field=models.CharField(max_length=40, verbose_name="previous system"),
        ),
        AddIndexConcurrently(
            model_name="olderrecord",
            index=models.Index(
                django.db.models.functions.text.Upper("record_id"), name="older_records_by_number"
            ),
        ),
    ]
