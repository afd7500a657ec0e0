"""Views of the inbox: the list, its poll, and the position of the phone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.signed_in_request import SignedInRequest
from lib import polling
from requests_app.errors import InvalidInput
from staff_portal.access import crew_member_required, crew_member_required_for_poll
from staff_portal.day_plan import location
from staff_portal.inbox.page import build_inbox_context, format_inbox_news


@require_safe
@crew_member_required
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show the list or the map of jobs that the query chooses."""
    here = location.load_location(request.session)
    page = build_inbox_context(request.user, request.GET, here)
    first = page["next"] if page["filters"].view == "list" else None  # shown above the list
    return render(request, "staff_portal/inbox/inbox.html", page | {"first": first})


@require_safe
@crew_member_required
def offline(request: SignedInRequest) -> HttpResponse:
    """Render the page that a phone without a network shows for a page that it has not kept."""
    return render(request, "staff_portal/inbox/offline.html")


@require_safe
@crew_member_required_for_poll
def inbox_live(request: SignedInRequest) -> HttpResponse:
    """Return a notice about what is new, or a 204.

    The list itself is not replaced: nothing moves under a thumb.
    """
    news = format_inbox_news(request.user, request.GET)
    if not news:
        return polling.no_content_response()
    return render(request, "staff_portal/inbox/inbox.html#news", {"news": news})


@require_POST
@crew_member_required
def save_position(request: HttpRequest) -> HttpResponse:
    """Store the phone's position in the session; return 204, or 422 with a message if invalid.

    The position is sent after a tap and is never in a URL or a log.
    """
    told = [request.POST.get(name, "") for name in ("latitude", "longitude", "accuracy")]
    try:
        location.save_location(request.session, *told)
    except InvalidInput as refused:
        return HttpResponse(refused.message, status=422, content_type="text/plain")
    return HttpResponse(status=204)
