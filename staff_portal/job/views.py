"""One job: what a crew must know, and each verb they may do."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lib import polling
from lib.http import parse_number
from requests_app import workflow
from requests_app.actions.perform import handle_action
from requests_app.models import CrewAction, Event, ServiceRequest
from staff_portal.access import JobMoved, crew_only, crew_poll, find_job
from staff_portal.day_plan import location
from staff_portal.forms import JobForm, WithPhotos
from staff_portal.handover.moved import answers_moved
from staff_portal.handover.page import moved_page
from staff_portal.job.forms import said
from staff_portal.job.page import act_forms, job_news, job_page, photos_wait
from staff_portal.perform import (
    StaffActionHandler,
    check_unchanged,
    done,
    refuse_another_person,
    sent_before,
)


@require_safe
@crew_only
@answers_moved
def job(request, reference) -> HttpResponse:
    if reference not in request.path:  # typed in small letters, or without dashes
        return redirect("job", reference)
    return show(request, find_job(request.user, reference))


@require_safe
@crew_poll
def job_live(request, reference) -> HttpResponse:
    """What others did to the job since the event `e`, that its photos (`w`) are ready, or 204."""
    try:
        row = find_job(request.user, reference)
    except JobMoved as moved:
        context = moved_page(moved.service_request, request.user)
        return render(request, "staff_portal/handover/reassigned_job.html#news", context)
    lines = job_news(row, parse_number(request.GET.get("e")) or 0, request.user)
    are_ready = "w" in request.GET and not photos_wait(row)
    if not lines and not are_ready:
        return polling.no_content_response()
    return render(
        request,
        "staff_portal/job/job.html#news",
        {"news": lines, "job": row, "photos_are_ready": are_ready},
    )


@require_POST
@crew_only
@answers_moved
def act(request, reference, action) -> HttpResponse:
    """Do what the form says; a refused one comes back open, with what was typed."""
    refuse_another_person(request)
    if before := sent_before(CrewAction, request, reference):
        check_unchanged(before, request.POST.get("words", ""), request.POST.get("reason", ""))
        return go_on(request, reference)
    return handle_action(JobActionHandler(request, reference, action))


def go_on(request, reference: str) -> HttpResponse:
    """Redirect to the job, or to the list once the job is not theirs any more."""
    theirs = ServiceRequest.objects.in_departments_of(request.user).filter(reference=reference)
    return done(request, *(["job", reference] if theirs.exists() else ["inbox"]))


class JobActionHandler(StaffActionHandler):
    def load(self) -> None:
        self.row = find_job(self.request.user, self.reference)

    def call_verb(self, form: JobForm) -> Event:
        """Do what the form says; what a phone sends again with its key is done once."""
        act = partial(super().call_verb, form)
        key = form.cleaned_data.get("key")
        if key is None:
            return act()
        return workflow.run_once(act, self.row, by=self.actor, key=key)

    def page(self, form, status, happened) -> HttpResponse:
        return show(self.request, self.row, form, status, happened)

    def get_success_response(self, event) -> HttpResponse:
        """Go to the next page. What can be undone is said by the job's page, with the undo. What a
        phone sends later (`later`) is said by the phone: the next page may be any.
        """
        if not workflow.is_undoable(event) and "later" not in self.request.POST:
            messages.success(self.request, said(self.action, event))
        return go_on(self.request, self.reference)


def show(request, row, form=None, status=200, happened=()) -> HttpResponse:
    place = location.recall(request.session)
    context = job_page(row, request.user, place and place.at)
    context["forms"] = act_forms(row, context["verbs"], refused=form)
    problems = form.kept.problems if isinstance(form, WithPhotos) else []
    context |= {"refused": form, "happened": happened, "problems": problems}
    return render(request, "staff_portal/job/job.html", context, status=status)
