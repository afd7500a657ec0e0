"""Response to a request for a job that moved: who has it now, and a form to hand work over."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import render

from accounts.signed_in_request import SignedInRequest
from lib.text import clean_text
from requests_app.models import ServiceRequest
from staff_portal import photos
from staff_portal.access import JobMoved
from staff_portal.handover.forms import HandoverForm
from staff_portal.handover.page import build_moved_job_context

HTTP_GONE = 410
TEXT_FIELDS = ("note", "words", "question")  # the names of text fields in the forms of a job


def handle_moved_job(view: Callable) -> Callable:
    """Catch JobMoved in a view and respond with the page of a moved job (410)."""

    @wraps(view)
    def enter(request, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except JobMoved as moved:
            return render_moved_job(request, moved.service_request)

    return enter


def render_moved_job(request: SignedInRequest, row: ServiceRequest) -> HttpResponse:
    """Render the page of a moved job (410), with the photos and words that were submitted.

    The photos are stored.
    """
    data = request.POST
    words = "\n".join(filter(None, (clean_text(data.get(name, "")) for name in TEXT_FIELDS)))
    typed = {
        "key": photos.read_form_key(request),
        "note": words,
        "resolution": data.get("resolution", ""),
    }
    form = HandoverForm(
        service_request=row, initial=typed, kept=photos.save_request_photos(request)
    )
    return render_handover_form(request, row, form)


def render_handover_form(
    request: SignedInRequest, row: ServiceRequest, form: HandoverForm, status: int = HTTP_GONE
) -> HttpResponse:
    """Render the page of a moved job with this form and its problems."""
    context = build_moved_job_context(row, request.user, form) | {"problems": form.kept.problems}
    return render(request, "staff_portal/handover/reassigned_job.html", context, status=status)
