"""allauth's forms, in our words, and where ours must know more.

Those that ask for a mail tell nobody who has an account.
Those of passkeys expect a browser: what anybody else sends is refused. Codes are short, so that
few may be tried.
"""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import mails, one_time_codes
from accounts.models import User
from lib import rate_limiter
from lib.text import EmailField

NOBODY = 0  # no person has this id


class _InOurWords:
    """`words` has the label of a field by its name, and what is said where it is left empty."""

    words: dict[str, tuple[str | Promise, str | Promise]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, missing) in self.words.items():
            self.fields[name].label = label
            self.fields[name].error_messages |= {"required": missing}


# The library's field maps letters of other scripts to ASCII letters when it lowercases an address.
_EMAIL_INPUT = forms.EmailInput(attrs={"placeholder": "", "autocomplete": "email"})
_EMAIL = {"email": (gettext_lazy("Work email"), gettext_lazy("Enter your work email address."))}
_CODE = {"code": (gettext_lazy("Code"), gettext_lazy("Enter the code."))}
_PASSWORD = {"password": (gettext_lazy("Password"), gettext_lazy("Enter your password."))}
_NEW_PASSWORD = {
    "password1": (gettext_lazy("New password"), gettext_lazy("Choose a new password.")),
    "password2": (gettext_lazy("New password, again"), gettext_lazy("Type the same one again.")),
}


class SignIn(_InOurWords, account.LoginForm):
    words = _PASSWORD | {
        "login": (
            gettext_lazy("Username or email"),
            gettext_lazy("Enter your username or email address."),
        )
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}


class ConfirmByPassword(_InOurWords, account.ReauthenticateForm):
    words = _PASSWORD


class EnterCode(_InOurWords, account.ConfirmLoginCodeForm):
    words = _CODE


class ChoosePassword(_InOurWords, account.ResetPasswordKeyForm):
    words = _NEW_PASSWORD


class AskForReset(_InOurWords, account.ResetPasswordForm):
    """Whether the address has an account is looked up by who sends the mail, not here."""

    words = _EMAIL
    email = EmailField(widget=_EMAIL_INPUT)

    def clean_email(self) -> str:
        return self.cleaned_data["email"]

    def save(self, request, **_kwargs) -> str:
        mails.owe("password_reset", self.cleaned_data["email"])
        return self.cleaned_data["email"]


class ChangePassword(_InOurWords, account.ChangePasswordForm):
    words = _NEW_PASSWORD | {
        "oldpassword": (
            gettext_lazy("Current password"),
            gettext_lazy("Enter the password you have now."),
        )
    }

    def clean_password1(self) -> str:
        password = self.cleaned_data["password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(_("This is the password you have now. Choose another one."))
        return password


class AskForCode(_InOurWords, account.RequestLoginCodeForm):
    """An address without an account goes the same way as one that has one; its mail is dropped."""

    words = _EMAIL
    email = EmailField(widget=_EMAIL_INPUT)

    def clean_email(self) -> str:
        self._user = mails.person_at(self.cleaned_data["email"]) or User(pk=NOBODY)
        return self.cleaned_data["email"]


class _FewCodes(_InOurWords):
    """A person's codes are tried five times in five minutes, wherever that is done; each once."""

    words = _CODE

    def clean_code(self) -> str:
        rate_limiter.count_attempt("wrong_code.account", self.user.pk)
        code = self.cleaned_data["code"]
        try:
            self.authenticator = one_time_codes.take(self.user, code)
        except one_time_codes.UsedAlready:
            self._tell_of_failure()
            raise forms.ValidationError(
                _("You've used this code already. Wait for the next one.")
            ) from None
        if self.authenticator is None:
            self._tell_of_failure()
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _tell_of_failure(self) -> None:
        """Tell of a wrong code once, of the app where there is one, as the library does."""
        with_codes = self.user.authenticator_set.exclude(type=Authenticator.Type.WEBAUTHN)
        if factor := with_codes.order_by("-type").first():  # "totp" before "recovery_codes"
            self._emit_authentication_failed(factor)


class AuthenticateByCode(_FewCodes, codes.AuthenticateForm):
    pass


class ReauthenticateByCode(_FewCodes, codes.ReauthenticateForm):
    pass


# What the library stumbles over where a credential has parts missing, or of another kind.
_MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class _RefusesNonsense:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except (forms.ValidationError, *_MALFORMED):
            raise forms.ValidationError(
                _("This passkey doesn't work here. Sign in another way.")
            ) from None


class LoginPasskey(_RefusesNonsense, passkeys.LoginWebAuthnForm):
    pass


class AuthenticatePasskey(_RefusesNonsense, passkeys.AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskey(_RefusesNonsense, passkeys.ReauthenticateWebAuthnForm):
    pass


class AddPasskey(passkeys.AddWebAuthnForm):
    def clean(self) -> dict:
        try:
            return super().clean()
        except _MALFORMED:
            raise forms.ValidationError(_("The passkey wasn't added. Try again.")) from None
