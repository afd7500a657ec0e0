"""Middleware for rate limits by URL name, and the response when one is reached.

Views do not know about rate limits. Lookups of references count only if nothing was found; after
too many, private links are not looked up at all. A private link that opens nothing is recorded in
the security log.
"""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from accounts import throttle
from lib import rate_limiter
from lib.email_addresses import normalize_email
from lib.http import (
    PRIVATE_CACHE_CONTROL,
    Middleware,
    client_address,
    list_form_values,
    prefers_json,
    prefers_text,
)
from lib.security_log import Kind, is_authenticated, page_target, record_action_once_a_minute
from lib.text import clean_line
from requests_app.photos import direct_upload

WRITING_METHODS = {"POST", "PUT", "PATCH", "DELETE"}

# The limit that counts a request with a writing method, by URL name. Each photo of the form also
# counts for the limit `photo`, because every file is opened.
LIMITS_OF_FORMS = {
    "report_check": "report",
    "report_delivery": "report",
    "report_what": "photo",
    "report_photos": "photo",
    "report_shared": "photo",
    "incoming_photo": "photo",
    "completion_photos": "photo",
    "answer_photos": "photo",
    "comment_photos": "photo",
    "dispute_photos": "photo",
    "confirmation": "word",
    "dispute": "word",
    "comments": "word",
    "content_reports": "word",
    "answer": "word",
    "withdrawal": "word",
    "correction": "word",
    "following": "word",
    "reporter_emails": "word",
    "reporter_emails_link": "word",
    "report_same_one": "word",
    "where_you_are": "search",
    "your_data": "mail",
    "new_alert": "mail",
    "alert": "word",
    "alert_end": "word",
    "notifications": "word",
    "push_endpoints": "word",
    "push_endpoint_removal": "word",
    "notifications_end": "word",
    "staff_notifications_end": "word",
    "overview_report_end": "word",
    "overview_report_mail": "word",
    "lost_links": "mail",
    "account_reset_password": "mail",
    "account_request_login_code": "mail",
    "account_login": "sign_in",
    "account_confirm_login_code": "sign_in",
    "account_reset_password_from_key": "sign_in",
    "account_change_password": "sign_in",
    "account_reauthenticate": "sign_in",
    "mfa_authenticate": "sign_in",
    "mfa_reauthenticate": "sign_in",
    "mfa_login_webauthn": "sign_in",
    "mfa_reauthenticate_webauthn": "sign_in",
    "invitation": "sign_in",
    "color_mode": "setting",
    "mail_hook": "hook",
}
LIMITS_OF_PAGES = {"places": "search", "report_where": "search", "describe": "search",
          "intake_places": "search", "poster": "search", "open_data_selection_csv": "selection",
          "open_data_selection_geojson": "selection"}  # fmt: skip
# The form field with the address to which a mail goes, by URL name. Mails to one address are
# limited, whoever requests them; a browser in which the owner has signed in has its own count.
MAILBOX_FIELDS = {"account_reset_password": "email", "account_request_login_code": "email"}

# Files, which programs load: clients that accept plain text get the refusal as plain text.
FILE_VIEWS = {"open_data_selection_csv", "open_data_selection_geojson"}

REFERENCE_VIEWS = {
    "look_up", "service_request", "following", "comments", "answer", "withdrawal",
    "confirmation", "correction", "dispute", "content_reports", "reporter_emails",
}  # fmt: skip
PRIVATE_LINK_VIEWS = {
    "private_link", "follower_link", "following_end", "data_link", "data_link_file",
    "reporter_emails_link",
    "alert", "alert_end", "notifications_end", "overview_report_end",
    "data_link_deletion", "invitation", "account_reset_password_from_key",
}  # fmt: skip
MISSING_STATUSES = {404, 410}


