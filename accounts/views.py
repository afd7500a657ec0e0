"""Views for signing in and for a user's own account, most of them allauth's."""

from collections.abc import Callable
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.utils import perform_login
from allauth.account.views import ConfirmLoginCodeView, LoginView, PasswordResetFromKeyView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2CallbackView,
    OAuth2LoginView,
    OAuth2View,
)
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe
from requests import RequestException

from accounts import browsers, invitations, one_time_codes, openid_connect, sessions
from accounts.forms import NO_USER_ID
from accounts.models import ColorMode, User
from accounts.sign_in import format_signed_out_reason
from accounts.signed_in_request import SignedInRequest
from lib.http import is_own_path, parse_number, require_get_or_post


class SignInView(LoginView):
    """allauth's view, with the reason why the last session ended."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Abort a sign-in that waits for a code, if the query has `start-over`."""
        if "start-over" in request.GET:
            clear_login(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict[str, str]:
        """Return allauth's context with `signed_out_because`, a sentence or ""."""
        because = format_signed_out_reason(self.request)
        return super().get_context_data(**kwargs) | {"signed_out_because": because}


@require_safe
@login_required
def redirect_to_workplace(request: SignedInRequest) -> HttpResponseRedirect:
    """Redirect by the user's first role: agent, member of a department, lead, administrator.

    The pages are the desk, the inbox, the city's figures and the administration; without a role, it
    is the home page.
    """
    user = request.user
    if user.is_agent:
        return redirect("desk")
    if user.roles:
        return redirect("inbox")
    if user.is_lead:
        return redirect("city_overview")
    return redirect("admin:index" if user.is_staff else "home")


@require_POST
@login_required
def save_color_mode(request: SignedInRequest) -> HttpResponse:
    """Save the color mode of the account; redirect to the path in `next`, or to "workplace".

    Raise BadRequest for an unknown color mode.
    """
    mode = request.POST.get("color_mode", "")
    if mode not in ColorMode:
        raise BadRequest
    request.user.color_mode = mode
    request.user.save(update_fields=["color_mode"])
    onward = request.POST.get("next", "")
    return redirect(onward if is_own_path(onward) else "workplace")


@require_get_or_post
@never_cache
@login_required
@reauthentication_required(allow_get=True)
def your_sessions(request: SignedInRequest) -> HttpResponse:
    """List the user's browsers; on POST, sign out one of them or all others."""
    if request.method == "POST":
        messages.success(request, _sign_out_browser(request))
        return redirect("usersessions_list")
    sessions.update_session_list(request)
    current = request.session.session_key
    listed = [
        {
            "session": each.row,
            "seen_at": each.seen_at,
            "browser": browsers.format_browser_name(each.row.user_agent),
            "is_current": each.row.session_key == current,
        }
        for each in sessions.list_sessions(request.user)
    ]
    context = {"sessions": sorted(listed, key=lambda each: not each["is_current"])}
    return render(request, "account/sessions.html", context)


def _sign_out_browser(request: SignedInRequest) -> str:
    """End all other sessions (`others`), or the one with the row id `session`; return the message.

    The message says if that session was over already.
    """
    if "others" in request.POST:
        sessions.end_other_sessions(request)
        return _("Signed out everywhere else.")
    wanted = parse_number(request.POST.get("session"))
    for row, _seen_at in sessions.list_sessions(request.user):
        if row.pk == wanted:
            sessions.end_session(row)
            return _("Signed out: %(browser)s.") % {
                "browser": browsers.format_browser_name(row.user_agent)
            }
    return _("That browser was signed out already.")


@require_get_or_post
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; on POST, accept it with or without a password and sign in.

    Answer 410 if the link is not valid, and 422 for an invalid password.
    """
    try:
        found = invitations.find_invitation(token)
        wants_none = "without" in request.POST
        form = SetPasswordForm(found.user, request.POST or None)
        if request.method == "POST" and (wants_none or form.is_valid()):
            password = None if wants_none else form.cleaned_data["new_password1"]
            return _sign_in_invited_user(
                request, invitations.accept_invitation(token, password), wants_none
            )
    except invitations.InvalidInvitation as refused:
        return render(request, "account/no_invitation.html", {"why": refused}, status=410)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "invitation": found}
    return render(request, "account/invitation.html", context, status=status)


def _sign_in_invited_user(request: HttpRequest, user: User, wants_none: bool) -> HttpResponse:
    """Sign in and redirect to work, or, without a password (`wants_none`), to set up a passkey."""
    record_authentication(request, user, "invitation", reauthenticated=True)
    onward = reverse("mfa_index" if wants_none else "workplace")
    return perform_login(request, user, email_verification="none", redirect_url=onward)


class ResetPasswordView(PasswordResetFromKeyView):
    """allauth's view, which answers 410 to an invalid link and shows no form."""

    def render_to_response(self, context, **how) -> HttpResponse:
        """Render the page; with status 410 if the link is not valid."""
        if context.get("token_fail"):
            context["hours_a_link_works"] = settings.PASSWORD_RESET_TIMEOUT // 3600
            how["status"] = 410
        return super().render_to_response(context, **how)


class ConfirmCodeView(ConfirmLoginCodeView):
    def form_invalid(self, form) -> HttpResponse:
        """Show the form again, in the same time for an address without an account as with one."""
        self._process._user = self._process._user or User(pk=NO_USER_ID)
        return super().form_invalid(form)


@login_required
@require_safe
def redirect_to_sign_in_settings(request: HttpRequest) -> HttpResponseRedirect:
    return redirect("mfa_index")


class ActivateAppView(ActivateTOTPView):
    """allauth's view, which also marks the code that set up the app as used."""

    @transaction.atomic
    def form_valid(self, form) -> HttpResponse:
        """Activate the app and mark its code as used, in one transaction."""
        answer = super().form_valid(form)
        one_time_codes.use_code(cast(User, self.request.user), form.cleaned_data["code"])
        return answer


_PROVIDER_ERRORS = (
    RequestException,
    OAuth2Error,
    KeyError,
    ValueError,
)  # raised for an invalid response of the provider


def _build_provider_view(view: type[OAuth2View]) -> Callable[..., HttpResponse]:
    """Return allauth's `view` with the verifying adapter, for GET only.

    If the provider does not answer as it should, the view renders a page (503). It raises Http404
    for an unknown provider.
    """

    @require_GET
    @never_cache
    def ask(request, provider_id) -> HttpResponse:
        try:
            return view.adapter_view(openid_connect.VerifyingAdapter(request, provider_id))(request)
        except SocialApp.DoesNotExist:
            raise Http404 from None
        except _PROVIDER_ERRORS:
            return render(request, "socialaccount/away.html", status=503)

    return ask


_redirect_to_provider = _build_provider_view(OAuth2LoginView)
_OTHER_SITES = {"cross-site", "same-site"}


@require_GET
@never_cache
def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Redirect to the city's provider; a request from another site gets the sign-in page.

    The other site would start a sign-in that nobody asked for.
    """
    if request.headers.get("Sec-Fetch-Site") in _OTHER_SITES:
        return redirect("account_login")
    return _redirect_to_provider(request, provider_id)


single_sign_on_callback = _build_provider_view(OAuth2CallbackView)
