"""What allauth asks the city: who may come in, and how their secrets are kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import (
    browsers,
    mails,
    openid_connect,
    own_password,
    second_factor,
    single_sign_on,
    throttle,
)
from accounts.backends import login_of
from city.models import City
from lib.encryption import decrypt, encrypt
from lib.http import client_address
from lib.security_log import Kind, record_action

_FACTORS = "second factors"
_NO_MATCH = gettext_lazy("The name or the password isn't right. Check both, then try again.")
_WRONG_CODE = gettext_lazy("This code isn't right, or it's too old. Check it, or use the next one.")


class StaffOnly(DefaultAccountAdapter):
    """Accounts are for staff and made by an admin: nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _NO_MATCH,
        "email_password_mismatch": _NO_MATCH,
        "enter_current_password": gettext_lazy("This isn't the password you have now. Try again."),
        "incorrect_password": gettext_lazy("This isn't your password. Try again."),
        "incorrect_code": gettext_lazy("This code isn't right. Check it, or start over."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def send_mail(self, template_prefix, email, context) -> None:
        """Owe the one mail of the library's that is sent, the code, like every other mail."""
        if template_prefix != "account/email/login_code":
            raise NotImplementedError(template_prefix)
        mails.owe_code(email, context["code"])

    def set_password(self, user, password) -> None:
        """Set the password that the person chose on a page of theirs."""
        user.choose_password(password)
        user.save()
        own_password.note_change(self.request)

    def get_reauthentication_methods(self, user) -> list[dict[str, str | None]]:
        """Name passkeys as every other page does."""
        ways = super().get_reauthentication_methods(user)
        names = {
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use your passkey"),
        }
        return [way | {"description": names.get(way["id"], way["description"])} for way in ways]

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("mfa_index")

    def authenticate(self, request, **credentials) -> AbstractBaseUser | None:
        person = super().authenticate(request, **credentials)
        if person:
            own_password.look_at(person, credentials["password"])
        return person

    def get_client_ip(self, request) -> str:
        """Return the address as it is counted elsewhere; "::" where nothing tells."""
        address = client_address(request)
        return "::" if address == "unknown" else address

    def pre_authenticate(self, request, **credentials) -> None:
        throttle.check(request, login_of(credentials))

    def authentication_failed(self, request, **credentials) -> None:
        throttle.count_failure(request, login_of(credentials))

    def post_login(self, request, user, **how) -> HttpResponse:
        response = super().post_login(request, user, **how)
        throttle.remember(request, response, user)
        own_password.demand(request, user)
        return response


class SecondFactor(DefaultMFAAdapter):
    """Secrets are stored encrypted; the last factor stays where the city demands one."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _WRONG_CODE}

    def get_totp_issuer(self) -> str:
        return City.current().service_name

    def generate_authenticator_name(self, user, kind) -> str:
        """Name a passkey by its browser, until its owner types another name."""
        return browsers.name_of(self.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": self.get_totp_issuer()}

    def encrypt(self, text) -> str:
        return encrypt(_FACTORS, text)

    def decrypt(self, encrypted_text) -> str:
        return decrypt(_FACTORS, encrypted_text)

    def can_delete_authenticator(self, authenticator) -> bool:
        person = authenticator.user
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = second_factor.factors_of(person).exclude(pk=authenticator.pk)
        return others.exists() or not second_factor.is_demanded_of(person)


class CityProvider(DefaultSocialAccountAdapter):
    """Who comes by the city's single sign-on is found among the staff, or sent away kindly."""

    def get_provider(self, request, provider, client_id=None) -> Any:
        found = super().get_provider(request, provider, client_id)
        found.oauth2_adapter_class = openid_connect.Adapter  # stricter than the library's
        return found

    def pre_social_login(self, request, sociallogin) -> None:
        if sociallogin.is_existing:
            single_sign_on.renew_roles(sociallogin.user, sociallogin)
            return
        try:
            person = single_sign_on.person_of(sociallogin)
        except single_sign_on.Stranger as stranger:
            record_action(Kind.SIGN_IN, result="no account")
            answer = render(request, "socialaccount/stranger.html", {"why": stranger}, status=403)
            raise ImmediateHttpResponse(answer) from None
        single_sign_on.renew_roles(person, sociallogin)
        sociallogin.connect(request, person)

    def send_notification_mail(self, *args, **kwargs) -> None:
        """Send nothing: that the city's own provider knows its own staff is no news."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False
