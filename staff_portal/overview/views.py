"""The overview of a supervisor's departments, of the whole city, for everybody; its downloads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from lib.security_log import Kind, record_action
from staff_portal.overview import page, requests_behind, sheets
from staff_portal.overview import scope as scopes
from staff_portal.overview.access import find_scope, signed_in_only


@require_safe
def public_overview(request: HttpRequest) -> HttpResponse:
    """Show what the city did, to everybody."""
    public = scopes.of_public(request.GET)
    context = page.public_page(public, request.GET)
    template = "staff_portal/overview/figures.html"
    return render(request, template, context, status=422 if public.problem else 200)


@require_safe
def public_table(request: HttpRequest, table: str) -> HttpResponse:
    """Send one of everybody's tables as CSV: the same rows as on the page."""
    return sheets.table(scopes.of_public(request.GET), table)


@require_safe
def front(request: HttpRequest, is_city: bool) -> HttpResponse:
    """Show the overview.

    Redirect somebody who oversees the city and supervises no department to the city's overview.
    """
    user = request.user
    may_see_all = user.is_authenticated and user.oversees_city
    if may_see_all and not user.is_supervisor and not is_city:
        return redirect("city_overview")
    return overview(request, is_city)


@signed_in_only
def overview(request: HttpRequest, is_city: bool) -> HttpResponse:
    scope = find_scope(request, is_city=is_city)
    context = page.overview_page(request.user, scope, request.GET)
    return render(
        request,
        "staff_portal/overview/overview.html",
        context,
        status=422 if scope.problem else 200,
    )


@require_safe
@signed_in_only
def table(request: HttpRequest, table: str, is_city: bool) -> HttpResponse:
    """Send one table as CSV: the same rows as on the page."""
    response = sheets.table(find_scope(request, is_city=is_city), table)
    record_action(Kind.DATA_EXPORTED, target=f"sheet:{table}.csv")
    return response


@require_safe
@signed_in_only
def requests(request: HttpRequest, is_city: bool) -> HttpResponse:
    """Send the requests behind the numbers as CSV, without words, names and contact details."""
    scope = find_scope(request, is_city=is_city)
    record_action(Kind.DATA_EXPORTED, target="sheet:requests.csv")
    rows = requests_behind.lines(requests_behind.underlying(scope))
    return sheets.sheet(sheets.file_name(scope, "requests"), requests_behind.head(), rows)
