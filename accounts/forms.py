"""allauth's forms of a second factor, where ours must know more.

Those of passkeys expect a browser: what anybody else sends is refused. Codes are short, so that
few may be tried.
"""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.webauthn import forms as passkeys

from santa311.lib import rate_limiter


class _FewCodes:
    """A person's codes are tried five times in five minutes, wherever that is done."""

    def clean_code(self):
        rate_limiter.take("wrong_code.account", self.user.pk)
        return super().clean_code()


class AuthenticateByCode(_FewCodes, codes.AuthenticateForm):
    pass


class ReauthenticateByCode(_FewCodes, codes.ReauthenticateForm):
    pass


# What the library stumbles over where a credential has parts missing, or of another kind.
_MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class _RefusesNonsense:
    def clean_credential(self):
        try:
            return super().clean_credential()
        except _MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None


class LoginPasskey(_RefusesNonsense, passkeys.LoginWebAuthnForm):
    pass


class AuthenticatePasskey(_RefusesNonsense, passkeys.AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskey(_RefusesNonsense, passkeys.ReauthenticateWebAuthnForm):
    pass


class AddPasskey(passkeys.AddWebAuthnForm):
    def clean(self):
        try:
            return super().clean()
        except _MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None
