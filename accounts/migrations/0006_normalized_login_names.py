"""Store usernames in lower case, and beside each email address its normalized form.

Stops before any change if two accounts then had the same name or address.
"""

import unicodedata

from django.db import migrations, models

import lib.email_addresses
from lib.email_addresses import fill_normalized_emails, normalize_email


def _normalize_username(username: str) -> str:
    return unicodedata.normalize("NFKC", username).lower()


def stop_at_collisions(apps, schema_editor) -> None:
    """Raise ValueError that names every two accounts with the same normalized name or address."""
    known, collisions = {}, []
    for user in apps.get_model("accounts", "User").objects.order_by("pk"):
        names = {("username", _normalize_username(user.username))}
        names |= {("email address", normalize_email(user.email))} if user.email else set()
        for kind, name in sorted(names):
            other = known.setdefault((kind, name), user)
            if other is not user:
                collisions.append(
                    f"{other.username} <{other.email}> and {user.username} <{user.email}> "
                    f"have the same {kind}, {name}."
                )
    if collisions:
        raise ValueError(
            "Two staff accounts may not have the same username or email address, whatever the letter "
            "case or the way a domain is written. Nothing was changed. Change one account of each pair "
            "with the version that runs now, then migrate again:\n" + "\n".join(collisions)
        )


def normalize(apps, schema_editor) -> None:
    """Write the normalized username and address of each account."""
    users = apps.get_model("accounts", "User")
    for user in users.objects.all():
        username = _normalize_username(user.username)
        if username != user.username:
            users.objects.filter(pk=user.pk).update(username=username)
    fill_normalized_emails(users)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_must_change_password")]

    operations = [
        migrations.RunPython(stop_at_collisions, migrations.RunPython.noop),
        migrations.AddField(
            model_name="user",
            name="email_normalized",
            field=lib.email_addresses.NormalizedEmailField(source="email"),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(
                help_text="Where sign-in codes and password resets are sent.",
                max_length=254,
                validators=[lib.email_addresses.validate_mailbox],
                verbose_name="email address",
            ),
        ),
        migrations.RunPython(normalize, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="user", name="one_account_per_email_address"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("email_normalized", ""), _negated=True),
                fields=("email_normalized",),
                name="one_account_per_normalized_email",
            ),
        ),
    ]
