"""The overview of a supervisor's departments, of the whole city, for everybody; its downloads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from lib.security_log import Kind, record
from staff_portal.overview import page, requests_behind, sheets
from staff_portal.overview import scope as scopes
from staff_portal.overview.access import find_scope, signed_in_only


@require_safe
def public_overview(request: HttpRequest) -> HttpResponse:
    """Show what the city did, to everybody."""
    public = scopes.build_public_scope(request.GET)
    context = page.build_public_context(public, request.GET)
    template = "staff_portal/overview/figures.html"
    return render(request, template, context, status=422 if public.problem else 200)


@require_safe
def public_table_csv(request: HttpRequest, table: str) -> HttpResponse:
    """Send one of everybody's tables as CSV: the same rows as on the page."""
    return sheets.build_table_response(scopes.build_public_scope(request.GET), table)


@require_safe
def overview(request: HttpRequest, is_city: bool) -> HttpResponse:
    """Show the overview.

    Redirect somebody who oversees the city and supervises no department to the city's overview.
    """
    user = request.user
    may_see_all = user.is_authenticated and user.oversees_city
    if may_see_all and not user.is_supervisor and not is_city:
        return redirect("city_overview")
    return _render_overview(request, is_city)


@signed_in_only
def _render_overview(request: HttpRequest, is_city: bool) -> HttpResponse:
    scope = find_scope(request, is_city=is_city)
    context = page.build_overview_context(request.user, scope, request.GET)
    return render(
        request,
        "staff_portal/overview/overview.html",
        context,
        status=422 if scope.problem else 200,
    )


@require_safe
@signed_in_only
def table_csv(request: HttpRequest, table: str, is_city: bool) -> HttpResponse:
    """Send one table as CSV: the same rows as on the page."""
    response = sheets.build_table_response(find_scope(request, is_city=is_city), table)
    record(Kind.DATA_EXPORTED, target=f"sheet:{table}.csv")
    return response


@require_safe
@signed_in_only
def requests_csv(request: HttpRequest, is_city: bool) -> HttpResponse:
    """Send the requests behind the numbers as CSV, without words, names and contact details."""
    scope = find_scope(request, is_city=is_city)
    record(Kind.DATA_EXPORTED, target="sheet:requests.csv")
    rows = requests_behind.iterate_rows(requests_behind.filter_requests(scope))
    return sheets.build_csv_response(
        sheets.format_file_name(scope, "requests"), requests_behind.build_header(), rows
    )
