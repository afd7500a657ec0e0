"""Photos that were shared from the phone's gallery to the installed page: a report begins."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from lib.http import own_page, page_with_form
from requests_app.errors import NotAllowed
from requests_app.filing.steps import photos
from requests_app.filing.steps.category import show
from requests_app.filing.steps.sequence import WHAT, begin
from requests_app.middleware import refuse_staff, set_error_status

_FROM_THIS_PHONE = {"none", "same-origin"}


# The phone's share sheet posts by itself and cannot carry a token. It says `Sec-Fetch-Site: none`,
# which no page can make a browser say: another site's form says cross-site and is refused.
@csrf_exempt
@page_with_form
@own_page
def shared(request) -> HttpResponse:
    if request.method != "POST":
        return redirect("report")
    if request.headers.get("Sec-Fetch-Site") not in _FROM_THIS_PHONE:
        raise NotAllowed(_("Photos can only be shared from the phone itself."))
    refuse_staff(request)
    files = request.FILES.getlist("photos")
    if not files:
        return redirect("report")
    draft = begin(request, uuid.uuid4())
    added = photos.add(draft, files)
    if not added.problems:
        return redirect(WHAT.url(draft.pk))
    problems = [("photos", message) for message in added.problems]
    shown = show(request, draft.pk, draft, q="", chosen="", problems=problems)
    return set_error_status(shown, added.refusal)
