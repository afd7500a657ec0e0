"""Removes the addresses of photos that could not be fetched from internal notes of the system."""

import re

from django.db import migrations

ROWS_PER_BATCH = 1000
# As older versions wrote it, and as it is written now, in each of the product's languages.
SENTENCES = [
    (
        r"The photo at \S*://.*? wasn't added\.",
        "A photo that was sent as a web address wasn't added.",
    ),
    (
        r"La foto en \S*://.*? no se agregó\.",
        "Una foto que llegó como dirección web no se agregó.",
    ),
]


def remove_addresses(apps, _schema_editor):
    comment_model = apps.get_model("requests_app", "Comment")
    notes = comment_model.objects.filter(
        is_public=False,
        event__actor=None,
        event__device=None,
        event__key=None,
    )
    last = 0
    while batch := list(notes.filter(pk__gt=last).order_by("pk")[:ROWS_PER_BATCH]):
        for note in batch:
            body = _without_address(note.body)
            if body != note.body:
                comment_model.objects.filter(pk=note.pk, body=note.body).update(body=body)
        last = batch[-1].pk


def _without_address(body):
    for pattern, sentence in SENTENCES:
        body = re.sub(rf"\A{pattern}", sentence, body, flags=re.DOTALL)
    return body


class Migration(migrations.Migration):
    atomic = False  # each batch is its own

    dependencies = [
        ("open311", "0003_open_data"),
        ("requests_app", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(remove_addresses, migrations.RunPython.noop, elidable=True),
    ]
