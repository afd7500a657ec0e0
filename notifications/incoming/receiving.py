"""Storing of emails that arrive, by whatever way; a worker reads them later."""

import hashlib
from email.parser import BytesHeaderParser

from django.db import transaction

from lib import enqueue
from notifications.incoming.sandbox.message import read_message_id
from notifications.models import IncomingMail

APPLY_TASK = "notifications.apply_incoming"
MAX_BYTES = 20 * 2**20
MAX_HEADER_BYTES = 2**20
_END_OF_HEADERS = (b"\r\n\r\n", b"\n\n")


class NotAnEmail(Exception):
    """The bytes have no header fields, so they are no email."""


def receive_mail(raw: bytes, *, is_cut: bool = False) -> IncomingMail | None:
    """Store an email and enqueue its reading. Return it, or None if it had arrived before.

    Of a mail of more than MAX_BYTES, or with `is_cut`, only the header fields are kept. Raise
    NotAnEmail without header fields.
    """
    is_cut = is_cut or len(raw) > MAX_BYTES
    head = read_head(raw)
    fields = BytesHeaderParser().parsebytes(head)
    if not fields.keys():
        raise NotAnEmail
    message_id = read_message_id(fields)
    digest = hashlib.sha256(message_id.encode() or raw).hexdigest()
    mail = IncomingMail(
        digest=digest, message_id=message_id, raw=head if is_cut else raw, is_cut=is_cut
    )
    with transaction.atomic():
        IncomingMail.objects.bulk_create([mail], ignore_conflicts=True)
        stored = IncomingMail.objects.defer("raw").get(digest=digest)
        is_new = stored.state == IncomingMail.State.RECEIVED and not stored.attempts
        if is_new:
            enqueue.enqueue_on_commit(APPLY_TASK, stored.pk)
    return stored if is_new else None


def read_head(raw: bytes) -> bytes:
    """Return the header fields and the blank line after them, at most MAX_HEADER_BYTES."""
    ends = [at + len(end) for end in _END_OF_HEADERS if (at := raw.find(end)) >= 0]
    return raw[: min([MAX_HEADER_BYTES, *ends])]
