from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.utils import perform_login
from allauth.account.views import ConfirmLoginCodeView, LoginView, PasswordResetFromKeyView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
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
from accounts.forms import NOBODY
from accounts.models import ColorMode, User
from accounts.sign_in import signed_out_because
from lib.http import is_own_path, parse_number, require_get_or_post


class SignIn(LoginView):
    """allauth's, which also says why the session before was over."""

    def dispatch(self, request, *args, **kwargs) -> HttpResponseBase:
        """Give up a sign-in that waits for a code or a second step, with `start-over`."""
        if "start-over" in request.GET:
            clear_login(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict[str, str]:
        because = signed_out_because(self.request)
        return super().get_context_data(**kwargs) | {"signed_out_because": because}


@require_safe
@login_required
def workplace(request) -> HttpResponseRedirect:
    """Lead to the desk, the department's inbox, the city's figures or the admin."""
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
def color_mode(request: HttpRequest) -> HttpResponse:
    """Keep the colors that the account chose, and lead back to the page.

    Raises BadRequest for a color mode that does not exist.
    """
    mode = request.POST.get("color_mode")
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
def your_sessions(request) -> HttpResponse:
    """List the browsers that this person is signed in with; sign one, or all others, out."""
    if request.method == "POST":
        messages.success(request, _sign_out(request))
        return redirect("usersessions_list")
    sessions.list_it(request)
    rows = sessions.of(request.user)
    for row in rows:
        row.browser = browsers.name_of(row.user_agent)
        row.is_this = row.session_key == request.session.session_key
    context = {"sessions": sorted(rows, key=lambda row: not row.is_this)}
    return render(request, "account/sessions.html", context)


def _sign_out(request) -> str:
    if "others" in request.POST:
        sessions.end_others(request)
        return _("Signed out everywhere else.")
    wanted = parse_number(request.POST.get("session"))
    for row in sessions.of(request.user):
        if row.pk == wanted:
            sessions.end(row)
            return _("Signed out: %(browser)s.") % {"browser": browsers.name_of(row.user_agent)}
    return _("That browser was signed out already.")


@require_get_or_post
@never_cache
def invitation(request, token) -> HttpResponse:
    """Come in by the link of the mail: with a password, or without one. Looking uses nothing up."""
    try:
        found = invitations.find(token)
        wants_none = "without" in request.POST
        form = SetPasswordForm(found.user, request.POST or None)
        if request.method == "POST" and (wants_none or form.is_valid()):
            password = None if wants_none else form.cleaned_data["new_password1"]
            return _come_in(request, invitations.accept(token, password), wants_none)
    except invitations.NoInvitation as refused:
        return render(request, "account/no_invitation.html", {"why": refused}, status=410)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "invitation": found}
    return render(request, "account/invitation.html", context, status=status)


def _come_in(request, person, wants_none) -> HttpResponse:
    """Sign in, and lead to work, or to where a passkey takes the password's place."""
    record_authentication(request, person, "invitation", reauthenticated=True)
    onward = reverse("mfa_index" if wants_none else "workplace")
    return perform_login(request, person, email_verification="none", redirect_url=onward)


class ResetPassword(PasswordResetFromKeyView):
    """A link that is over, or none, is answered 410, and then no form is shown."""

    def render_to_response(self, context, **how) -> HttpResponse:
        if context.get("token_fail"):
            context["hours_a_link_works"] = settings.PASSWORD_RESET_TIMEOUT // 3600
            how["status"] = 410
        return super().render_to_response(context, **how)


class ConfirmCode(ConfirmLoginCodeView):
    def form_invalid(self, form) -> HttpResponse:
        """Note a wrong code for an address without an account, too, which takes as long."""
        self._process._user = self._process._user or User(pk=NOBODY)
        return super().form_invalid(form)


@login_required
@require_safe
def to_your_sign_in(request) -> HttpResponseRedirect:
    return redirect("mfa_index")


class ActivateApp(ActivateTOTPView):
    """The code that sets an app up is used up by that, as one that signs in is."""

    @transaction.atomic
    def form_valid(self, form) -> HttpResponse:
        answer = super().form_valid(form)
        one_time_codes.take(self.request.user, form.cleaned_data["code"])
        return answer


_TROUBLE = (RequestException, OAuth2Error, KeyError, ValueError)  # of whatever it answers instead


def _kindly(view) -> Callable:
    """Return the library's `view` with our adapter, and with kind words about the city's provider.

    They are for a provider that does not answer, or not as it should.
    """

    @require_GET
    @never_cache
    def ask(request, provider_id) -> HttpResponse:
        try:
            return view.adapter_view(openid_connect.Adapter(request, provider_id))(request)
        except SocialApp.DoesNotExist:
            raise Http404 from None
        except _TROUBLE:
            return render(request, "socialaccount/away.html", status=503)

    return ask


_leave_for_the_provider = _kindly(OAuth2LoginView)
_LED_HERE_BY_OTHERS = {"cross-site", "same-site"}


@require_GET
@never_cache
def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the city's provider, where the person asked for it on a page of ours.

    Another site that leads a browser here would start a session that nobody asked for: that browser
    gets the sign-in page, where the button is.
    """
    if request.headers.get("Sec-Fetch-Site") in _LED_HERE_BY_OTHERS:
        return redirect("account_login")
    return _leave_for_the_provider(request, provider_id)


single_sign_on_callback = _kindly(OAuth2CallbackView)
