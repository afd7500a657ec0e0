from django.db import migrations, models

from lib.email_addresses import normalize_email
from lib.postgresql.indexes import AddIndexConcurrently


def normalize(apps, schema_editor) -> None:
    """Normalize the recipients with letters that are not ASCII; the others are in lower case already.

    A recipient who got two messages about one event keeps both as they are.
    """
    deliveries = apps.get_model("notifications", "Delivery").objects
    for delivery in deliveries.filter(recipient__regex=r"[^ -~]").iterator():
        recipient = normalize_email(delivery.recipient)
        twin = {"event": delivery.event_id, "recipient": recipient, "channel": delivery.channel}
        if delivery.event_id is None or not deliveries.filter(**twin).exists():
            deliveries.filter(pk=delivery.pk).update(recipient=recipient)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0004_sign_in_mails")]

    operations = [
        migrations.RunPython(normalize, migrations.RunPython.noop),
        AddIndexConcurrently(
            "delivery", models.Index(fields=["recipient"], name="messages_by_address")
        ),
        migrations.RemoveIndex("delivery", "messages_by_recipient"),
    ]
