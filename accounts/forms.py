"""allauth's forms of passkeys, which expect a browser: what anybody else sends is refused."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as passkeys

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
