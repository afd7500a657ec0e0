"""The departments' jobs, and the poll that tells of new ones."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staff_portal import pages
from staff_portal.access import crew_only, crew_poll


@require_safe
@crew_only
def inbox(request):
    return render(request, "staff/inbox.html", pages.inbox_page(request.user, request.GET))


@require_safe
@crew_poll
def inbox_live(request):
    """One line about what is new, or 204: nothing moves under a thumb."""
    news = pages.inbox_news(request.user, request.GET)
    if not news:
        return HttpResponse(status=204)
    return render(request, "staff/inbox.html#news", {"news": news})
