"""Views of scheduled reports: the user's list, a new one, a changed one, and its end."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.signed_in_request import SignedInRequest
from city.models import Department
from city.translation import translate_name
from lib import clock
from lib.http import private_page, require_get_or_post
from staff_portal.models import ScheduledReport
from staff_portal.overview.access import find_scope, sign_in_required
from staff_portal.overview.page import format_period
from staff_portal.overview.scheduled import saved, sending
from staff_portal.overview.scheduled.forms import RhythmForm, format_next_mail, format_rhythm


@require_safe
@sign_in_required
def reports(request: SignedInRequest) -> HttpResponse:
    """Show the user's reports. Raise PermissionDenied if the user has no overview."""
    _check_has_overview(request.user)
    rows = [
        (report, saved.describe_report(report), format_rhythm(report), format_next_mail(report))
        for report in saved.list_reports(request.user)
    ]
    context = {"reports": rows, "digests": _list_digests(request.user)}
    return render(request, "staff_portal/overview/scheduled/list.html", context)


@require_get_or_post
@sign_in_required
def new_report(request: SignedInRequest, is_city: bool) -> HttpResponse:
    """Show the form of a report of the URL's scope, or save the report and redirect to the list.

    An equal report that the user has is kept instead. 422 for an invalid form, and if the user has
    the most reports allowed. Raise PermissionDenied if the scope is not the user's.
    """
    scope = find_scope(request, is_city=is_city)
    report = saved.build_report(request.user, scope)
    back = scope.page_url("overview", query=scope.filter_query)
    if request.method != "POST":
        return _render_form(request, report, RhythmForm(report=report), back)
    form = RhythmForm(request.POST, report=report)
    if not form.is_valid():
        return _render_form(request, report, form, back, status=422)
    report.weekday, report.hour = form.cleaned_data["day"], form.cleaned_data["hour"]
    try:
        is_new = saved.add_report(report)
    except saved.TooManyReports:
        message = _("You have %(n)s reports, which is the most. End one first.")
        form.add_error(None, message % {"n": saved.MAX_PER_USER})
        return _render_form(request, report, form, back, status=422)
    words = _("Saved: %(report)s.") if is_new else _("You get this one already: %(report)s.")
    return _redirect_to_list(request, words, report)


@require_get_or_post
@sign_in_required
def report(request: SignedInRequest, report: int) -> HttpResponse:
    """Show the form of the user's report, or change its day and hour and redirect to the list.

    422 for an invalid form, which the day and hour of an equal report are, too. Raise
    PermissionDenied if the user has no overview, and Http404 for another user's report.
    """
    found, back = _find_own(request.user, report), reverse("overview_reports")
    if request.method != "POST":
        return _render_form(request, found, RhythmForm(report=found), back)
    form = RhythmForm(request.POST, report=found)
    if not form.is_valid():
        return _render_form(request, found, form, back, status=422)
    saved.set_rhythm(found, form.cleaned_data["day"], form.cleaned_data["hour"])
    return _redirect_to_list(request, _("Saved: %(report)s."), found)


@require_POST
@sign_in_required
def report_mail(request: SignedInRequest, report: int) -> HttpResponse:
    """Send the last mail of the user's report now and redirect to the list; not of a paused one.

    Raise PermissionDenied if the user has no overview, and Http404 for another user's report.
    """
    found = _find_own(request.user, report)
    if found.paused_because:
        return redirect("overview_reports")
    days = format_period(sending.request_last_mail(found))
    words = _("On its way to %(email)s: %(report)s, %(days)s.")
    return _redirect_to_list(request, words, found, days=days, email=request.user.email)


@require_POST
@sign_in_required
def report_deletion(request: SignedInRequest, report: int) -> HttpResponse:
    """End the user's report and redirect to the list.

    Raise PermissionDenied if the user has no overview, and Http404 for another user's report.
    """
    found = _find_own(request.user, report)
    found.delete()
    return _redirect_to_list(request, _("Ended: %(report)s."), found)


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


def _list_digests(user: User) -> list[tuple[str, str]]:
    """Return (name, hour) of the daily digests that the user gets: of departments, of the desk."""
    departments = [each for each in Department.objects.active() if user.supervises(each.pk)]
    digests = [(translate_name(each), each.hour_of_digest) for each in departments]
    digests += [(_("The desk"), settings.STAFF_DIGEST_HOUR)] if user.is_lead else []
    return [(name, clock.format_hour(hour)) for name, hour in digests]


def _redirect_to_list(
    request: SignedInRequest, words: str, report: ScheduledReport, **named: str
) -> HttpResponse:
    """Redirect to the user's reports with a message; `words` have placeholders, one for `report`.

    The report is named with its rhythm.
    """
    named["report"] = f"{saved.describe_report(report)} ({format_rhythm(report)})"
    messages.success(request, words % named)
    return redirect("overview_reports")


def _render_form(
    request: SignedInRequest,
    report: ScheduledReport,
    form: RhythmForm,
    back: str,
    *,
    status: int = 200,
) -> HttpResponse:
    """Return the form's page; `back` is the URL of the page before it."""
    context = {
        "back_url": back,
        "name": saved.describe_report(report),
        "form": form,
        "has_reports": saved.list_reports(request.user).exists(),
    }
    template = "staff_portal/overview/scheduled/form.html"
    return render(request, template, context, status=status)
