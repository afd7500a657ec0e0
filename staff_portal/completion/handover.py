"""Work for a job that moved meanwhile goes to who holds it now."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from lib.http import require_get_or_post
from requests_app import workflow
from requests_app.actions.perform import Action, handle_action
from requests_app.models import Handover
from requests_app.status import Verb
from staff_portal import photos
from staff_portal.access import crew_only, find_job_worked_on
from staff_portal.completion import views as completion
from staff_portal.completion.forms import Complete
from staff_portal.handover import moved
from staff_portal.handover.forms import HandOver
from staff_portal.handover.page import holder
from staff_portal.perform import StaffActionHandler, done, refuse_another_person, sent_before


@require_get_or_post
@crew_only
def handover(request, reference) -> HttpResponse:
    refuse_another_person(request)
    handler = HandoverHandler(request, reference, HANDOVER)
    handler.load()
    if request.method != "POST":
        return redirect("job", reference)
    if sent_before(Handover, request, reference):
        return done(request, "inbox")
    if is_theirs_again(request, handler.row):
        return show_theirs(request, handler.row, photos.of_request(request))
    return handle_action(handler)


def is_theirs_again(request, row) -> bool:
    return Verb.HAND_OVER not in workflow.available_verbs(row, request.user)


def show_theirs(request, row, kept) -> HttpResponse:
    """It came back meanwhile: they finish it as any job, with what they have."""
    form = Complete(service_request=row, initial=request.POST.dict(), kept=kept)
    messages.error(request, _("This job is with your department again. Finish it here."))
    return completion.show(request, row, form, status=409)


HANDOVER = Action(
    HandOver.name,
    Verb.HAND_OVER,
    HandOver,
    _("Your photos and note were sent to %(holder)s."),
)


class HandoverHandler(StaffActionHandler):
    def load(self) -> None:
        self.row = find_job_worked_on(self.request.user, self.reference)

    def page(self, form, status, happened) -> HttpResponse:
        if is_theirs_again(self.request, self.row):
            return show_theirs(self.request, self.row, form.kept)
        return moved.answer(self.request, self.row, form, status)

    def get_success_response(self, event) -> JsonResponse | HttpResponseRedirect:
        messages.success(self.request, self.action.done_message % {"holder": holder(self.row)})
        return done(self.request, "inbox")  # the job is not theirs
