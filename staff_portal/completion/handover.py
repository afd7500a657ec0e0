"""Work for a job that moved meanwhile goes to who holds it now."""

from functools import cached_property

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from requests_app import workflow
from requests_app.actions.perform import Action, Door, perform
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
    door = HandoverDoor(request, reference, HANDOVER)
    door.load()
    if request.method != "POST":
        return redirect("job", reference)
    key = as_uuid(request.POST.get("key", ""))
    if photos.handed_over_before(request.user, reference, key):
        return completion.done(request, "inbox")
    if Verb.HAND_OVER not in workflow.available_verbs(door.row, request.user):
        return is_theirs_again(request, door.row)
    return perform(door)


def is_theirs_again(request, row):
    """It came back meanwhile: they finish it as any job, with what they have."""
    found = photos.of_request(request)
    form = Complete(service_request=row, initial=request.POST.dict(), photos=found.photos)
    form.photo_problems = found.problems
    messages.error(request, _("This job is with your department again. Finish it here."))
    return completion.show(request, row, form, status=409)


HANDOVER = Action(
    HandOver.name,
    Verb.HAND_OVER,
    HandOver,
    gettext_lazy("Your photos and note were sent to %(holder)s."),
)


class HandoverDoor(Door):
    def load(self):
        self.row = find_job_worked_on(self.request.user, self.reference)

    @cached_property
    def files(self):
        return direct_upload.files_of(self.request)

    def show(self, form, status, refused=None):
        if refused:
            form.refuse(refused)
        return moved.answer(self.request, self.row, form, form.photo_problems, status)

    def after(self, event):
        messages.success(self.request, self.action.said % {"holder": holder(self.row)})
        return completion.done(self.request, "inbox")  # the job is not theirs
