"""My day: a person's own list of stops. Each change is a form that works without a script."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lib import polling
from lib.http import is_own_path, parse_number
from requests_app import reference as references
from requests_app.errors import DomainError
from staff_portal.access import crew_only, crew_poll, find_job
from staff_portal.day_plan import location, page, plan

MOST_NAMES = 100  # in one form; a day has a quarter of that
STEPS = {"up": -1, "down": 1}


@require_safe
@crew_only
def plan_page(request) -> HttpResponse:
    here = location.recall(request.session)
    return render(
        request, "staff_portal/day_plan/plan.html", page.plan_page(request.user, request.GET, here)
    )


@require_safe
@crew_poll
def plan_live(request) -> HttpResponse:
    """One line where something happened to a stop, or 204: nothing moves under a thumb."""
    if plan.version(request.user) == request.GET.get("v"):
        return polling.no_content_response()
    return render(request, "staff_portal/day_plan/plan.html#news")


@require_POST
@crew_only
def stops(request) -> HttpResponse:
    """Put one job on today's plan."""
    row = find_job(request.user, _reference(request))
    try:
        plan.add(request.user, row, _here(request))
    except DomainError as refused:
        return _refused(request, refused)
    return _toggled(request, row, is_planned=True)


@require_POST
@crew_only
def removals(request) -> HttpResponse:
    """Take one job off today's plan, whoever holds it by now."""
    row = plan.planned_job(request.user, _reference(request))
    if row is None:
        return _back(request)
    plan.remove(request.user, row)
    return _toggled(request, row, is_planned=False)


@require_POST
@crew_only
def order(request) -> HttpResponse:
    """The order of the stops, or one stop (`up`, `down`) a place earlier or later."""
    for name, by in STEPS.items():
        if name in request.POST:
            plan.move(request.user, request.POST[name], by)
            return _back(request)
    plan.reorder(request.user, request.POST.getlist("stop")[:MOST_NAMES])
    return _drawn(request) if _is_script(request) else _back(request)


@require_POST
@crew_only
def route(request) -> HttpResponseRedirect:
    """Sort what is left into a sensible way from where the phone is."""
    plan.sort_again(request.user, _here(request))
    messages.success(request, _("Sorted: most urgent first, then the shortest route."))
    return _back(request)


@require_POST
@crew_only
def leftovers(request) -> HttpResponseRedirect:
    """Take over what the last planned day left undone."""
    plan.add_all(request.user, plan.left_over(request.user), _here(request))
    return _back(request)


@require_POST
@crew_only
def given(request) -> HttpResponseRedirect:
    """Put everything that was given to this person on the plan."""
    plan.add_all(request.user, plan.given(request.user), _here(request))
    return _back(request)


@require_POST
@crew_only
def announcement(request) -> HttpResponseRedirect:
    """Tell the residents of what is left that it is planned for today."""
    seen = dict(filter(None, map(_seen, request.POST.getlist("seen")[:MOST_NAMES])))
    told, refused = plan.tell_residents(request.user, seen)
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
    return _back(request)


# The end of the address of each is its name.
CHANGES = [stops, removals, order, route, leftovers, given, announcement]


def _seen(text) -> tuple[Any, int] | None:
    """`SM-7K3Q-X9F2 123`: a reference and the last event its page showed; None for nonsense."""
    reference, _space, event = text.partition(" ")
    seen = parse_number(event)
    return None if seen is None else (reference, seen)


def _reference(request) -> str:
    return references.normalize_reference(request.POST.get("job", "")) or ""


def _here(request) -> tuple[float, float] | None:
    kept = location.recall(request.session)
    return kept.at if kept else None


def _is_script(request) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _toggled(request, row, is_planned) -> HttpResponse:
    """A script gets the other button; a form goes back to where it was."""
    if _is_script(request):
        wide, where = "wide" in request.POST, _where(request)
        context = {"row": row, "is_planned": is_planned, "where": where, "wide": wide}
        return render(request, "staff_portal/day_plan/plan_toggle.html", context)
    return _back(request)


def _drawn(request) -> HttpResponse:
    """The day as it is now, for the script that moved a stop."""
    context = page.plan_page(request.user, request.POST, location.recall(request.session))
    return render(request, "staff_portal/day_plan/plan.html#day", context)


def _refused(request, refused) -> HttpResponse:
    if _is_script(request):
        status = refused.status_code
        return HttpResponse(refused.message, status=status, content_type="text/plain")
    messages.error(request, refused.message)
    return _back(request)


def _back(request) -> HttpResponseRedirect:
    return redirect(_where(request))


def _where(request) -> str:
    """The page of the crew's a form came from; anything else is the plan."""
    where = request.POST.get("next", "")
    is_ours = is_own_path(where) and where.startswith(reverse("inbox"))
    return where if is_ours else reverse("plan")
