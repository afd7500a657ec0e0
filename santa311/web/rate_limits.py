"""Which addresses are counted, and the one answer to who asks too often.

A table of the names of addresses: a view knows nothing of it. Looking for what is not there counts
only where nothing was found, and after too many such tries a private link is not even looked up.
A private link that opens nothing is in the security log, too.
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

WRITING = {"POST", "PUT", "PATCH", "DELETE"}

# What is counted when something is sent to an address. `search` counts looking, too. Photos that
# come along are counted one by one at each of them: every file is opened.
SENT = {
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
    "report_same_one": "word",
    "where_you_are": "search",
    "your_data": "mail",
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
}
LOOKED = {"places": "search", "report_where": "search", "describe": "search",
          "intake_places": "search", "open_data_selection_csv": "selection",
          "open_data_selection_geojson": "selection"}  # fmt: skip
# The input that says to which mailbox a mail goes: whoever asks, it gets so many and no more; its
# owner has a count of their own in a browser where they have signed in.
MAILBOXES = {"account_reset_password": "email", "account_request_login_code": "email"}

# Addresses of files, which programs ask for: whoever takes plain text is refused in plain text.
OF_FILES = {"open_data_selection_csv", "open_data_selection_geojson"}

REFERENCES = {"look_up", "service_request", "following", "comments", "answer", "withdrawal",
              "confirmation", "correction", "dispute", "content_reports"}  # fmt: skip
SECRETS = {"private_link", "follower_link", "following_end", "data_link", "data_link_file",
           "data_link_deletion", "invitation", "account_reset_password_from_key"}  # fmt: skip
MISSED = {404, 410}


class LimitRates(Middleware):
    """Count who comes to which address, and answer who comes too often."""

    def __call__(self, request) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in MISSED and _url_name(request) in REFERENCES | SECRETS:
            if _url_name(request) in SECRETS:
                record_action_once_a_minute(
                    Kind.LINK_REFUSED, target=page_target(request), result="refused"
                )
            try:
                rate_limiter.count_attempt("miss.address", client_address(request))
            except rate_limiter.RateLimitExceeded as refused:
                return too_many(request, refused)
        return response

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        try:
            _count(request, _url_name(request))
        except rate_limiter.RateLimitExceeded as refused:
            return too_many(request, refused)
        return None

    def process_exception(self, request, exception) -> HttpResponse | None:
        is_ours = isinstance(exception, rate_limiter.RateLimitExceeded)
        return too_many(request, exception) if is_ours else None


def _url_name(request) -> str | None:
    return request.resolver_match.url_name if request.resolver_match else None


def _count(request, url_name) -> None:
    if url_name in SECRETS:
        rate_limiter.check_limit("miss.address", client_address(request))
    for name, weight in _weights(request, url_name).items():
        _take(request, name, weight)
    if mailbox := normalize_email(clean_line(request.POST.get(MAILBOXES.get(url_name, ""), ""))):
        rate_limiter.count_attempt("mail.mailbox", throttle.mailbox(request, mailbox))


def _weights(request, url_name) -> dict[str, int] | dict:
    """Return what is counted of this request, and as how many."""
    if url_name in LOOKED:
        return {LOOKED[url_name]: 1}
    if request.method not in WRITING or url_name not in SENT:
        return {}
    photos = len(direct_upload.files_of(request).getlist("photos"))
    return {SENT[url_name]: 1} | ({"photo": photos} if photos else {})


def _take(request, name, weight) -> None:
    staff = f"user {request.user.pk}" if is_authenticated(request) else ""
    if not staff:
        rate_limiter.count_attempt(f"{name}.address", client_address(request), weight)
    who = staff or (f"device {request.device_key}" if request.device_key else "")
    if who and f"{name}.person" in rate_limiter.DEFAULT_LIMITS:
        rate_limiter.count_attempt(f"{name}.person", who, weight)


def too_many(request, refused=None) -> HttpResponse:
    """Answer 429, with when to come again; what was typed can be sent again, but no password."""
    wait = refused.wait if refused else 60
    said = _said(wait)
    is_file = _url_name(request) in OF_FILES and prefers_text(request)
    if "HX-Request" in request.headers or is_file:
        response = HttpResponse(said, status=429, content_type="text/plain; charset=utf-8")
    elif prefers_json(request):
        response = JsonResponse({"problems": [said]}, status=429)
    else:
        context = {"said": said, "again": list_form_values(request)}
        response = render(request, "errors/too_many.html", context, status=429)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = PRIVATE_CACHE_CONTROL
    return response


def _said(wait) -> str:
    minutes = -(-wait // 60)
    return ngettext(
        "Too many tries. Please wait %(n)s minute, then try again.",
        "Too many tries. Please wait %(n)s minutes, then try again.",
        minutes,
    ) % {"n": minutes}
