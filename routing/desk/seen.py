"""An agent looked at what a resident wrote: its mark in their queue goes."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from lib.http import as_number
from requests_app.models import ServiceRequest
from routing.agents_only import agents_only
from routing.desk.queue import unseen
from routing.desk.queue.filters import Filters
from routing.desk.queue.page import QueuePage


@require_POST
@agents_only
def looks(request, reference):
    """`seen` is the last event that the panel showed. Polls and reading alone note nothing."""
    row = get_object_or_404(ServiceRequest, reference=reference)
    unseen.note_look(request.user, row, as_number(request.POST.get("seen")))
    page = QueuePage(Filters.of(request))
    return render(
        request, "routing/desk/service_request/look.html", {"page": page, "service_request": row}
    )
