"""Idempotency of posted requests, by `Idempotency-Key` or by equal content within a minute.

The header follows the IETF draft. The record is written in the transaction of the action. A
simultaneous duplicate waits for the first and gets its response. A refused request leaves no
record, so it may be corrected and sent again with its key.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib import clock
from lib.http import list_uploaded_files
from lib.postgresql.transactions import lock_name
from open311.formats import Listing, render_document
from requests_app.errors import DomainError, InvalidInput
from requests_app.models import ApiKey, IdempotencyRecord

MAX_KEY_LENGTH = 255
LIFETIME = timedelta(hours=24)
# Two equal reports of a device within this time are one report.
_DUPLICATE_WINDOW = timedelta(minutes=1)


class KeyReused(DomainError):
    """The Idempotency-Key was used before for a different request."""

    status_code = 400
    message = gettext_lazy("This Idempotency-Key was used for a different request.")


class IdempotentRequest:
    """A POST that may have been sent before. Raises InvalidInput for a key that is too long.

    `name` and `item` are those of the Listing in the response. `alike` are values that are equal in
    two duplicates within a minute, for clients that send no header. Both methods raise KeyReused.
    """

    def __init__(
        self,
        request: HttpRequest,
        key: ApiKey,
        *,
        name: str,
        item: str,
        alike: list[str] | None = None,
    ) -> None:
        self._request, self._name, self._item = request, name, item
        given = request.headers.get("Idempotency-Key", "").strip().strip('"')
        if len(given) > MAX_KEY_LENGTH:
            words = _("An Idempotency-Key has at most %(n)s characters.")
            raise InvalidInput("key", words % {"n": MAX_KEY_LENGTH})
        scope = ["api key", key.pk, request.path.rpartition(".")[0]]
        self._record, self._fingerprint, self._lifetime = "", "", LIFETIME
        if given:
            self._record = _hash([scope, given])
            self._fingerprint = compute_fingerprint(request.POST, list_uploaded_files(request))
        elif alike:
            self._record, self._lifetime = _hash([[*scope, "alike"], alike]), _DUPLICATE_WINDOW

    def find_previous_response(self) -> HttpResponse | None:
        """Return the response that was given before, in the format asked for now, or None.

        Raise KeyReused if the Idempotency-Key came with another form.
        """
        kept = self._find_record()
        return self._answer(json.loads(kept.body)) if kept else None

    def run_once(self, make: Callable[[], dict]) -> HttpResponse:
        """Return the response with the entry of `make()`, or the earlier one of a repeated request.

        `make` runs in a transaction, which also saves the record. A request with neither an
        Idempotency-Key nor `alike` is never a repeat, and gets no transaction. Raise
        KeyReused if the Idempotency-Key came with another form.
        """
        if not self._record:
            return self._answer([make()])
        with transaction.atomic():
            lock_name(self._record)
            if before := self.find_previous_response():
                return before
            entries = [make()]
            IdempotencyRecord.objects.update_or_create(
                name=self._record,
                defaults={
                    "fingerprint": self._fingerprint,
                    "status": 200,
                    "content_type": "application/json",
                    "body": json.dumps(entries),
                    "created_at": clock.now(),
                },
            )
        return self._answer(entries)

    def _find_record(self) -> IdempotencyRecord | None:
        """Return the record within its lifetime, or None. Raise KeyReused for another form."""
        if not self._record:
            return None
        records = IdempotencyRecord.objects.filter(created_at__gt=clock.now() - self._lifetime)
        record = records.filter(name=self._record).first()
        if record and record.fingerprint != self._fingerprint:
            raise KeyReused
        return record

    def _answer(self, entries: list[dict]) -> HttpResponse:
        """Return the entries as a response in the format of the address."""
        return render_document(self._request, Listing(self._name, self._item, entries))


def compute_fingerprint(posted: QueryDict, files: Iterable[UploadedFile] = ()) -> str:
    """Return a hash of a form and its files, independent of their order. Files are rewound."""
    digests = []
    for file in files:
        file.seek(0)
        digests.append(hashlib.file_digest(file, "sha256").hexdigest())
        file.seek(0)
    return _hash([sorted(posted.lists()), sorted(digests)])


def _hash(value: list) -> str:
    """Return the SHA-256 of the value's JSON, as 64 hex digits."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def delete_expired_records() -> None:
    """Delete the records that are older than LIFETIME."""
    IdempotencyRecord.objects.filter(created_at__lt=clock.now() - LIFETIME).delete()
