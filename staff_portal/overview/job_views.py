"""The lists on which a supervisor acts: jobs are given to people, disputes answered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lib.http import parse_number
from requests_app.actions.perform import Action, handle_action
from requests_app.status import Verb
from staff_portal.job.forms import Reopen, Uphold
from staff_portal.overview import assigning, page
from staff_portal.overview import jobs as lists
from staff_portal.overview.access import find_scope, signed_in_only
from staff_portal.overview.scope import Scope
from staff_portal.perform import StaffActionHandler

LAST_ASSIGNED = "last_assigned"  # in the session: the events of what was assigned last

ANSWERS = {
    form.name: Action(form.name, verb, form, said)
    for form, verb, said in [
        (Uphold, Verb.UPHOLD, _("%(reference)s is closed. The resident will see your answer.")),
        (Reopen, Verb.REOPEN, _("%(reference)s is reopened.")),
    ]
}


@require_safe
@signed_in_only
def jobs(request: HttpRequest, is_city: bool) -> HttpResponse:
    scope = find_scope(request, is_city=is_city)
    return _show(request, scope, status=422 if scope.problem else 200)


@require_POST
@signed_in_only
def assignment(request: HttpRequest, is_city: bool) -> HttpResponse:
    """Give the chosen jobs to a person. A button of one line (`only`) gives that job alone."""
    scope = find_scope(request, is_city=is_city)
    form = request.POST
    only = form.get("only")
    try:
        picks = assigning.read_picks([only] if only else form.getlist("pick"))
        to = assigning.read_person(form.get(f"to-{next(iter(picks))}" if only else "to", ""))
    except assigning.Nonsense as nonsense:
        return _show(request, scope, status=422, more={"problem": str(nonsense.message)})
    given = assigning.give(picks, to=to, by=request.user, rows=scope.whole())
    request.session[LAST_ASSIGNED] = [event.pk for event in given.events]
    if given.refused:
        title = ngettext(
            "%(n)s job was not assigned", "%(n)s jobs were not assigned", len(given.refused)
        ) % {"n": len(given.refused)}
        more = {"given": given, "refused_title": title, "done_title": said(given)}
        return _show(request, scope, status=409, more=more)
    wanted = lists.wanted(scope, request.GET)
    messages.success(request, format_html("{} {}", said(given), _link_to(given, wanted)))
    return redirect(wanted.url())


@require_POST
@signed_in_only
def assignment_undo(request: HttpRequest, is_city: bool) -> HttpResponse:
    """Undo what the person assigned a moment ago: the events that the form names."""
    scope = find_scope(request, is_city=is_city)
    ids = [parse_number(value) for value in request.POST.getlist("event")[: assigning.MOST]]
    undone = assigning.undo(request.user, [pk for pk in ids if pk is not None])
    if undone.done:
        n = len(undone.done)
        words = ngettext("%(n)s assignment undone.", "%(n)s assignments undone.", n)
        messages.success(request, words % {"n": n})
    if undone.refused or not undone.done:
        n = len(undone.refused)
        title = ngettext("%(n)s assignment was not undone", "%(n)s assignments were not undone", n)
        more = {"not_undone": undone.refused, "not_undone_title": title % {"n": n}}
        return _show(request, scope, status=409, more=more)
    return redirect(lists.wanted(scope, request.GET).url())


def _link_to(given, wanted) -> SafeString:
    """Where the jobs are now, to be looked up or given to somebody else."""
    words = _("See their jobs") if given.to else _("See unassigned jobs")
    person = given.to.get_username() if given.to else lists.NOBODY
    url = wanted.url(list="open", person=person, status=None)
    return format_html('<a href="{}">{}</a>', url, words)


def said(given) -> str:
    """What was done: 3 jobs given to Wes Carter."""
    n = len(given.done)
    if given.to is None:
        text = ngettext("%(n)s job is now unassigned.", "%(n)s jobs are now unassigned.", n)
        return text % {"n": n}
    text = ngettext("%(n)s job assigned to %(name)s.", "%(n)s jobs assigned to %(name)s.", n)
    return text % {"n": n, "name": given.to.full_name}


@require_POST
@signed_in_only
def answer(request: HttpRequest, reference: str, noun: str, is_city: bool) -> HttpResponse:
    """Uphold a dispute or reopen what was closed, with words; a refusal keeps what was typed."""
    scope = find_scope(request, is_city=is_city)
    return handle_action(AnswerHandler(request, reference, ANSWERS[noun], scope))


class AnswerHandler(StaffActionHandler):
    def __init__(self, request, reference, action, scope) -> None:
        super().__init__(request, reference, action)
        self.scope = scope

    def load(self) -> None:
        self.row = get_object_or_404(self.scope.whole(), reference=self.reference)

    def reload(self) -> None:
        """Not anew: the job may have left the list, at whose head its refusal is told."""

    def page(self, form, status, happened) -> HttpResponse:
        more = {"refused": form, "happened": happened}
        return _show(self.request, self.scope, status, more)

    def get_success_response(self, event) -> HttpResponseRedirect:
        messages.success(self.request, self.action.done_message % {"reference": self.reference})
        return redirect(lists.wanted(self.scope, self.request.GET).url())


def typed(form, given) -> dict:
    """What was chosen, so that it is still chosen: only the refused jobs, where some were given."""
    picks = {value.partition(":")[0] for value in form.getlist("pick")}
    if given:
        picks = {each.reference for each in given.refused}
    person = form.get("to", "")
    return {"picked": picks, "chosen_person": parse_number(person) or person}


def _show(
    request: HttpRequest, scope: Scope, status: int, more: dict[str, object] | None = None
) -> HttpResponse:
    """Show the lists; `more` is what the page says of an act that was refused."""
    wanted = lists.wanted(scope, request.GET)
    context = page.jobs_page(request.user, wanted, request.GET) | (more or {})
    context |= typed(request.POST, context.get("given"))
    context["undo"] = assigning.find_undoable(request.user, request.session.get(LAST_ASSIGNED, ()))
    return render(request, "staff_portal/overview/jobs.html", context, status=status)
