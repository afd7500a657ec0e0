"""Views of scheduled reports: the user's list, a new one, a changed one, and its end."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.signed_in_request import SignedInRequest
from lib.http import private_page, require_get_or_post
from staff_portal.models import ScheduledReport
from staff_portal.overview.access import find_scope, sign_in_required
from staff_portal.overview.scheduled import saved
from staff_portal.overview.scheduled.forms import RhythmForm, format_rhythm


@require_safe
@sign_in_required
def reports(request: SignedInRequest) -> HttpResponse:
    """Show the user's reports. Raise PermissionDenied if the user has no overview."""
    _check_has_overview(request.user)
    rows = [
        (report, saved.describe_report(report), format_rhythm(report))
        for report in saved.list_reports(request.user)
    ]
    context = {"reports": rows, "done": request.GET.get("done", "")}
    return render(request, "staff_portal/overview/scheduled/list.html", context)


@require_get_or_post
@sign_in_required
def new_report(request: SignedInRequest, is_city: bool) -> HttpResponse:
    """Show the form of a report of the URL's scope, or save the report and redirect to the list.

    422 for an invalid form, and if the user has the most reports allowed. Raise PermissionDenied if
    the scope is not the user's.
    """
    scope = find_scope(request, is_city=is_city)
    report = saved.build_report(request.user, scope)
    if request.method != "POST":
        return _render_form(request, report, RhythmForm(report=report))
    form = RhythmForm(request.POST, report=report)
    if not form.is_valid():
        return _render_form(request, report, form, status=422)
    report.weekday, report.hour = form.cleaned_data["day"], form.cleaned_data["hour"]
    if not saved.add_report(report):
        message = _("You have %(n)s reports, which is the most. End one first.")
        form.add_error(None, message % {"n": saved.MAX_PER_USER})
        return _render_form(request, report, form, status=422)
    return _redirect_to_list("saved")


@require_get_or_post
@sign_in_required
def report(request: SignedInRequest, report: int) -> HttpResponse:
    """Show the form of the user's report, or change its day and hour and redirect to the list.

    422 for an invalid form. Raise PermissionDenied if the user has no overview, and Http404 for
    another user's report.
    """
    found = _find_own(request.user, report)
    if request.method != "POST":
        return _render_form(request, found, RhythmForm(report=found))
    form = RhythmForm(request.POST, report=found)
    if not form.is_valid():
        return _render_form(request, found, form, status=422)
    saved.set_rhythm(found, form.cleaned_data["day"], form.cleaned_data["hour"])
    return _redirect_to_list("saved")


@require_POST
@sign_in_required
def report_deletion(request: SignedInRequest, report: int) -> HttpResponse:
    """End the user's report and redirect to the list.

    Raise PermissionDenied if the user has no overview, and Http404 for another user's report.
    """
    _find_own(request.user, report).delete()
    return _redirect_to_list("ended")


@csrf_exempt
@require_get_or_post
@private_page
def report_end(request, token: str) -> HttpResponse:
    """End the report by POST; a GET shows a page with a button, as mail programs open links.

    The token is the permission: mail programs send this POST without a session (RFC 8058). A wrong
    token, or that of a report that ended, is a 404 that says that no mail is sent by it.
    """
    found = saved.find_by_token(token)
    context: dict[str, object] = {"is_unknown_link": found is None}
    if found:
        context |= {"name": saved.describe_report(found), "rhythm": format_rhythm(found)}
        if request.method == "POST":
            found.delete()
            context["is_done"] = True
    template = "staff_portal/overview/scheduled/end.html"
    response = render(request, template, context, status=200 if found else 404)
    response["Referrer-Policy"] = "strict-origin"
    return response


def _check_has_overview(user: User) -> None:
    """Raise PermissionDenied for a user who neither supervises a department nor oversees all."""
    if not (user.is_supervisor or user.oversees_city):
        raise PermissionDenied


def _find_own(user: User, pk: int) -> ScheduledReport:
    """Return the user's report. Raise PermissionDenied or Http404."""
    _check_has_overview(user)
    return get_object_or_404(saved.list_reports(user), pk=pk)


def _redirect_to_list(done: str) -> HttpResponse:
    """Redirect to the user's reports, which say what was done."""
    return redirect(f"{reverse('overview_reports')}?done={done}")


def _render_form(
    request: SignedInRequest, report: ScheduledReport, form: RhythmForm, *, status: int = 200
) -> HttpResponse:
    """Return the form's page."""
    context = {
        "name": saved.describe_report(report),
        "form": form,
        "has_reports": saved.list_reports(request.user).exists(),
    }
    template = "staff_portal/overview/scheduled/form.html"
    return render(request, template, context, status=status)
