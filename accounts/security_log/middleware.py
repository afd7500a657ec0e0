"""Records requests that a city's auditor asks for: refused, too frequent, or asking for a mail."""

from django.http import Http404, HttpResponse

from accounts.security_log.receivers import account_named
from lib.http import Middleware
from lib.security_log import (
    Kind,
    bind_request,
    is_authenticated,
    page_target,
    record_action,
    record_action_once_a_minute,
)

# A form that asks for a mail is answered alike whether or not there is such an account.
_ASKED = {"account_reset_password": Kind.RESET_ASKED,
          "account_request_login_code": Kind.SIGN_IN_CODE_ASKED}  # fmt: skip


class SecurityLog(Middleware):
    """Record what was refused, what came too often, and who asked for a mail."""

    def __call__(self, request) -> HttpResponse:
        with bind_request(request):
            response = self.get_response(request)
            _note(request, response.status_code)
        return response

    def process_exception(self, request, exception) -> None:
        """Record that staff asked for what is not there, or is not for them.

        The answer does not tell which of the two it was, and neither does the log. A view that
        answers 404 by itself, such as for a photo that is not ready, refuses nobody.
        """
        if isinstance(exception, Http404) and is_authenticated(request):
            record_action_once_a_minute(
                Kind.REFUSED, target=page_target(request), result="not found"
            )


def _note(request, status) -> None:
    name = request.resolver_match.url_name if request.resolver_match else None
    if status == 429:
        record_action_once_a_minute(
            Kind.RATE_LIMITED, target=page_target(request), result="refused"
        )
    elif status == 403 and is_authenticated(request) and not _is_refused_form(request):
        record_action_once_a_minute(Kind.REFUSED, target=page_target(request), result="refused")
    elif name in _ASKED and request.method == "POST" and status == 302:
        record_action(_ASKED[name], target=account_named(request.POST.get("email", "")))


def _is_refused_form(request) -> bool:
    """Return whether `record_refused_form` has a line of the request already."""
    return hasattr(request, "refused_form")


def record_refused_form(request, reason: str) -> None:
    """Record a form without a valid token against forgery; `reason` is Django's."""
    request.refused_form = reason
    is_of_another_site = reason.startswith(("Origin checking", "Referer checking"))
    result = "another site" if is_of_another_site else "no valid token"
    record_action_once_a_minute(Kind.FORM_REFUSED, target=page_target(request), result=result)
