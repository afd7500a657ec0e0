from django.db import migrations, models
import django.db.models.deletion

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0006_covering_indexes")]

    operations = [
        AddIndexConcurrently(
            "event",
            models.Index(
                fields=["-at", "-id"],
                condition=models.Q(verb__in=["confirm", "dispute"]),
                name="answers_to_finished_work",
            ),
        ),
        # `events_of_a_request` begins with the same column.
        migrations.AlterField(
            "event",
            "service_request",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="requests_app.servicerequest",
                verbose_name="service request",
            ),
        ),
    ]
