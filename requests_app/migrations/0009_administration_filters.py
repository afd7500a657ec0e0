import django.db.models.deletion
from django.db import migrations, models

from lib.postgresql.indexes import AddIndexConcurrently


class Migration(migrations.Migration):
    """The new indexes of answers and finished work begin with what the old ones were of."""

    atomic = False

    dependencies = [("city", "0001_initial"), ("requests_app", "0008_open_requests")]

    operations = [
        AddIndexConcurrently(
            "answer", models.Index(fields=["question", "id"], name="answers_to_a_question")
        ),
        AddIndexConcurrently(
            "completion", models.Index(fields=["resolution", "id"], name="work_by_how_it_ended")
        ),
        AddIndexConcurrently(
            "comment",
            models.Index(
                condition=models.Q(is_public=False), fields=["id"], name="internal_comments"
            ),
        ),
        AddIndexConcurrently(
            "event",
            models.Index(
                condition=models.Q(on_behalf=True), fields=["at"], name="events_for_somebody_else"
            ),
        ),
        migrations.AlterField(
            model_name="answer",
            name="question",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="city.question",
                verbose_name="question",
            ),
        ),
        migrations.AlterField(
            model_name="completion",
            name="resolution",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="city.resolutioncode",
                verbose_name="resolution",
            ),
        ),
        migrations.AlterField(
            model_name="feedback",
            name="rating",
            field=models.PositiveSmallIntegerField(
                choices=[(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)], verbose_name="rating"
            ),
        ),
    ]
