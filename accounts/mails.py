"""Mails for signing in, sent by a worker.

A mail is requested whether or not the address has an account, so that neither the response, nor its
duration, nor the failure of a mail server reveals an account. The worker drops a mail to an address
without an account.
"""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from accounts.models import User
from lib import clock
from lib.encryption import decrypt, encrypt

_ENCRYPTION_PURPOSE = "sign-in codes"


def request_mail(
    kind: str, to: str, *, about: dict[str, Any] | None = None, language: str | None = None
) -> None:
    """Request a mail of a Delivery.Kind, in `language` or else in that of the page."""
    import_string(settings.MAIL_REQUESTS)(
        kind, to=to, language=language or get_language(), asked_by=None, about=about or {}
    )


def request_code_mail(to: str, code: str) -> None:
    """Request a mail with a sign-in code, stored encrypted and not sent after it expires."""
    until = clock.now().timestamp() + settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    about = {"code": encrypt(_ENCRYPTION_PURPOSE, code), "until": until}
    request_mail("sign_in_code", to, about=about)


def read_code(about: dict[str, Any]) -> str | None:
    """Return the code stored by `request_code_mail`, or None if it has expired."""
    if clock.now().timestamp() > about["until"]:
        return None
    return decrypt(_ENCRYPTION_PURPOSE, about["code"])


def find_active_user(address: str) -> User | None:
    """Return the active user with this email address, or None."""
    person = User.objects.find_by_email(address)
    return person if person and person.is_active else None


def build_reset_url(user: User) -> str:
    """Return the absolute URL of a new link to choose a password; links made before stay valid."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=key)
