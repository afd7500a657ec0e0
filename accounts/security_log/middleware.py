"""Notes what requests come to that a city's auditor asks for: refused, too often, asked by mail."""

from accounts.security_log.receivers import account_named
from santa311.lib.http import Middleware
from santa311.lib.security_log import Kind, answering, is_signed_in, record, record_once

# A form that asks for a mail is answered alike whether or not there is such an account.
_ASKED = {"account_reset_password": Kind.RESET_ASKED,
          "account_request_login_code": Kind.SIGN_IN_CODE_ASKED}  # fmt: skip


class SecurityLog(Middleware):
    """Comes after whoever says who is signed in, and before all that refuses something."""

    def __call__(self, request):
        with answering(request):
            response = self.get_response(request)
            _note(request, response.status_code)
        return response


def _note(request, status):
    name = request.resolver_match.url_name if request.resolver_match else None
    page = f"page:{name or 'unknown'}"
    if status == 429:
        record_once(Kind.RATE_LIMITED, target=page, result="refused")
    elif status == 403 and is_signed_in(request):
        record_once(Kind.REFUSED, target=page, result="refused")
    elif name in _ASKED and request.method == "POST" and status == 302:
        record(_ASKED[name], target=account_named(request.POST.get("email", "")))
