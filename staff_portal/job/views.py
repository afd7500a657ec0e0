"""One job: what a crew must know, and each verb they may do."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from requests_app import timeline
from requests_app.errors import DomainError, StaleView
from requests_app.models import ServiceRequest
from requests_app.permissions import Audience
from requests_app.status import Verb
from staff_portal.access import JobMoved, crew_only, crew_poll, find_job
from staff_portal.handover.moved import answers_moved
from staff_portal.handover.page import moved_page
from staff_portal.job.page import act_forms, job_news, job_page, photos_wait

DONE = {
    Verb.START: _("Work started. The resident can see it."),
    Verb.SCHEDULE: _("Planned. The resident can see the day."),
    Verb.HOLD: _("On hold. The clock is paused."),
    Verb.ASK: _("Question sent. The clock is paused until they answer."),
    Verb.CANCEL_QUESTION: _("The question was canceled."),
    Verb.HAND_BACK: _("Handed back to 311."),
    Verb.ASSIGN: _("It's unassigned."),
    Verb.COMMENT: _("Note saved."),
    Verb.UPHOLD: _("Closed. The resident will see your answer."),
    Verb.REOPEN: _("Reopened."),
}


@require_safe
@crew_only
@answers_moved
def job(request, reference):
    if reference not in request.path:  # typed in small letters, or without dashes
        return redirect("job", reference)
    return show(request, find_job(request.user, reference))


@require_safe
@crew_poll
def job_live(request, reference):
    """What others did to the job since the event `e`, that its photos (`w`) are ready, or 204."""
    try:
        row = find_job(request.user, reference)
    except JobMoved as moved:
        return has_moved(request, moved.service_request)
    since = request.GET.get("e", "")
    is_number = since.isascii() and since.isdigit() and len(since) < 19
    lines = job_news(row, int(since) if is_number else 0, request.user)
    are_ready = "w" in request.GET and not photos_wait(row)
    if not lines and not are_ready:
        return HttpResponse(status=204)
    return render(
        request,
        "staff_portal/job/job.html#news",
        {"news": lines, "job": row, "photos_are_ready": are_ready},
    )


def has_moved(request, row):
    context = moved_page(row, request.user)
    return render(request, "staff_portal/handover/moved.html#news", context)


@require_POST
@crew_only
@answers_moved
def act(request, reference, form_class):
    """Do what the form says; a refused one comes back open, with what was typed."""
    row = find_job(request.user, reference)
    form = form_class(row, request.POST)
    if not form.is_valid():
        return show(request, row, form, status=422)
    try:
        form.act(by=request.user)
    except DomainError as refused:
        form.refuse(refused)
        row = find_job(request.user, reference)
        return show(request, row, form, status=refused.status_code, happened=happened(refused))
    messages.success(request, done(form))
    return after(request, reference)


def done(form):
    """What was done, in words; a job that was given says to whom."""
    if person := form.verb == Verb.ASSIGN and form.cleaned_data["to"]:
        return _now("Given to %(name)s.") % {"name": person.full_name}
    return DONE[form.verb]


def after(request, reference):
    """Back to the job, or to the list once the job is not theirs any more."""
    is_theirs = ServiceRequest.objects.worked_by(request.user).filter(reference=reference).exists()
    return redirect("job", reference) if is_theirs else redirect("inbox")


def happened(refused):
    """What the person had not seen, as the timeline tells it to staff."""
    events = refused.events if isinstance(refused, StaleView) else []
    return timeline.timeline(events, Audience.STAFF)


def show(request, row, form=None, status=200, happened=()):
    context = job_page(row, request.user)
    context["forms"] = act_forms(row, context, refused=form)
    context |= {"refused": form, "happened": happened}
    return render(request, "staff_portal/job/job.html", context, status=status)
