from django.db import migrations, models

from lib.email_addresses import fill_normalized_emails
from lib.postgresql.indexes import AddIndexConcurrently


def fill(apps, schema_editor) -> None:
    """Normalize the addresses of all rows, in batches that are committed one by one."""
    for name in ("Contact", "Draft", "FollowerAddress"):
        fill_normalized_emails(apps.get_model("requests_app", name))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0023_normalized_emails")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndexConcurrently(
            "contact",
            models.Index(fields=["email_normalized"], name="contacts_by_normalized_email"),
        ),
        AddIndexConcurrently(
            "draft", models.Index(fields=["email_normalized"], name="drafts_by_normalized_email")
        ),
        AddIndexConcurrently(
            "followeraddress",
            models.Index(fields=["email_normalized"], name="followers_by_normalized_email"),
        ),
        migrations.RemoveIndex("contact", "contacts_by_email"),
    ]
