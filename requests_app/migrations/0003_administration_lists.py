from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models.functions import Upper

from requests_app.models.queries import NOT_PUBLIC
from requests_app.models.search import SearchText
from lib.postgresql.indexes import AddIndexConcurrently

_HIDDEN = models.Q(is_hidden=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("city", "0001_initial"), ("requests_app", "0002_faster_lookups")]

    operations = [
        AddIndexConcurrently(
            "comment",
            GinIndex(OpClass(Upper("body"), name="gin_trgm_ops"), name="comments_by_their_text"),
        ),
        AddIndexConcurrently(
            "comment",
            models.Index(condition=_HIDDEN, fields=["id"], name="hidden_comments"),
        ),
        AddIndexConcurrently(
            "comment",
            models.Index(
                condition=models.Q(is_redacted=True), fields=["id"], name="redacted_comments"
            ),
        ),
        AddIndexConcurrently(
            "contact",
            GinIndex(
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("email"), name="gin_trgm_ops"),
                OpClass(Upper("phone"), name="gin_trgm_ops"),
                name="contacts_by_parts_of_them",
            ),
        ),
        AddIndexConcurrently(
            "contact",
            models.Index(
                condition=models.Q(bounced_at__isnull=False),
                fields=["id"],
                name="contacts_that_bounced",
            ),
        ),
        AddIndexConcurrently("event", models.Index(fields=["at"], name="events_by_time")),
        AddIndexConcurrently(
            "photo",
            models.Index(condition=_HIDDEN, fields=["-uploaded_at"], name="hidden_photos"),
        ),
        AddIndexConcurrently(
            "servicerequest",
            GinIndex(
                OpClass(SearchText(), name="gin_trgm_ops"),
                condition=NOT_PUBLIC,
                name="other_ones_by_their_words",
            ),
        ),
        AddIndexConcurrently(
            "servicerequest",
            models.Index(condition=_HIDDEN, fields=["-filed_at"], name="hidden_requests"),
        ),
    ]
