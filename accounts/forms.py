"""allauth's forms with texts of this application and stricter checks.

Forms that request a mail do not tell whether an account exists. Second factor codes are short, so
attempts are limited. Malformed passkey data is refused instead of failing.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import mails, one_time_codes
from accounts.models import User
from lib import rate_limiter
from lib.lazy_text import LazyText
from lib.text import EmailField

NO_USER_ID = 0  # no person has this id


class _FieldTextsMixin:
    """A form whose `field_texts` map a field's name to its label and its error message if empty."""

    field_texts: Mapping[str, tuple[LazyText, LazyText]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, missing) in self.field_texts.items():
            self.fields[name].label = label
            self.fields[name].error_messages |= {"required": missing}


# allauth's field maps letters of other scripts to ASCII letters when it lowercases an address.
_EMAIL_INPUT = forms.EmailInput(attrs={"placeholder": "", "autocomplete": "email"})
_EMAIL_TEXTS = {
    "email": (gettext_lazy("Work email"), gettext_lazy("Enter your work email address."))
}
_CODE_TEXTS = {"code": (gettext_lazy("Code"), gettext_lazy("Enter the code."))}
_PASSWORD_TEXTS = {"password": (gettext_lazy("Password"), gettext_lazy("Enter your password."))}
_NEW_PASSWORD_TEXTS = {
    "password1": (gettext_lazy("New password"), gettext_lazy("Choose a new password.")),
    "password2": (gettext_lazy("New password, again"), gettext_lazy("Type the same one again.")),
}


class SignInForm(_FieldTextsMixin, account.LoginForm):
    field_texts = _PASSWORD_TEXTS | {
        "login": (
            gettext_lazy("Username or email"),
            gettext_lazy("Enter your username or email address."),
        )
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}


class ReauthenticateForm(_FieldTextsMixin, account.ReauthenticateForm):
    field_texts = _PASSWORD_TEXTS


class LoginCodeForm(_FieldTextsMixin, account.ConfirmLoginCodeForm):
    field_texts = _CODE_TEXTS


class ChoosePasswordForm(_FieldTextsMixin, account.ResetPasswordKeyForm):
    field_texts = _NEW_PASSWORD_TEXTS


class RequestResetForm(_FieldTextsMixin, account.ResetPasswordForm):
    """A request for a mail to reset a password.

    Whether the account exists is found when the mail is sent.
    """

    field_texts = _EMAIL_TEXTS
    email = EmailField(widget=_EMAIL_INPUT)  # type: ignore[assignment]  # allauth takes any

    def clean_email(self) -> str:
        """Return the address, whether or not it has an account."""
        return self.cleaned_data["email"]

    def save(self, request: HttpRequest, **_kwargs: Any) -> str:
        """Request the mail, whether or not the address has an account, and return the address."""
        mails.request_mail("password_reset", self.cleaned_data["email"])
        return self.cleaned_data["email"]


class ChangePasswordForm(_FieldTextsMixin, account.ChangePasswordForm):
    field_texts = _NEW_PASSWORD_TEXTS | {
        "oldpassword": (
            gettext_lazy("Current password"),
            gettext_lazy("Enter the password you have now."),
        )
    }

    def clean_password1(self) -> str:
        """Return the new password. Raise ValidationError if it is the current one."""
        password = self.cleaned_data["password1"]
        if self.user and self.user.check_password(password):
            raise forms.ValidationError(_("This is the password you have now. Choose another one."))
        return password


class RequestLoginCodeForm(_FieldTextsMixin, account.RequestLoginCodeForm):
    """A request for a sign-in code; without an account, the mail is dropped when it is sent."""

    field_texts = _EMAIL_TEXTS
    email = EmailField(widget=_EMAIL_INPUT)  # type: ignore[assignment]  # allauth takes any

    def clean_email(self) -> str:
        """Return the address; set `_user` to its active user, or to one with the id NO_USER_ID."""
        self._user = mails.find_active_user(self.cleaned_data["email"]) or User(pk=NO_USER_ID)
        return self.cleaned_data["email"]


class _SecondFactorCodeForm(_FieldTextsMixin, codes.BaseAuthenticateForm):
    """A form with a second factor code: five attempts in five minutes per user, each code once."""

    field_texts = _CODE_TEXTS

    def clean_code(self) -> str:
        """Return the code, mark it as used and set `authenticator` to its factor.

        Raise ValidationError if the code is wrong or was used before, and RateLimitExceeded after
        too many attempts.
        """
        rate_limiter.count_attempt("wrong_code.account", self.user.pk)
        code = self.cleaned_data["code"]
        try:
            authenticator = one_time_codes.use_code(self.user, code)
        except one_time_codes.CodeAlreadyUsed:
            self._signal_failure()
            raise forms.ValidationError(
                _("You've used this code already. Wait for the next one.")
            ) from None
        if authenticator is None:
            self._signal_failure()
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = authenticator
        return code

    def _signal_failure(self) -> None:
        """Send allauth's `authentication_failed` once: for the TOTP factor, else recovery codes.

        Nothing is sent for a user who has neither.
        """
        with_codes = self.user.authenticator_set.exclude(type=Authenticator.Type.WEBAUTHN)
        if factor := with_codes.order_by("-type").first():  # "totp" before "recovery_codes"
            self._emit_authentication_failed(factor)


class AuthenticateCodeForm(_SecondFactorCodeForm, codes.AuthenticateForm):
    pass


class ReauthenticateCodeForm(_SecondFactorCodeForm, codes.ReauthenticateForm):
    pass


# allauth raises these for a credential with missing parts, or parts of another type.
_MALFORMED_ERRORS = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class _StrictPasskeyForm(passkeys.AuthenticateWebAuthnForm):
    """A passkey form that refuses malformed data instead of failing."""

    def clean_credential(self) -> Authenticator:
        """Return the passkey. Raise ValidationError if it is refused or its data is malformed."""
        try:
            return super().clean_credential()
        except (forms.ValidationError, *_MALFORMED_ERRORS):
            raise forms.ValidationError(
                _("This passkey doesn't work here. Sign in another way.")
            ) from None


class LoginPasskeyForm(_StrictPasskeyForm, passkeys.LoginWebAuthnForm):
    pass


class AuthenticatePasskeyForm(_StrictPasskeyForm):
    pass


class ReauthenticatePasskeyForm(_StrictPasskeyForm, passkeys.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(passkeys.AddWebAuthnForm):
    def clean(self) -> dict:
        """Return the cleaned data. Raise ValidationError also if the passkey is malformed."""
        try:
            return super().clean()
        except _MALFORMED_ERRORS:
            raise forms.ValidationError(_("The passkey wasn't added. Try again.")) from None