class RateLimitMiddleware(Middleware):
    """Count requests by client, and answer 429 when a limit is reached."""

    def __call__(self, request) -> HttpResponse:
        """Return the response; count a 404 or 410 of a reference or private link as a miss.

        A refused private link is also recorded in the security log, once a minute. The response is
        a 429 after too many misses.
        """
        response = self.get_response(request)
        if (
            response.status_code in MISSING_STATUSES
            and _url_name(request) in REFERENCE_VIEWS | PRIVATE_LINK_VIEWS
        ):
            if _url_name(request) in PRIVATE_LINK_VIEWS:
                record_action_once_a_minute(
                    Kind.LINK_REFUSED, target=page_target(request), result="refused"
                )
            try:
                rate_limiter.count_attempt("miss.address", client_address(request))
            except rate_limiter.RateLimitExceeded as refused:
                return render_too_many_requests(request, refused)
        return response

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        """Count the request, and return a 429 if a limit is reached, else None."""
        try:
            _count_request(request, _url_name(request))
        except rate_limiter.RateLimitExceeded as refused:
            return render_too_many_requests(request, refused)
        return None

    def process_exception(self, request, exception) -> HttpResponse | None:
        """Return a 429 for RateLimitExceeded, None for other exceptions."""
        is_ours = isinstance(exception, rate_limiter.RateLimitExceeded)
        return render_too_many_requests(request, exception) if is_ours else None


def _url_name(request) -> str | None:
    """Return the URL name of the request, None if no pattern matched."""
    return request.resolver_match.url_name if request.resolver_match else None


def _count_request(request, url_name) -> None:
    """Count the request for its limits. Raise RateLimitExceeded.

    Private links are checked for too many misses first. A mail counts for its mailbox, too.
    """
    if url_name in PRIVATE_LINK_VIEWS:
        rate_limiter.check_limit("miss.address", client_address(request))
    for name, weight in _find_weights(request, url_name).items():
        _count_for_client(request, name, weight)
    if mailbox := normalize_email(
        clean_line(request.POST.get(MAILBOX_FIELDS.get(url_name, ""), ""))
    ):
        rate_limiter.count_attempt("mail.mailbox", throttle.mail_limit_key(request, mailbox))


def _find_weights(request, url_name) -> dict[str, int]:
    """Return the limits that the request counts for, with its weight; {} for none.

    Photos of a form count one each for the limit `photo`.
    """
    if url_name in LIMITS_OF_PAGES:
        return {LIMITS_OF_PAGES[url_name]: 1}
    if request.method not in WRITING_METHODS or url_name not in LIMITS_OF_FORMS:
        return {}
    photos = len(direct_upload.collect_files(request).getlist("photos"))
    return {LIMITS_OF_FORMS[url_name]: 1} | ({"photo": photos} if photos else {})


def _count_for_client(request, name, weight) -> None:
    """Count for the user, or for the address and the device. Raise RateLimitExceeded."""
    staff = f"user {request.user.pk}" if is_authenticated(request) else ""
    if not staff:
        rate_limiter.count_attempt(f"{name}.address", client_address(request), weight)
    who = staff or (f"device {request.device_key}" if request.device_key else "")
    if who and f"{name}.person" in rate_limiter.DEFAULT_LIMITS:
        rate_limiter.count_attempt(f"{name}.person", who, weight)


def render_too_many_requests(request, refused=None) -> HttpResponse:
    """Return a 429 with Retry-After, which offers the form again, except for passwords.

    It is text for htmx and for programs that load files, JSON for scripts, else a page. Without
    `refused` it says to wait a minute.
    """
    wait = refused.wait if refused else 60
    message = _format_wait(wait)
    is_file = _url_name(request) in FILE_VIEWS and prefers_text(request)
    if "HX-Request" in request.headers or is_file:
        response = HttpResponse(message, status=429, content_type="text/plain; charset=utf-8")
    elif prefers_json(request):
        response = JsonResponse({"problems": [message]}, status=429)
    else:
        context = {"message": message, "form_values": list_form_values(request)}
        response = render(request, "errors/too_many.html", context, status=429)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = PRIVATE_CACHE_CONTROL
    return response


def _format_wait(wait) -> str:
    """Return the message with the wait in minutes, rounded up. `wait` is in seconds."""
    minutes = -(-wait // 60)
    return ngettext(
        "Too many tries. Please wait %(n)s minute, then try again.",
        "Too many tries. Please wait %(n)s minutes, then try again.",
        minutes,
    ) % {"n": minutes}
