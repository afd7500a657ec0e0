"""What is sent twice is done once: `Idempotency-Key`, as the IETF's draft has it.

The record is written in the transaction of what was done, so that there are both or neither. Who
sends the same at the same moment waits for the first and is given its answer. Only what succeeded
is kept: what was refused may be mended and sent again with its key.
"""

import hashlib
import json
from datetime import timedelta

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse

from lib import clock

HEADER = "Idempotency-Key"
LIFETIME = timedelta(hours=24)
LONGEST = 255  # letters of a key


class KeyReused(Exception):
    """The key came before with something else."""


def fingerprint(posted, files=()) -> str:
    """The hash of what was sent: a QueryDict and uploaded files, in whatever order of its names."""
    digests = map(_digest, files)
    whole = json.dumps([sorted(posted.lists()), sorted(digests)])
    return hashlib.sha256(whole.encode()).hexdigest()


def _digest(file):
    """The file is left at its beginning."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def kept(scope, key, print_of_it, lifetime=LIFETIME) -> HttpResponse | None:
    """The answer that was given to this before, or None. Raises KeyReused.

    `scope` names the door and who came; `print_of_it` is the `fingerprint` of what was sent.
    """
    records = _records().objects.filter(created_at__gt=clock.now() - lifetime)
    record = records.filter(name=_name(scope, key)).first()
    if record is None:
        return None
    if record.fingerprint != print_of_it:
        raise KeyReused
    return HttpResponse(record.body, status=record.status, content_type=record.content_type)


@transaction.atomic
def once(scope, key, print_of_it, answer, lifetime=LIFETIME) -> HttpResponse:
    """What `answer()` gives, or gave to the same within `lifetime`. Raises KeyReused.

    `answer` runs in a transaction; an answer that is no success is not kept.
    """
    name = _name(scope, key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    if before := kept(scope, key, print_of_it, lifetime):
        return before
    response = answer()
    if response.status_code < 300:
        _records().objects.update_or_create(
            name=name,
            defaults={
                "fingerprint": print_of_it,
                "status": response.status_code,
                "content_type": response["Content-Type"],
                "body": response.content.decode(),
                "created_at": clock.now(),
            },
        )
    return response


def delete_expired():
    _records().objects.filter(created_at__lt=clock.now() - LIFETIME).delete()


def _name(scope, key):
    return hashlib.sha256(json.dumps([scope, key]).encode()).hexdigest()


def _records():
    return apps.get_model("requests_app", "IdempotencyRecord")
