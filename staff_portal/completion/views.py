"""Views that complete a job: the form, and the upload of its photos.

A phone repeats a submission until it gets an answer. It asks for JSON, so that only a 201 of this
application counts as success, and not a page of a proxy that says 200.
"""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.signed_in_request import SignedInRequest
from lib.http import require_get_or_post
from requests_app import workflow
from requests_app.actions.handler import Action, handle_action
from requests_app.middleware import set_error_status
from requests_app.models import Completion, ServiceRequest
from requests_app.status import Verb
from requests_app.timeline import TimelineLine
from staff_portal import photos as crew_photos
from staff_portal.access import JobMoved, crew_member_required, find_job, find_job_including_moved
from staff_portal.completion.forms import CompletionForm
from staff_portal.completion.page import (
    build_completion_context,
    load_rejected_values,
    set_photo_distances,
)
from staff_portal.handover.moved import handle_moved_job
from staff_portal.perform import (
    StaffActionHandler,
    check_form_owner,
    check_resubmission_unchanged,
    find_earlier_submission,
    redirect_after_action,
)


@require_get_or_post
@crew_member_required
@handle_moved_job
def completion(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show the form that completes a job, or complete the job and redirect to it.

    A form that was sent before redirects, too; raise InvalidInput if its note or resolution
    differs now. Raise NotAllowed if another person filled the form in. A job that moved gets
    the page of a moved job (410).
    """
    check_form_owner(request)
    if before := find_earlier_submission(Completion, request, reference):
        typed = request.POST
        check_resubmission_unchanged(before, typed.get("note", ""), typed.get("resolution", ""))
        return redirect_after_action(request, "job", reference)
    handler = CompletionHandler(request, reference, COMPLETION)
    if request.method == "POST":
        return handle_action(handler)
    handler.load()
    return render_completion_page(request, handler.row, handler.build_form())


COMPLETION = Action(
    CompletionForm.name,
    Verb.COMPLETE,
    CompletionForm,
    _("Finished: %(job)s. We're asking the resident to check it."),
)


class CompletionHandler(StaffActionHandler[CompletionForm]):
    def load(self) -> None:
        """Load the job. Raise JobMoved if it moved, or is completed or closed, also by the user.

        Raise Http404 if no department of the user ever had it.
        """
        self.row = find_job(self.request.user, self.reference)
        if not self.row.is_open:
            raise JobMoved(self.row)

    def build_form(
        self, data: QueryDict | None = None, files: MultiValueDict | None = None
    ) -> CompletionForm:
        """Return the form; after unreadable photos it has the values of the last completion."""
        initial = load_rejected_values(self.row)
        return CompletionForm(data, files, service_request=self.row, by=self.actor, initial=initial)

    def render_page(
        self, form: CompletionForm, status: int, happened: Sequence[TimelineLine]
    ) -> HttpResponse:
        return render_completion_page(self.request, self.row, form, status, happened)

    def get_success_response(self, event) -> JsonResponse | HttpResponseRedirect:
        """Add a message, and redirect to the job; a script gets JSON with 201 and the URL.

        The message says that the resident is asked, unless nobody can be asked any more.
        """
        is_asked = workflow.can_reach_reporter(self.row)
        done = self.action.done_message if is_asked else _("Finished: %(job)s.")
        messages.success(self.request, done % {"job": self.row.category})
        return redirect_after_action(
            self.request, "job", self.row.reference
        )  # the next stop is offered there


@require_POST
@crew_member_required
def completion_photos(request: SignedInRequest, reference: str) -> HttpResponse:
    """Store photos while the form is being filled in; return the HTML of their tiles.

    The tiles have the photos' ids. If a photo is refused, return the problems with the status
    of the refusal. This also works for a job that moved, whose photos are handed over. Raise
    NotAllowed if another person filled in the form, and Http404 for a job that was never
    theirs.
    """
    check_form_owner(request)
    row = find_job_including_moved(request.user, reference)
    found = crew_photos.save_request_photos(request)
    set_photo_distances(found.photos, row)
    context = {"problems": found.problems, "photos": found.photos}
    part = "refused" if found.problems else "tiles"
    shown = render(request, f"staff_portal/completion/completion.html#{part}", context)
    return set_error_status(shown, found.refusal) if found.problems else shown


def render_completion_page(
    request: SignedInRequest,
    row: ServiceRequest,
    form: CompletionForm,
    status: int = 200,
    happened: Sequence[TimelineLine] = (),
) -> HttpResponse:
    """Render the page; `happened` are timeline lines that the user has not seen.

    The context also has `problems`, those of the form's photos.
    """
    context = build_completion_context(row, request.user, form)
    context |= {"problems": form.kept.problems, "happened": happened}
    return render(request, "staff_portal/completion/completion.html", context, status=status)
