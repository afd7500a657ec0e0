"""Middleware for staff: it loads the signed-in user, and requires credentials to be set up."""

from django.contrib import auth, messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts import required_password_change, second_factor, sessions
from accounts.models import User
from accounts.sign_in import END_REASON_COOKIE
from lib import cookies, polling
from lib.http import Middleware

_PASSWORD_PAGES = ("/accounts/password/change/", "/accounts/logout/")
_EXEMPT_PATHS = ("/static/", "/language/", "/healthz/", "/demo/", "/admin/jsi18n/")


class SessionAuthentication(AuthenticationMiddleware):
    """Middleware that loads the user when first asked for, within the limits of sessions.

    The reason why a session ended is kept in a cookie until the person signs in again: often a poll
    notices the end first.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Set `request.user` to a lazy object that loads the user when first asked for."""
        super().process_request(request)
        user = SimpleLazyObject(lambda: self._load_user(request))
        request.user = user  # type: ignore[assignment]  # behaves like the user

    def _load_user(self, request) -> User | AnonymousUser:
        """Return the user or AnonymousUser, loaded once per request."""
        if not hasattr(request, "person_asked_for"):
            request.person_asked_for = sessions.load_user(request)
        return request.person_asked_for

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Note the user's activity, except of a poll, and update the cookie END_REASON_COOKIE.

        It is set if the session of this request is over, and deleted once the user is signed in.
        """
        person = getattr(request, "person_asked_for", None)
        is_signed_in = request.session.accessed and auth.SESSION_KEY in request.session
        if person and person.is_authenticated and is_signed_in and not polling.is_poll(request):
            sessions.note_activity(request)
        if why := getattr(request, "signed_out", ""):
            cookies.set_cookie(response, END_REASON_COOKIE, why)
        elif is_signed_in and cookies.read_cookie(request, END_REASON_COOKIE):
            cookies.delete_cookie(response, END_REASON_COOKIE)
        return response


class RequireCredentials(Middleware):
    """Middleware that redirects users who must set a new password or a second factor first.

    htmx requests get a 403 instead, because a full page must not be swapped into a fragment.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the view's response, or redirect to the change of the password or to "mfa_index".

        The password comes first. An htmx request gets an empty 403 instead.
        """
        if not _is_exempt(
            request, *_PASSWORD_PAGES
        ) and required_password_change.is_change_required(request):
            page = "account_change_password"
        elif not _is_exempt(request, "/accounts/") and second_factor.is_second_factor_missing(
            request
        ):
            page = "mfa_index"
        else:
            return self.get_response(request)
        if "HX-Request" in request.headers:
            return HttpResponse(status=403)  # a page must not be swapped into a page
        if page == "mfa_index":
            _add_second_factor_message(request)
        return redirect(page)


def _is_exempt(request: HttpRequest, *roots: str) -> bool:
    """Return True if the path begins with one of `roots` or of _EXEMPT_PATHS, such as /static/."""
    return request.path.startswith((*roots, *_EXEMPT_PATHS))


def _add_second_factor_message(request: HttpRequest) -> None:
    """Add a warning that the city requires a second factor, unless the messages have it already."""
    said = _("The city requires two-step sign-in. Set it up to continue.")
    if not any(str(each) == said for each in messages.get_messages(request)):
        messages.warning(request, said)
