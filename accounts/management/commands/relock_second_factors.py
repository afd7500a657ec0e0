"""`relock_second_factors`: after LINK_SECRET was changed, so that the old one is not needed for it.

The second factors of staff are kept locked by LINK_SECRET. Opened are they by the older ones in
LINK_SECRET_FALLBACKS too; this locks them all with the newest. It may run while people sign in, and
again.
"""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

_LOCKED = ("secret", "seed")  # of an app, of recovery codes; a passkey keeps nothing secret here


class Command(BaseCommand):
    help = "Locks the second factors of staff with the newest LINK_SECRET."

    def handle(self, **options):
        ids = list(
            Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk")
        )
        count = sum(_relock(pk) for (pk,) in ids)
        self.stdout.write(f"{count} second factors are locked with the newest secret.")


@transaction.atomic
def _relock(pk) -> bool:
    factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if factor is None:  # taken away meanwhile
        return False
    again = get_adapter()
    for name in _LOCKED:
        if name in factor.data:
            factor.data[name] = again.encrypt(again.decrypt(factor.data[name]))
    codes = factor.data.get("migrated_codes", [])
    if codes:
        factor.data["migrated_codes"] = [again.encrypt(again.decrypt(code)) for code in codes]
    factor.save(update_fields=["data"])
    return True
