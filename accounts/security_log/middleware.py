"""Middleware that records refused and too frequent requests, and requests for mails."""

from django.http import Http404, HttpRequest, HttpResponse

from accounts.security_log.receivers import find_account_id
from lib.http import Middleware
from lib.security_log import (
    Kind,
    bind_request,
    is_authenticated,
    page_target,
    record_action,
    record_action_once_a_minute,
)

# Forms that request a mail; the response is the same whether or not the account exists.
_MAIL_REQUEST_KINDS = {"account_reset_password": Kind.RESET_ASKED,
          "account_request_login_code": Kind.SIGN_IN_CODE_ASKED}  # fmt: skip


class SecurityLog(Middleware):
    """Middleware that records refusals, exceeded rate limits and requests for mails."""

    def __call__(self, request) -> HttpResponse:
        with bind_request(request):
            response = self.get_response(request)
            _record_response(request, response.status_code)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Record a 404 of staff, at most once a minute: the object is missing, or is not for them.

        The response does not tell which, and neither does the log. A view that returns a 404
        without the exception, such as for a photo that is not ready, refuses nobody.
        """
        if isinstance(exception, Http404) and is_authenticated(request):
            record_action_once_a_minute(
                Kind.REFUSED, target=page_target(request), result="not found"
            )


def _record_response(request: HttpRequest, status: int) -> None:
    """Record a 429, a 403 of a signed-in user, or the redirect after a request for a mail.

    The first two are recorded at most once a minute. A refused form is left out, because
    `record_refused_form` has recorded it.
    """
    name = request.resolver_match.url_name if request.resolver_match else None
    if status == 429:
        record_action_once_a_minute(
            Kind.RATE_LIMITED, target=page_target(request), result="refused"
        )
    elif status == 403 and is_authenticated(request) and not _is_refused_form(request):
        record_action_once_a_minute(Kind.REFUSED, target=page_target(request), result="refused")
    elif name in _MAIL_REQUEST_KINDS and request.method == "POST" and status == 302:
        record_action(
            _MAIL_REQUEST_KINDS[name], target=find_account_id(request.POST.get("email", ""))
        )


def _is_refused_form(request: HttpRequest) -> bool:
    """Return True if `record_refused_form` has recorded the request."""
    return hasattr(request, "refused_form")


def record_refused_form(request, reason: str) -> None:
    """Set `request.refused_form` to Django's `reason`, and log the form that CSRF checks refused.

    The entry, at most one a minute, has the result "another site" or "no valid token".
    """
    request.refused_form = reason
    is_of_another_site = reason.startswith(("Origin checking", "Referer checking"))
    result = "another site" if is_of_another_site else "no valid token"
    record_action_once_a_minute(Kind.FORM_REFUSED, target=page_target(request), result=result)
