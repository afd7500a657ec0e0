"""The work is done: photos straight from the camera, what was done, and a note."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.errors import DomainError
from requests_app.status import Verb
from staff_portal import kept, pages
from staff_portal.access import crew_only, find_job
from staff_portal.forms import Complete
from staff_portal.views.job import happened


@require_http_methods(["GET", "HEAD", "POST"])
@crew_only
def completion(request, reference):
    row = find_job(request.user, reference)
    if request.method != "POST":
        return show(request, row, Complete(row))
    already = kept.chosen(request.user, request.POST.getlist("photo"))
    photos, problems = kept.add(request.user, already, request.FILES.getlist("photos"))
    form = Complete(row, request.POST, photos=photos)
    is_valid = form.is_valid()
    if not is_valid or problems:
        return show(request, row, form, problems, status=422)
    return carry_out(request, row, form)


def carry_out(request, row, form):
    try:
        form.act(by=request.user)
    except DomainError as refused:
        if was_sent_before(row, form, request.user):
            return redirect("job", row.reference)
        form.refuse(refused)
        row, told = find_job(request.user, row.reference), happened(refused)
        problems = [refused.message] if getattr(refused, "field", "") == "photos" else []
        return show(request, row, form, problems, status=refused.status_code, happened=told)
    messages.success(request, _("Done. The resident sees the photo and is asked."))
    return redirect("job", row.reference)


def was_sent_before(row, form, user):
    """This very form arrived already, and only its answer was lost on the way."""
    seen = form.cleaned_data["seen"]
    later = row.events.filter(pk__gt=seen, verb=Verb.COMPLETE, actor=user)
    return later.filter(words__body=form.cleaned_data["note"]).exists()


@require_POST
@crew_only
def photos(request, reference):
    """Keep one photo while the rest is still being filled in; its tile carries its id."""
    find_job(request.user, reference)
    already = kept.chosen(request.user, request.POST.getlist("photo"))
    now, problems = kept.add(request.user, already, request.FILES.getlist("photos"))
    if problems:
        context = {"problems": problems}
        return render(request, "staff/completion.html#refused", context, status=422)
    new = [photo for photo in now if photo not in already]
    return render(request, "staff/completion.html#kept", {"photos": new})


def show(request, row, form, problems=(), status=200, happened=()):
    context = pages.completion_page(row, request.user, form)
    context |= {"problems": problems, "happened": happened}
    return render(request, "staff/completion.html", context, status=status)
