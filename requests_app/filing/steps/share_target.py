"""The share target of the installed app: photos from the phone's gallery begin a report."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from lib.http import private_page, require_get_or_post
from requests_app.errors import NotAllowed
from requests_app.filing.steps import photos
from requests_app.filing.steps.category import render_category_step
from requests_app.filing.steps.sequence import CATEGORY_STEP, get_or_create_draft
from requests_app.middleware import refuse_staff, set_error_status

_ALLOWED_FETCH_SITES = {"none", "same-origin"}


# The phone's share sheet cannot send a CSRF token. It sends `Sec-Fetch-Site: none`, which another
# site's form cannot do: its `cross-site` is refused.
@csrf_exempt
@require_get_or_post
@private_page
def receive_shared_photos(request) -> HttpResponse:
    """Create a draft with the shared photos and redirect to its first step.

    A GET and a form without photos redirect to a new report. If a photo is refused, return the
    first step with the errors; the draft keeps the valid photos. Raise NotAllowed if the form was
    sent by another site, or by staff.
    """
    if request.method != "POST":
        return redirect("report")
    if request.headers.get("Sec-Fetch-Site") not in _ALLOWED_FETCH_SITES:
        raise NotAllowed(_("Photos can only be shared from the phone itself."))
    refuse_staff(request)
    files = request.FILES.getlist("photos")
    if not files:
        return redirect("report")
    draft = get_or_create_draft(request, uuid.uuid4())
    added = photos.add_photos(draft, files)
    if not added.problems:
        return redirect(CATEGORY_STEP.url(draft.pk))
    problems = [("photos", message) for message in added.problems]
    shown = render_category_step(request, draft.pk, draft, q="", chosen="", problems=problems)
    return set_error_status(shown, added.refusal)
