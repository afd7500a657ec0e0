"""What a system sends twice, it did once: by its `Idempotency-Key`, or because it is the same."""

from datetime import timedelta

from django.utils.translation import gettext as _

from requests_app.errors import InvalidInput
from santa311.lib import idempotency
from santa311.lib.http import files_in

_SAME = timedelta(minutes=1)  # in which a device that says the same again means the same


class Sending:
    """A POST that may have come before.

    `alike` is what two of them have in common that are the same within a minute, where no header
    tells them apart; None: nothing. Both methods raise KeyReused. Raises InvalidInput for a key
    that is too long.
    """

    def __init__(self, request, key, *, alike=None):
        given = request.headers.get(idempotency.HEADER, "").strip().strip('"')
        if len(given) > idempotency.LONGEST:
            words = _("An Idempotency-Key has at most %(n)s characters.")
            raise InvalidInput("key", words % {"n": idempotency.LONGEST})
        scope = ["api key", key.pk, request.path]
        if given:
            printed = idempotency.fingerprint(request.POST, files_in(request))
            self._what = (scope, given, printed, idempotency.LIFETIME)
        else:
            self._what = alike and ([*scope, "alike"], alike, "", _SAME)

    def before(self):
        """The answer that was given to it, or None."""
        return idempotency.kept(*self._what) if self._what else None

    def once(self, make):
        """What `make()` answers, in a transaction, or what was answered before."""
        if not self._what:
            return make()
        *which, lifetime = self._what
        return idempotency.once(*which, make, lifetime)
