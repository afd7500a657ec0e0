"""Work for a job that moved meanwhile goes to who holds it now."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app import workflow
from requests_app.errors import DomainError
from requests_app.photos import direct_upload
from requests_app.status import Verb
from santa311.lib.http import as_uuid
from staff_portal import photos
from staff_portal.access import crew_only, find_job_worked_on
from staff_portal.completion import views as completion
from staff_portal.completion.forms import Complete
from staff_portal.handover import moved
from staff_portal.handover.forms import HandOver
from staff_portal.handover.page import holder


@require_http_methods(["GET", "HEAD", "POST"])
@crew_only
def handover(request, reference):
    completion.refuse_another_person(request)
    row = find_job_worked_on(request.user, reference)
    if request.method != "POST":
        return redirect("job", reference)
    key = as_uuid(request.POST.get("key", ""))
    if photos.handed_over_before(request.user, reference, key):
        return done(request)
    files = direct_upload.files_of(request).getlist("photos")
    found = photos.add(request.user, request.POST.getlist("photo"), files, key)
    if Verb.HAND_OVER not in workflow.available_verbs(row, request.user):
        return is_theirs_again(request, row, found)
    form = HandOver(row, request.POST, photos=found.photos)
    if not form.is_valid() or found.problems:
        return moved.refused(request, row, form, found)
    return carry_out(request, row, form)


def is_theirs_again(request, row, found):
    """It came back meanwhile: they finish it as any job, with what they have."""
    form = Complete(row, initial=request.POST.dict(), photos=found.photos)
    messages.error(request, _("This job is with your department again. Finish it here."))
    return completion.show(request, row, form, found.problems, status=409)


def carry_out(request, row, form):
    try:
        form.act(by=request.user)
    except DomainError as error:
        form.add_error(None, str(error.message))
        row = find_job_worked_on(request.user, row.reference)
        return moved.answer(request, row, form, status=error.status_code)
    words = _("Your photos and note were sent to %(holder)s.")
    messages.success(request, words % {"holder": holder(row)})
    return done(request)


def done(request):
    """On to the list: the job is not theirs."""
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"then": reverse("inbox")}, status=201)
    return redirect("inbox")
