"""View that hands work over: a crew did it while the job moved to somebody else."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.signed_in_request import SignedInRequest
from lib.http import require_get_or_post
from requests_app import workflow
from requests_app.actions.handler import Action, handle_action
from requests_app.models import Handover, ServiceRequest
from requests_app.photos.form_upload import FormPhotos
from requests_app.status import Verb
from requests_app.timeline import TimelineLine
from staff_portal import photos
from staff_portal.access import crew_member_required, find_job_including_moved
from staff_portal.completion import views as completion
from staff_portal.completion.forms import CompletionForm
from staff_portal.handover import moved
from staff_portal.handover.forms import HandoverForm
from staff_portal.handover.page import format_holder
from staff_portal.perform import (
    StaffActionHandler,
    check_form_owner,
    find_earlier_submission,
    redirect_after_action,
)


@require_get_or_post
@crew_member_required
def handover(request: SignedInRequest, reference: str) -> HttpResponse:
    """Hand work over to the job's present holder and redirect to the inbox; a GET to the job.

    A form that was sent before redirects to the inbox, too. If the job is with the user's
    department again, the page to complete it is shown with status 409. Raise NotAllowed if
    another person filled in the form, and Http404 for a job that was never theirs.
    """
    check_form_owner(request)
    handler = HandoverHandler(request, reference, HANDOVER)
    handler.load()
    if request.method != "POST":
        return redirect("job", reference)
    if find_earlier_submission(Handover, request, reference):
        return redirect_after_action(request, "inbox")
    if is_with_user_again(request, handler.row):
        return render_completion_of_returned_job(
            request, handler.row, photos.save_request_photos(request)
        )
    return handle_action(handler)


def is_with_user_again(request: SignedInRequest, row: ServiceRequest) -> bool:
    """Return True if the user cannot hand the job over, because their department has it again."""
    return Verb.HAND_OVER not in workflow.available_verbs(row, request.user)


def render_completion_of_returned_job(
    request: SignedInRequest, row: ServiceRequest, kept: FormPhotos
) -> HttpResponse:
    """Render the completion form (409) with the posted input and an error message.

    For a job that came back to the department; `kept` are the form's photos.
    """
    form = CompletionForm(service_request=row, initial=request.POST.dict(), kept=kept)
    messages.error(request, _("This job is with your department again. Finish it here."))
    return completion.render_completion_page(request, row, form, status=409)


HANDOVER = Action(
    HandoverForm.name,
    Verb.HAND_OVER,
    HandoverForm,
    _("Your photos and note were sent to %(holder)s."),
)


class HandoverHandler(StaffActionHandler[HandoverForm]):
    def load(self) -> None:
        """Load a job that a department of the user has or had. Raise Http404 otherwise."""
        self.row = find_job_including_moved(self.request.user, self.reference)

    def render_page(
        self, form: HandoverForm, status: int, happened: Sequence[TimelineLine]
    ) -> HttpResponse:
        """Render the page of a moved job with `status`; the page to complete it if it came back.

        The latter has the status 409. `happened` is not shown.
        """
        if is_with_user_again(self.request, self.row):
            return render_completion_of_returned_job(self.request, self.row, form.kept)
        return moved.render_handover_form(self.request, self.row, form, status)

    def get_success_response(self, event) -> JsonResponse | HttpResponseRedirect:
        """Redirect to the inbox with a message that names the holder; answer JSON with 201."""
        messages.success(
            self.request, self.action.done_message % {"holder": format_holder(self.row)}
        )
        return redirect_after_action(self.request, "inbox")  # another department has the job
