from django.db import migrations

from lib.email_addresses import NormalizedEmailField


class Migration(migrations.Migration):
    # The migration of the accounts stops if two of them collide: nothing is changed before it.
    dependencies = [
        ("requests_app", "0022_notes_sent_once"),
        ("accounts", "0006_normalized_login_names"),
    ]

    operations = [
        migrations.AddField(name, "email_normalized", NormalizedEmailField(source="email"))
        for name in ("contact", "draft", "followeraddress")
    ]
