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
from requests_app.tracking.access import get_request_access


@require_POST
@private_page
def start_correction(request: HttpRequest, reference: str) -> HttpResponse:
    """Create or reopen the correction's draft, and redirect to the review step.

    Redirect back to the live page if the request cannot be corrected any more. Raise NotAllowed for
    staff and if the browser is not the reporter.
    """
    access = get_request_access(request, reference)
    refuse_staff(request)
    if not access.is_reporter:
        raise NotAllowed
    if Verb.CORRECT not in access.available_verbs:  # such as after work has begun
        return redirect("service_request", reference)
    draft = corrections.begin_correction(
        access.service_request, by=get_or_create_device(request), seen=access.seen
    )
    return redirect(REVIEW_STEP.url(draft.pk))
