from django.contrib import auth, messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts import own_password, second_factor, sessions
from accounts.sign_in import WHY
from lib import cookies, polling
from lib.http import Middleware

_OF_NO_WORKPLACE = ("/static/", "/language/", "/healthz/", "/demo/", "/admin/jsi18n/")


class Authenticate(AuthenticationMiddleware):
    """`request.user` is asked for when somebody wants to know, and by the limits of sessions.

    Why a session ended is kept in a cookie until its person has signed in again: often it is a poll
    that notices it, long before they look.
    """

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: self._ask(request))

    def _ask(self, request):
        if not hasattr(request, "person_asked_for"):
            request.person_asked_for = sessions.person_of(request)
        return request.person_asked_for

    def process_response(self, request, response):
        person = getattr(request, "person_asked_for", None)
        is_signed_in = request.session.accessed and auth.SESSION_KEY in request.session
        if person and person.is_authenticated and is_signed_in and not polling.is_poll(request):
            sessions.note_life(request)
        if why := getattr(request, "signed_out", ""):
            cookies.put(response, WHY, why)
        elif is_signed_in and cookies.read(request, WHY):
            cookies.drop(response, WHY)
        return response


class _Demand(Middleware):
    """Before any page that is not `open`, who is missing something is led to where they get it.

    A poll gets a bare refusal: a page must not be swapped into a page.
    """

    open: tuple[str, ...]

    def __call__(self, request):
        if request.path.startswith(self.open) or not self.is_missing(request):
            return self.get_response(request)
        if "HX-Request" in request.headers:
            return HttpResponse(status=403)
        return self.lead(request)


class DemandSecondFactor(_Demand):
    """Sends who must have a second factor, and has none, to the page that sets one up."""

    open = ("/accounts/", *_OF_NO_WORKPLACE)
    is_missing = staticmethod(second_factor.is_missing)

    def lead(self, request):
        said = _("The city requires two-step sign-in. Set it up to continue.")
        if not any(str(each) == said for each in messages.get_messages(request)):
            messages.warning(request, said)
        return redirect("mfa_index")


class DemandOwnPassword(_Demand):
    """Who came in with a password that somebody else knows chooses another one before all else."""

    open = ("/accounts/password/change/", "/accounts/logout/", *_OF_NO_WORKPLACE)
    is_missing = staticmethod(own_password.is_change_demanded)

    def lead(self, request):
        return redirect("account_change_password")
