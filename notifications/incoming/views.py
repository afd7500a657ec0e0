"""The address to which a mail service hands over emails that arrived."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lib import rate_limiter
from lib.http import client_address
from notifications.incoming.receiving import MAX_BYTES, NotAnEmail, receive_mail


@csrf_exempt
@require_POST
def mail_hook(request: HttpRequest) -> HttpResponse:
    """Store the email in the body (message/rfc822) and return 202, also if it had arrived before.

    403 without "Authorization: Bearer" and MAIL_HOOK_SECRET, 415 for another content type, 413 for
    an email that is too large, 400 for none. Raise Http404 if MAIL_HOOK_SECRET is not set.
    """
    if not settings.MAIL_HOOK_SECRET:
        raise Http404
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    is_right = hmac.compare_digest(token.encode(), settings.MAIL_HOOK_SECRET.encode())
    if not is_right or scheme.lower() != "bearer":
        rate_limiter.count_attempt("wrong_key.address", client_address(request))
        return HttpResponse(status=403)
    if request.content_type != "message/rfc822":
        return HttpResponse(status=415)
    raw = request.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        return HttpResponse(status=413)
    try:
        receive_mail(raw)
    except NotAnEmail:
        return HttpResponse(status=400)
    return HttpResponse(status=202)
