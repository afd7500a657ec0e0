"""`manage.py relock_second_factors`: encrypt all second factors with the newest LINK_SECRET.

Secrets in LINK_SECRET_FALLBACKS can decrypt them too; after this command, the old secret is not
needed. It may run while people sign in, and again.
"""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

_ENCRYPTED_KEYS = (
    "secret",
    "seed",
)  # of an app, and of recovery codes; the data of a passkey has no secret


class Command(BaseCommand):
    help = "Locks the second factors of staff with the newest LINK_SECRET."

    def handle(self, **options) -> None:
        """Re-encrypt all apps and recovery codes with the newest LINK_SECRET; print how many.

        Raise CommandError if no secret decrypts one.
        """
        factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
        count = sum(map(_reencrypt_factor, factors.values_list("pk", flat=True)))
        self.stdout.write(f"{count} second factors are locked with the newest secret.")


@transaction.atomic
def _reencrypt_factor(pk: int) -> bool:
    """Encrypt a factor anew and save it; return True, or False if it was deleted meanwhile.

    Raise CommandError if no secret decrypts it.
    """
    factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if factor is None:  # deleted meanwhile
        return False
    try:
        _reencrypt_data(factor.data)
    except InvalidToken as error:
        raise CommandError(
            f"A second factor of {factor.user.username} can't be opened with LINK_SECRET or its "
            "fallbacks: put the older one in LINK_SECRET_FALLBACKS, or run "
            f"`reset_second_factor {factor.user.username}`."
        ) from error
    factor.save(update_fields=["data"])
    return True


def _reencrypt_data(data: dict[str, str]) -> None:
    """Encrypt the secrets in `data` anew, in place. Raise InvalidToken if none decrypts one."""
    again = get_adapter()
    for name in _ENCRYPTED_KEYS:
        if name in data:
            data[name] = again.encrypt(again.decrypt(data[name]))
