"""The start of a correction, from the request's live page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from lib.http import private_page
from requests_app.errors import NotAllowed
from requests_app.filing import corrections
from requests_app.filing.steps.sequence import REVIEW_STEP
from requests_app.middleware import get_or_create_device, refuse_staff
from requests_app.status import Verb
from requests_app.tracking.access import get_request


@require_POST
@private_page
def start_correction(request: HttpRequest, reference: str) -> HttpResponse:
    """Create or reopen the correction's draft, and redirect to the review step.

    Redirect back to the live page if the request cannot be corrected any more. Raise NotAllowed if
    the browser is not the reporter.
    """
    found = get_request(request, reference)
    refuse_staff(request)
    if not found.is_reporter:
        raise NotAllowed
    if Verb.CORRECT not in found.verbs:  # such as after work has begun
        return redirect("service_request", reference)
    draft = corrections.begin_correction(
        found.service_request, by=get_or_create_device(request), seen=found.seen
    )
    return redirect(REVIEW_STEP.url(draft.pk))
