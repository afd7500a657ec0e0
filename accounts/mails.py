"""Mails for signing in: owed, and sent by a worker, like every other mail of the city.

What a person asks for on a page is owed whether the address has an account or not, so that neither
the answer, nor the time it takes, nor a mail server that is away tells which it is. The worker
looks, and drops what is for nobody.
"""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from accounts.models import User
from lib import clock
from lib.encryption import decrypt, encrypt

_CODES = "sign-in codes"


def owe(kind, to, *, about=None, language=None) -> None:
    """Owe the mail `kind`, one of Delivery.Kind, in the language of the page or in `language`."""
    import_string(settings.MAIL_REQUESTS)(
        kind, to=to, language=language or get_language(), asked_by=None, about=about or {}
    )


def owe_code(to, code) -> None:
    """Owe a code for signing in, kept locked, and not sent any more once it is over."""
    until = clock.now().timestamp() + settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    about = {"code": encrypt(_CODES, code), "until": until}
    owe("sign_in_code", to, about=about)


def code_in(about) -> str | None:
    """Return what `owe_code` kept, while it is good; else None."""
    if clock.now().timestamp() > about["until"]:
        return None
    return decrypt(_CODES, about["code"])


def person_at(address) -> User | None:
    """Return who signs in with a mail to this address; None for nobody."""
    person = User.objects.find_by_email(address)
    return person if person and person.is_active else None


def reset_address(person) -> str:
    """Return the whole address of a new link for choosing a password.

    Each call makes another one that works: a mail that is tried again has one of its own.
    """
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=key)
