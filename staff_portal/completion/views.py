"""The work is done: photos straight from the camera, what was done, and a note.

A phone that may lose its connection sends the same thing until it hears an answer. It asks for
JSON, so that nothing but our own word (201) counts as success, not even a page that says 200.
"""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lib.http import require_get_or_post
from requests_app.actions.perform import Action, handle_action
from requests_app.middleware import set_error_status
from requests_app.models import Completion
from requests_app.status import Verb
from staff_portal import photos as crew_photos
from staff_portal.access import JobMoved, crew_only, find_job, find_job_worked_on
from staff_portal.completion.forms import Complete
from staff_portal.completion.page import as_rejected, completion_page, look_how_far
from staff_portal.handover.moved import answers_moved
from staff_portal.perform import (
    StaffActionHandler,
    check_unchanged,
    done,
    refuse_another_person,
    sent_before,
)


@require_get_or_post
@crew_only
@answers_moved
def completion(request, reference) -> HttpResponse:
    refuse_another_person(request)
    if before := sent_before(Completion, request, reference):
        typed = request.POST
        check_unchanged(before, typed.get("note", ""), typed.get("resolution", ""))
        return done(request, "job", reference)
    handler = CompletionHandler(request, reference, COMPLETION)
    if request.method == "POST":
        return handle_action(handler)
    handler.load()
    return show(request, handler.row, handler.build_form())


COMPLETION = Action(
    Complete.name,
    Verb.COMPLETE,
    Complete,
    _("Finished: %(job)s. We're asking the resident to check it."),
)


class CompletionHandler(StaffActionHandler):
    def load(self) -> None:
        """What was finished or closed by somebody else meanwhile has moved as well."""
        self.row = find_job(self.request.user, self.reference)
        if not self.row.is_open:
            raise JobMoved(self.row)

    def build_form(self, data=None, files=None):
        form = super().build_form(data, files)
        form.initial = as_rejected(self.row)
        return form

    def page(self, form, status, happened) -> HttpResponse:
        return show(self.request, self.row, form, status, happened)

    def get_success_response(self, event) -> JsonResponse | HttpResponseRedirect:
        messages.success(self.request, self.action.done_message % {"job": self.row.category})
        return done(self.request, "job", self.row.reference)  # the next stop is offered there


@require_POST
@crew_only
def photos(request, reference) -> HttpResponse:
    """Keep photos while the rest is still being filled in; their tiles carry their ids.

    Also for a job that moved: they go with what is sent to its holder.
    """
    refuse_another_person(request)
    row = find_job_worked_on(request.user, reference)
    found = crew_photos.of_request(request)
    look_how_far(found.photos, row)
    context = {"problems": found.problems, "photos": found.photos}
    part = "refused" if found.problems else "tiles"
    shown = render(request, f"staff_portal/completion/completion.html#{part}", context)
    return set_error_status(shown, found.refusal) if found.problems else shown


def show(request, row, form, status=200, happened=()) -> HttpResponse:
    context = completion_page(row, request.user, form)
    context |= {"problems": form.kept.problems, "happened": happened}
    return render(request, "staff_portal/completion/completion.html", context, status=status)
