"""The departments' jobs, where the phone is, and the poll that tells of new jobs."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from lib import polling
from requests_app.errors import InvalidInput
from staff_portal.access import crew_only, crew_poll
from staff_portal.day_plan import location
from staff_portal.inbox.page import inbox_news, inbox_page


@require_safe
@crew_only
def inbox(request) -> HttpResponse:
    here = location.recall(request.session)
    page = inbox_page(request.user, request.GET, here)
    first = page["next"] if page["wanted"].view == "list" else None  # it stands above the list
    return render(request, "staff_portal/inbox/inbox.html", page | {"first": first})


@require_safe
@crew_only
def offline(request) -> HttpResponse:
    """What a phone without a signal shows in place of a page of the crew's that it never kept."""
    return render(request, "staff_portal/inbox/offline.html")


@require_safe
@crew_poll
def inbox_live(request) -> HttpResponse:
    """One line about what is new, or 204: nothing moves under a thumb."""
    news = inbox_news(request.user, request.GET)
    if not news:
        return polling.no_content_response()
    return render(request, "staff_portal/inbox/inbox.html#news", {"news": news})


@require_POST
@crew_only
def position(request) -> HttpResponse:
    """The phone says where it is, after a tap; it is never in an address or a log."""
    told = [request.POST.get(name, "") for name in ("latitude", "longitude", "accuracy")]
    try:
        location.remember(request.session, *told)
    except InvalidInput as refused:
        return HttpResponse(refused.message, status=422, content_type="text/plain")
    return HttpResponse(status=204)
