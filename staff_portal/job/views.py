"""Views of one job: its page, its poll and the actions of a crew."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.signed_in_request import SignedInRequest
from lib import polling
from lib.http import parse_number
from requests_app import workflow
from requests_app.actions.handler import Action, handle_action
from requests_app.mentions import list_suggestions
from requests_app.models import CrewAction, Event, ServiceRequest
from requests_app.timeline import TimelineLine
from staff_portal.access import (
    JobMoved,
    crew_member_required,
    crew_member_required_for_poll,
    find_job,
)
from staff_portal.day_plan import location
from staff_portal.forms import JobForm, PhotoForm
from staff_portal.handover.moved import handle_moved_job
from staff_portal.handover.page import build_moved_job_context
from staff_portal.job.forms import format_success_message
from staff_portal.job.page import (
    build_action_forms,
    build_job_context,
    has_unprocessed_photos,
    list_news,
)
from staff_portal.perform import (
    StaffActionHandler,
    check_form_owner,
    check_resubmission_unchanged,
    find_earlier_submission,
    redirect_after_action,
)


@require_safe
@crew_member_required
@handle_moved_job
def job(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show the page of a job, or redirect to it if its reference was typed in another form.

    A job that moved gets the page of a moved job (410). Raise Http404 for one that was never
    theirs.
    """
    if reference not in request.path:  # typed in small letters, or without dashes
        return redirect("job", reference)
    return render_job_page(request, find_job(request.user, reference))


@require_safe
@crew_member_required_for_poll
def job_live(request: SignedInRequest, reference: str) -> HttpResponse:
    """Return others' changes since event `e`, and with `w` if the photos are ready, or a 204.

    For a job that moved, return a notice with who has it.
    """
    try:
        row = find_job(request.user, reference)
    except JobMoved as moved:
        context = build_moved_job_context(moved.service_request, request.user)
        return render(request, "staff_portal/handover/reassigned_job.html#news", context)
    lines = list_news(row, parse_number(request.GET.get("e")) or 0, request.user)
    are_ready = "w" in request.GET and not has_unprocessed_photos(row)
    if not lines and not are_ready:
        return polling.no_content_response()
    return render(
        request,
        "staff_portal/job/job.html#news",
        {"news": lines, "job": row, "photos_are_ready": are_ready},
    )


@require_safe
@crew_member_required
def job_people(request: SignedInRequest, reference: str) -> HttpResponse:
    """Return who can be named in a note on the job, as JSON. Raise Http404 if it is not theirs."""
    jobs = ServiceRequest.objects.in_departments_of(request.user)
    row = get_object_or_404(jobs, reference=reference)
    return JsonResponse({"people": list_suggestions(row.department_id, request.user)})


@require_POST
@crew_member_required
@handle_moved_job
def perform_job_action(request: SignedInRequest, reference: str, action: Action) -> HttpResponse:
    """Do what the form says and redirect; show a refused form again, open and with its input.

    A form that was sent before redirects, too. Raise NotAllowed if another person filled it in, and
    InvalidInput if it was changed since it was sent. A job that moved gets status 410.
    """
    check_form_owner(request)
    if before := find_earlier_submission(CrewAction, request, reference):
        check_resubmission_unchanged(
            before, request.POST.get("words", ""), request.POST.get("reason", "")
        )
        return redirect_to_job_or_inbox(request, reference)
    return handle_action(JobActionHandler(request, reference, action))


def redirect_to_job_or_inbox(request: SignedInRequest, reference: str) -> HttpResponse:
    """Redirect to the job, or to the inbox if no department of the user has the job now.

    A script that asked for JSON gets a 201 with the URL.
    """
    theirs = ServiceRequest.objects.in_departments_of(request.user).filter(reference=reference)
    return redirect_after_action(request, *(["job", reference] if theirs.exists() else ["inbox"]))


class JobActionHandler(StaffActionHandler[JobForm]):
    def load(self) -> None:
        """Load the job. Raise JobMoved if another has it now, Http404 if it never was theirs."""
        self.row = find_job(self.request.user, self.reference)

    def call_verb(self, form: JobForm) -> Event | None:
        """Carry out the verb of the form and return its event.

        If the form's key was sent before, only return the first event.
        """
        call_verb = super().call_verb
        key = form.cleaned_data.get("key")
        if key is None:
            return call_verb(form)

        def act() -> Event:
            event = call_verb(form)
            assert event is not None, "Each verb of a crew has an event."
            return event

        return workflow.run_once(act, self.row, by=self.actor, key=key)

    def render_page(
        self, form: JobForm, status: int, happened: Sequence[TimelineLine]
    ) -> HttpResponse:
        return render_job_page(self.request, self.row, form, status, happened)

    def get_success_response(self, event) -> HttpResponse:
        """Redirect to the job, or to the inbox if it left the user's departments.

        Add a message, unless the job's page offers the undo, or the form was sent later
        (`later`): then the phone shows the success.
        """
        if not workflow.is_undoable(event) and "later" not in self.request.POST:
            messages.success(self.request, format_success_message(self.action, event))
        return redirect_to_job_or_inbox(self.request, self.reference)


def render_job_page(
    request: SignedInRequest,
    row: ServiceRequest,
    form: JobForm | None = None,
    status: int = 200,
    happened: Sequence[TimelineLine] = (),
) -> HttpResponse:
    """Render the page of a job; `form` is a refused form, `happened` what the user has not seen."""
    place = location.load_location(request.session)
    context = build_job_context(row, request.user, place and place.at)
    context["forms"] = build_action_forms(row, context["verbs"], refused=form)
    problems = form.kept.problems if isinstance(form, PhotoForm) else []
    context |= {"refused": form, "happened": happened, "problems": problems}
    return render(request, "staff_portal/job/job.html", context, status=status)
