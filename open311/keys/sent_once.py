"""What a system sends twice, it did once: by its `Idempotency-Key`, or because it is the same."""

import json
from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lib import idempotency
from lib.http import files_in
from open311.formats import Listing, answer
from requests_app.errors import InvalidInput
from requests_app.models import ApiKey

_SAME = timedelta(minutes=1)  # in which a device that says the same again means the same


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
    ):
        self._request, self._name, self._item = request, name, item
        given = request.headers.get(idempotency.HEADER, "").strip().strip('"')
        if len(given) > idempotency.LONGEST:
            words = _("An Idempotency-Key has at most %(n)s characters.")
            raise InvalidInput("key", words % {"n": idempotency.LONGEST})
        scope = ["api key", key.pk, request.path.rpartition(".")[0]]
        if given:
            printed = idempotency.fingerprint(request.POST, files_in(request))
            self._what = (scope, given, printed, idempotency.LIFETIME)
        else:
            self._what = alike and ([*scope, "alike"], alike, "", _SAME)

    def before(self) -> HttpResponse | None:
        """Return the answer that was given to it, in the format that is asked for now."""
        kept = idempotency.kept(*self._what) if self._what else None
        return kept and self._answer(json.loads(kept.content))

    def once(self, make: Callable[[], dict]) -> HttpResponse:
        """Answer with the entry that `make()` returns, in a transaction, or returned before."""
        if not self._what:
            return self._answer([make()])
        *which, lifetime = self._what
        kept = idempotency.once(*which, lambda: _keep(make()), lifetime)
        return self._answer(json.loads(kept.content))

    def _answer(self, entries: list[dict]) -> HttpResponse:
        return answer(self._request, Listing(self._name, self._item, entries))


def _keep(entry: dict) -> HttpResponse:
    """Return what is stored of an answer: the list with its one entry, as JSON."""
    return HttpResponse(json.dumps([entry]), content_type="application/json")
