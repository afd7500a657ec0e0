"""What a system sends twice, it did once: by its `Idempotency-Key`, or because it is the same.

The key is as the IETF's draft has it. The record is written in the transaction of what was done, so
that there are both or neither. Who sends the same at the same moment waits for the first and is
given its answer. What was refused leaves no record: it may be mended and sent again with its key.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib import clock
from lib.http import list_uploaded_files
from open311.formats import Listing, answer
from requests_app.errors import DomainError, InvalidInput
from requests_app.models import ApiKey, IdempotencyRecord

MAX_KEY_LENGTH = 255
LIFETIME = timedelta(hours=24)
_SAME = timedelta(minutes=1)  # in which a device that says the same again means the same


class KeyReused(DomainError):
    """The key came before with something else."""

    status_code = 400
    message = gettext_lazy("This Idempotency-Key was used for a different request.")


class Sending:
    """A POST that may have come before, by the address of either format.

    `name` and `item` are those of the Listing that answers it. `alike` is what two of them have in
    common that are the same within a minute, where no header tells them apart; None: nothing. Both
    methods raise KeyReused. Raises InvalidInput for a key that is too long.
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
            self._fingerprint = fingerprint(request.POST, list_uploaded_files(request))
        elif alike:
            self._record, self._lifetime = _hash([[*scope, "alike"], alike]), _SAME

    def before(self) -> HttpResponse | None:
        """Return the answer that was given to it, in the format that is asked for now."""
        kept = self._find_record()
        return kept and self._answer(json.loads(kept.body))

    def once(self, make: Callable[[], dict]) -> HttpResponse:
        """Answer with the entry that `make()` returns, in a transaction, or returned before."""
        if not self._record:
            return self._answer([make()])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [self._record])
            if before := self.before():
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
        if not self._record:
            return None
        records = IdempotencyRecord.objects.filter(created_at__gt=clock.now() - self._lifetime)
        record = records.filter(name=self._record).first()
        if record and record.fingerprint != self._fingerprint:
            raise KeyReused
        return record

    def _answer(self, entries: list[dict]) -> HttpResponse:
        return answer(self._request, Listing(self._name, self._item, entries))


def fingerprint(posted: QueryDict, files: Iterable[UploadedFile] = ()) -> str:
    """Return the hash of a form and its files, in whatever order of its names.

    Each file is left at its beginning.
    """
    digests = []
    for file in files:
        file.seek(0)
        digests.append(hashlib.file_digest(file, "sha256").hexdigest())
        file.seek(0)
    return _hash([sorted(posted.lists()), sorted(digests)])


def _hash(value: list) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def delete_expired() -> None:
    IdempotencyRecord.objects.filter(created_at__lt=clock.now() - LIFETIME).delete()
