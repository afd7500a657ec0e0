"""Views of the day plan. Each change is a form that works without a script."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.signed_in_request import SignedInRequest
from lib import polling
from lib.http import is_own_path, parse_number
from requests_app import reference as references
from requests_app.errors import DomainError
from requests_app.models import ServiceRequest
from staff_portal.access import (
    JobMoved,
    crew_member_required,
    crew_member_required_for_poll,
    find_job,
)
from staff_portal.day_plan import location, page, plan

MAX_REFERENCES_PER_FORM = 100
POSITION_CHANGES = {"up": -1, "down": 1}


@require_safe
@crew_member_required
def plan_page(request: SignedInRequest) -> HttpResponse:
    """Show today's plan; the query chooses the list or the map."""
    here = location.load_location(request.session)
    return render(
        request,
        "staff_portal/day_plan/plan.html",
        page.build_plan_context(request.user, request.GET, here),
    )


@require_safe
@crew_member_required_for_poll
def plan_live(request: SignedInRequest) -> HttpResponse:
    """Return a notice if something happened to a stop since version `v`, else a 204.

    The page itself is not replaced: nothing moves under a thumb.
    """
    if plan.plan_version(request.user) == request.GET.get("v"):
        return polling.no_content_response()
    return render(request, "staff_portal/day_plan/plan.html#news")


@require_POST
@crew_member_required
def add_stop(request: SignedInRequest) -> HttpResponse:
    """Add a job to today's plan; return the button that removes it, or redirect back.

    If the job moved to another department or the plan refuses it, a script gets the message as
    text with the status of the error, and a form a message. Raise Http404 for a job that was
    never theirs.
    """
    try:
        row = find_job(request.user, _read_reference(request))
        plan.add_stop(request.user, row, _load_coordinates(request))
    except JobMoved:
        return _refuse(request, _("Your department no longer has this job."), HTTPStatus.GONE)
    except DomainError as refused:
        return _refuse(request, str(refused.message), refused.status_code)
    return _respond_with_toggle(request, row, is_planned=True)


@require_POST
@crew_member_required
def remove_stop(request: SignedInRequest) -> HttpResponse:
    """Remove a job from today's plan, whoever has it now; return the button that adds it.

    A form is redirected back, and so is everybody if the job is not on the plan.
    """
    row = plan.find_planned_job(request.user, _read_reference(request))
    if row is None:
        return _redirect_back(request)
    plan.remove_stop(request.user, row)
    return _respond_with_toggle(request, row, is_planned=False)


@require_POST
@crew_member_required
def reorder_stops(request: SignedInRequest) -> HttpResponse:
    """Save the order of the stops, or move one stop (`up` or `down` in the form) by one place.

    A script gets the day as HTML after a new order; everything else is redirected back.
    """
    for name, by in POSITION_CHANGES.items():
        if name in request.POST:
            plan.move_stop(request.user, request.POST[name], by)
            return _redirect_back(request)
    plan.reorder_stops(request.user, request.POST.getlist("stop")[:MAX_REFERENCES_PER_FORM])
    return _render_day(request) if _is_from_script(request) else _redirect_back(request)


@require_POST
@crew_member_required
def sort_stops_by_route(request: SignedInRequest) -> HttpResponseRedirect:
    """Sort the remaining stops by urgency and the shortest route from the phone; redirect back."""
    plan.sort_by_shortest_route(request.user, _load_coordinates(request))
    messages.success(request, _("Sorted: most urgent first, then the shortest route."))
    return _redirect_back(request)


@require_POST
@crew_member_required
def add_leftover_jobs(request: SignedInRequest) -> HttpResponseRedirect:
    """Add the jobs left over from the last planned day, and redirect back.

    Jobs that cannot be added are skipped without a message.
    """
    plan.add_possible_stops(
        request.user, plan.list_leftover_jobs(request.user), _load_coordinates(request)
    )
    return _redirect_back(request)


