"""Adapters that allauth calls for accounts, second factors and single sign-on."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import (
    browsers,
    mails,
    openid_connect,
    required_password_change,
    second_factor,
    single_sign_on,
    throttle,
)
from accounts.backends import read_login
from accounts.models import User
from city.models import City
from lib.encryption import decrypt, encrypt
from lib.http import client_address
from lib.security_log import Kind, record_action

_ENCRYPTION_PURPOSE = "second factors"
_NO_MATCH_MESSAGE = gettext_lazy(
    "The name or the password isn't right. Check both, then try again."
)
_WRONG_CODE_MESSAGE = gettext_lazy(
    "This code isn't right, or it's too old. Check it, or use the next one."
)


class StaffAccountAdapter(DefaultAccountAdapter):
    """Account adapter: an administrator makes the accounts, and nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _NO_MATCH_MESSAGE,
        "email_password_mismatch": _NO_MATCH_MESSAGE,
        "enter_current_password": gettext_lazy("This isn't the password you have now. Try again."),
        "incorrect_password": gettext_lazy("This isn't your password. Try again."),
        "incorrect_code": gettext_lazy("This code isn't right. Check it, or start over."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: administrators make the accounts."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Request the mail with a sign-in code, the only mail of allauth's that is sent.

        Raise NotImplementedError for any other.
        """
        if template_prefix != "account/email/login_code":
            raise NotImplementedError(template_prefix)
        mails.request_code_mail(email, context["code"])

    def set_password(self, user, password) -> None:
        """Set and save the password the user chose; clear the required change in this session."""
        user.choose_password(password)
        user.save()
        required_password_change.clear_required_change(self.request)

    def get_reauthentication_methods(self, user) -> list[dict[str, str | None]]:
        """Return allauth's methods, described as "Use a code" and "Use your passkey"."""
        ways = super().get_reauthentication_methods(user)
        names = {
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use your passkey"),
        }
        return [way | {"description": names.get(way["id"], way["description"])} for way in ways]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return the URL of the sign-in settings, `mfa_index`."""
        return reverse("mfa_index")

    def authenticate(self, request: HttpRequest, **credentials: str) -> AbstractBaseUser | None:
        """Return the user, or None for wrong credentials.

        If the right password is too short, `must_change_password` of the user is set and saved.
        """
        person = super().authenticate(request, **credentials)
        if isinstance(person, User):
            required_password_change.require_change_if_short(person, credentials["password"])
        return person

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's address as rate limits count it, or "::" if it is unknown."""
        address = client_address(request)
        return "::" if address == "unknown" else address

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """Raise RateLimitExceeded after too many failed attempts for this account from here.

        Nothing is counted here: authentication_failed() does that.
        """
        throttle.check_sign_in_limits(request, read_login(credentials))

    def authentication_failed(self, request: HttpRequest, **credentials: str) -> None:
        """Count the failed attempt for the rate limits."""
        throttle.count_failed_sign_in(request, read_login(credentials))

    def post_login(self, request, user, **options) -> HttpResponse:
        """Return allauth's response with a cookie that makes this browser known for the user.

        The session is marked if the password must be changed.
        """
        response = super().post_login(request, user, **options)
        throttle.remember_browser(request, response, user)
        required_password_change.require_change_in_session(request, user)
        return response


class StaffMFAAdapter(DefaultMFAAdapter):
    """Second factor adapter: secrets are encrypted, and a required last factor stays."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _WRONG_CODE_MESSAGE}

    def get_totp_issuer(self) -> str:
        """Return the name of the city's service, which authenticator apps show."""
        return City.current().service_name

    def generate_authenticator_name(self, user, kind) -> str:
        """Return the browser's name, as the name of a new passkey."""
        return browsers.format_browser_name(self.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return allauth's dict, with the name of the city's service as `name`."""
        return super().get_public_key_credential_rp_entity() | {"name": self.get_totp_issuer()}

    def encrypt(self, text: str) -> str:
        return encrypt(_ENCRYPTION_PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text that `encrypt` was given. Raise InvalidToken if no secret decrypts it."""
        return decrypt(_ENCRYPTION_PURPOSE, encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return False for the last app or passkey of a user who must have a second factor.

        Return True for recovery codes.
        """
        person = authenticator.user
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = second_factor.factors_of_user(person).exclude(pk=authenticator.pk)
        return others.exists() or not second_factor.is_second_factor_required(person)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Adapter of single sign-on, which refuses people who are not among the staff."""

    def get_provider(self, request, provider, client_id=None) -> Any:
        """Return allauth's provider, with VerifyingAdapter as its `oauth2_adapter_class`."""
        found = super().get_provider(request, provider, client_id)
        found.oauth2_adapter_class = openid_connect.VerifyingAdapter  # stricter than the library's
        return found

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Connect the sign-in to an account, created if a group allows it, and update its roles.

        Without an account, record the refusal and raise ImmediateHttpResponse with a 403 page.
        """
        if sociallogin.is_existing:
            single_sign_on.update_roles(cast(User, sociallogin.user), sociallogin)
            return
        try:
            person = single_sign_on.find_or_create_user(sociallogin)
        except single_sign_on.NoAccount as stranger:
            record_action(Kind.SIGN_IN, result="no account")
            answer = render(request, "socialaccount/stranger.html", {"why": stranger}, status=403)
            raise ImmediateHttpResponse(answer) from None
        single_sign_on.update_roles(person, sociallogin)
        sociallogin.connect(request, person)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: a connection to the city's own provider is no news."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return False: pre_social_login() creates accounts, not allauth's sign-up form."""
        return False
