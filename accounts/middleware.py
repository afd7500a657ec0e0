from typing import Any

from django.contrib import auth, messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts import own_password, second_factor, sessions
from accounts.sign_in import WHY
from lib import cookies, polling
from lib.http import Middleware

_PASSWORD_PAGES = ("/accounts/password/change/", "/accounts/logout/")
_OF_NO_WORKPLACE = ("/static/", "/language/", "/healthz/", "/demo/", "/admin/jsi18n/")


class Authenticate(AuthenticationMiddleware):
    """Tell who is signed in, by the limits of sessions, once somebody wants to know.

    Why a session ended is kept in a cookie until its person has signed in again: often it is a poll
    that notices it, long before they look.
    """

    def process_request(self, request) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: self._ask(request))

    def _ask(self, request) -> Any:
        if not hasattr(request, "person_asked_for"):
            request.person_asked_for = sessions.person_of(request)
        return request.person_asked_for

    def process_response(self, request, response) -> HttpResponse:
        person = getattr(request, "person_asked_for", None)
        is_signed_in = request.session.accessed and auth.SESSION_KEY in request.session
        if person and person.is_authenticated and is_signed_in and not polling.is_poll(request):
            sessions.note_life(request)
        if why := getattr(request, "signed_out", ""):
            cookies.set_cookie(response, WHY, why)
        elif is_signed_in and cookies.read_cookie(request, WHY):
            cookies.delete_cookie(response, WHY)
        return response


class DemandCredentials(Middleware):
    """Lead staff who lack a password or a second factor of their own to where they get it."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_open(request, *_PASSWORD_PAGES) and own_password.is_change_demanded(request):
            page = "account_change_password"
        elif not _is_open(request, "/accounts/") and second_factor.is_missing(request):
            page = "mfa_index"
        else:
            return self.get_response(request)
        if "HX-Request" in request.headers:
            return HttpResponse(status=403)  # a page must not be swapped into a page
        if page == "mfa_index":
            _ask_for_second_factor(request)
        return redirect(page)


def _is_open(request: HttpRequest, *roots: str) -> bool:
    return request.path.startswith((*roots, *_OF_NO_WORKPLACE))


def _ask_for_second_factor(request: HttpRequest) -> None:
    said = _("The city requires two-step sign-in. Set it up to continue.")
    if not any(str(each) == said for each in messages.get_messages(request)):
        messages.warning(request, said)