@require_POST
@crew_member_required
def add_assigned_jobs(request: SignedInRequest) -> HttpResponseRedirect:
    """Add the jobs assigned to the user to today's plan, and redirect back.

    Jobs that cannot be added are skipped without a message.
    """
    plan.add_possible_stops(
        request.user, plan.list_unplanned_assigned_jobs(request.user), _load_coordinates(request)
    )
    return _redirect_back(request)


@require_POST
@crew_member_required
def announce_day(request: SignedInRequest) -> HttpResponseRedirect:
    """Schedule the stops in the form for today, which tells their residents; redirect back.

    `seen` in the form has each reference and its last event. Messages say how many were told,
    and each refusal, or that everyone was told before.
    """
    seen = dict(
        filter(None, map(_parse_seen_event, request.POST.getlist("seen")[:MAX_REFERENCES_PER_FORM]))
    )
    told, refused = plan.announce_day_to_residents(request.user, seen)
    if told:
        words = ngettext(
            "%(n)s resident was told it's planned for today.",
            "%(n)s residents were told it's planned for today.",
            told,
        )
        messages.success(request, words % {"n": told})
    for reference, why in refused:
        messages.error(request, f"{reference}: {why}")
    if not told and not refused:
        messages.success(request, _("Everyone has already been told."))
    return _redirect_back(request)


# View by the last part of its address, which its URL name has after "plan_".
VIEWS_OF_CHANGES = {
    "stops": add_stop,
    "removals": remove_stop,
    "order": reorder_stops,
    "route": sort_stops_by_route,
    "leftovers": add_leftover_jobs,
    "given": add_assigned_jobs,
    "announcement": announce_day,
}


def _parse_seen_event(text: str) -> tuple[str, int] | None:
    """Split "SM-7K3Q-X9F2 123" into an unchecked reference and an event id; None without an id."""
    reference, _space, event = text.partition(" ")
    seen = parse_number(event)
    return None if seen is None else (reference, seen)


def _read_reference(request: HttpRequest) -> str:
    """Return the normalized reference in `job` of the form, or "" if it is malformed."""
    return references.normalize_reference(request.POST.get("job", "")) or ""


def _load_coordinates(request: HttpRequest) -> tuple[float, float] | None:
    """Return (latitude, longitude) of the phone from the session, or None."""
    kept = location.load_location(request.session)
    return kept.at if kept else None


def _is_from_script(request: HttpRequest) -> bool:
    """Return True if our script sent the request, by the header X-Requested-With."""
    return request.headers.get("X-Requested-With") == "fetch"


def _respond_with_toggle(
    request: HttpRequest, row: ServiceRequest, is_planned: bool
) -> HttpResponse:
    """Return the button to add or remove the job for a script; redirect a form back."""
    if _is_from_script(request):
        wide, where = "wide" in request.POST, _read_return_url(request)
        context = {"row": row, "is_planned": is_planned, "where": where, "wide": wide}
        return render(request, "staff_portal/day_plan/plan_toggle.html", context)
    return _redirect_back(request)


def _render_day(request: SignedInRequest) -> HttpResponse:
    """Render the part of the page with the stops; the form has what the URL's query has."""
    context = page.build_plan_context(
        request.user, request.POST, location.load_location(request.session)
    )
    return render(request, "staff_portal/day_plan/plan.html#day", context)


def _refuse(request: HttpRequest, message: str, status: int) -> HttpResponse:
    """Return the message as text with `status` for a script.

    Redirect a form with a message: to its `next` page, else to the plan.
    """
    if _is_from_script(request):
        return HttpResponse(message, status=status, content_type="text/plain")
    messages.error(request, message)
    return _redirect_back(request)


def _redirect_back(request: HttpRequest) -> HttpResponseRedirect:
    """Redirect to `next` in the form, or to the plan without a page of the crew's there."""
    return redirect(_read_return_url(request))


def _read_return_url(request: HttpRequest) -> str:
    """Return the URL in `next` if it is one of the crew's pages, else the URL of the plan."""
    where = request.POST.get("next", "")
    is_ours = is_own_path(where) and where.startswith(reverse("inbox"))
    return where if is_ours else reverse("plan")
