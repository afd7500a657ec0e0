"""Views of the lists in which a supervisor assigns jobs and answers disputes."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.signed_in_request import SignedInRequest
from lib.http import parse_number
from requests_app.actions.handler import Action, handle_action
from requests_app.models import Event
from requests_app.status import Verb
from requests_app.timeline import TimelineLine
from staff_portal.forms import JobForm
from staff_portal.job.forms import ReopenForm, UpholdForm
from staff_portal.overview import assignments, job_lists, page
from staff_portal.overview.access import find_scope, sign_in_required
from staff_portal.overview.assignments import AssignmentResult
from staff_portal.overview.job_lists import JobList
from staff_portal.overview.scope import Scope
from staff_portal.perform import StaffActionHandler

LAST_ASSIGNED_SESSION_KEY = "last_assigned"  # in the session: the events of what was assigned last

ANSWER_ACTIONS = {
    form.name: Action(form.name, verb, form, said)
    for form, verb, said in [
        (UpholdForm, Verb.UPHOLD, _("%(reference)s is closed. The resident will see your answer.")),
        (ReopenForm, Verb.REOPEN, _("%(reference)s is reopened.")),
    ]
}


@require_safe
@sign_in_required
def jobs(request: SignedInRequest, is_city: bool) -> HttpResponse:
    """Show the lists of jobs of the scope, with status 422 if the dates in the URL are impossible.

    Raise PermissionDenied if the scope is not the user's.
    """
    scope = find_scope(request, is_city=is_city)
    return _render_jobs_page(request, scope, status=422 if scope.problem else 200)


@require_POST
@sign_in_required
def assignment(request: SignedInRequest, is_city: bool) -> HttpResponse:
    """Assign the picked jobs, or the one of the pressed button (`only`), to a person or nobody.

    Redirect to the list if all were assigned. Show the page with 422 for an invalid form, and
    with 409 if any job was refused. The session has the events, for the undo. Raise
    PermissionDenied if the scope is not the user's.
    """
    scope = find_scope(request, is_city=is_city)
    form = request.POST
    only = form.get("only")
    try:
        picks = assignments.parse_picked_jobs([only] if only else form.getlist("pick"))
        to = assignments.parse_assignee(form.get(f"to-{next(iter(picks))}" if only else "to", ""))
    except assignments.InvalidAssignmentForm as nonsense:
        return _render_jobs_page(
            request, scope, status=422, more={"problem": str(nonsense.message)}
        )
    result = assignments.assign_jobs(picks, assignee=to, by=request.user, rows=scope.all_requests())
    request.session[LAST_ASSIGNED_SESSION_KEY] = [event.pk for event in result.events]
    if result.refused:
        title = ngettext(
            "%(n)s job was not assigned", "%(n)s jobs were not assigned", len(result.refused)
        ) % {"n": len(result.refused)}
        more = {
            "result": result,
            "refused_title": title,
            "done_title": format_assignment_result(result),
        }
        return _render_jobs_page(request, scope, status=409, more=more)
    job_list = job_lists.parse_job_list(scope, request.GET)
    messages.success(
        request,
        format_html(
            "{} {}", format_assignment_result(result), _build_link_to_jobs(result, job_list)
        ),
    )
    return redirect(job_list.url())


@require_POST
@sign_in_required
def assignment_undo(request: SignedInRequest, is_city: bool) -> HttpResponse:
    """Undo those of the user's assignments whose events the form names; redirect to the list.

    Show the page with status 409 if any was refused or none was undone. Raise PermissionDenied
    if the scope is not the user's.
    """
    scope = find_scope(request, is_city=is_city)
    ids = [
        parse_number(value)
        for value in request.POST.getlist("event")[: assignments.MAX_JOBS_PER_ASSIGNMENT]
    ]
    undone = assignments.undo_assignments(request.user, [pk for pk in ids if pk is not None])
    if undone.changed:
        n = len(undone.changed)
        words = ngettext("%(n)s assignment undone.", "%(n)s assignments undone.", n)
        messages.success(request, words % {"n": n})
    if undone.refused or not undone.changed:
        n = len(undone.refused)
        title = ngettext("%(n)s assignment was not undone", "%(n)s assignments were not undone", n)
        more = {"not_undone": undone.refused, "not_undone_title": title % {"n": n}}
        return _render_jobs_page(request, scope, status=409, more=more)
    return redirect(job_lists.parse_job_list(scope, request.GET).url())


def _build_link_to_jobs(result: AssignmentResult, job_list: JobList) -> SafeString:
    """Return a link to the list that has the assigned jobs now."""
    words = _("See their jobs") if result.assignee else _("See unassigned jobs")
    person = result.assignee.get_username() if result.assignee else job_lists.NOBODY
    url = job_list.url(list="open", person=person, status=None)
    return format_html('<a href="{}">{}</a>', url, words)


def format_assignment_result(result: AssignmentResult) -> str:
    """Return a sentence that says how many jobs were assigned to whom, or unassigned."""
    n = len(result.changed)
    if result.assignee is None:
        text = ngettext("%(n)s job is now unassigned.", "%(n)s jobs are now unassigned.", n)
        return text % {"n": n}
    text = ngettext("%(n)s job assigned to %(name)s.", "%(n)s jobs assigned to %(name)s.", n)
    return text % {"n": n, "name": result.assignee.full_name}


@require_POST
@sign_in_required
def answer(request: SignedInRequest, reference: str, noun: str, is_city: bool) -> HttpResponse:
    """Uphold a dispute ("verdict") or reopen a closed request ("reopening"); redirect to the list.

    A refused form is shown again as it was typed. Raise Http404 if the scope lacks the request,
    and PermissionDenied if the scope is not the user's.
    """
    scope = find_scope(request, is_city=is_city)
    return handle_action(DisputeAnswerHandler(request, reference, ANSWER_ACTIONS[noun], scope))


class DisputeAnswerHandler(StaffActionHandler[JobForm]):
    def __init__(
        self, request: SignedInRequest, reference: str, action: Action, scope: Scope
    ) -> None:
        super().__init__(request, reference, action)
        self.scope = scope

    def load(self) -> None:
        """Load the request from those of the scope's departments, whatever its filters.

        Raise Http404 if it is not among them.
        """
        self.row = get_object_or_404(self.scope.all_requests(), reference=self.reference)

    def reload(self) -> None:
        """Do nothing: the job may have left the list, and its refusal is shown above the list."""

    def render_page(
        self, form: JobForm, status: int, happened: Sequence[TimelineLine]
    ) -> HttpResponse:
        """Render the overview's list of jobs with the refused form and `happened`.

        `happened` is what others did meanwhile.
        """
        more = {"refused": form, "happened": happened}
        return _render_jobs_page(self.request, self.scope, status, more)

    def get_success_response(self, event: Event | None) -> HttpResponseRedirect:
        """Redirect to the list of jobs that the URL's query selects.

        Add a message that names the request.
        """
        messages.success(self.request, self.action.done_message % {"reference": self.reference})
        return redirect(job_lists.parse_job_list(self.scope, self.request.GET).url())


def build_selected_values(form: QueryDict, result: AssignmentResult | None) -> dict[str, object]:
    """Return what the form selected: the references as `picked`, and `chosen_person`.

    After a refusal, only the refused jobs are picked. The person is an id, NOBODY or "".
    """
    picks = {value.partition(":")[0] for value in form.getlist("pick")}
    if result:
        picks = {each.reference for each in result.refused}
    person = form.get("to", "")
    return {"picked": picks, "chosen_person": parse_number(person) or person}


def _render_jobs_page(
    request: SignedInRequest, scope: Scope, status: int, more: Mapping[str, object] | None = None
) -> HttpResponse:
    """Render the list of jobs that the URL's query selects, with the posted selection.

    `more` is added to the context: what the page shows about a refused action.
    """
    job_list = job_lists.parse_job_list(scope, request.GET)
    context = page.build_jobs_context(request.user, job_list, request.GET) | dict(more or {})
    context |= build_selected_values(request.POST, context.get("result"))
    context["undo"] = assignments.find_undoable_assignments(
        request.user, request.session.get(LAST_ASSIGNED_SESSION_KEY, ())
    )
    return render(request, "staff_portal/overview/jobs.html", context, status=status)
