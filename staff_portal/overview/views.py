"""Views of the overview: of departments, of the city, of the public; and their downloads."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.signed_in_request import SignedInRequest
from lib.security_log import Kind, record_action
from staff_portal.overview import csv_downloads, page, request_export
from staff_portal.overview import scope as scopes
from staff_portal.overview.access import find_scope, sign_in_required


@require_safe
def public_overview(request: HttpRequest) -> HttpResponse:
    """Show the public figures, with status 422 if the dates in the URL are impossible."""
    public = scopes.build_public_scope(request.GET)
    context = page.build_public_context(public, request.GET)
    template = "staff_portal/overview/figures.html"
    return render(request, template, context, status=422 if public.problem else 200)


@require_safe
def public_table_csv(request: HttpRequest, table: str) -> StreamingHttpResponse:
    """Send a table of the public page as CSV. Raise Http404 if it has no such table."""
    return csv_downloads.build_table_response(scopes.build_public_scope(request.GET), table)


@require_safe
def overview(request: HttpRequest, is_city: bool) -> HttpResponse:
    """Show the overview; redirect strangers to the sign-in page.

    Redirect a user who oversees the city and supervises no department to the city's overview.
    """
    user = request.user
    if not is_city and user.is_authenticated and user.oversees_city and not user.is_supervisor:
        return redirect("city_overview")
    return _render_overview(request, is_city)


@sign_in_required
def _render_overview(request: SignedInRequest, is_city: bool) -> HttpResponse:
    """Show the overview, with status 422 if the dates in the URL are impossible.

    Raise PermissionDenied if the scope is not the user's.
    """
    scope = find_scope(request, is_city=is_city)
    context = page.build_overview_context(request.user, scope, request.GET)
    return render(
        request,
        "staff_portal/overview/overview.html",
        context,
        status=422 if scope.problem else 200,
    )


@require_safe
@sign_in_required
def table_csv(request: SignedInRequest, table: str, is_city: bool) -> StreamingHttpResponse:
    """Send a table of the page as CSV and record the export in the security log.

    Raise Http404 if the page has no such table, PermissionDenied if the scope is not the
    user's.
    """
    response = csv_downloads.build_table_response(find_scope(request, is_city=is_city), table)
    record_action(Kind.DATA_EXPORTED, target=f"sheet:{table}.csv")
    return response


@require_safe
@sign_in_required
def requests_csv(request: SignedInRequest, is_city: bool) -> StreamingHttpResponse:
    """Send the requests behind the figures as CSV and record the export in the security log.

    Raise PermissionDenied if the scope is not the user's.
    """
    scope = find_scope(request, is_city=is_city)
    record_action(Kind.DATA_EXPORTED, target="sheet:requests.csv")
    rows = request_export.iterate_rows(request_export.filter_requests(scope))
    return csv_downloads.build_csv_response(
        csv_downloads.format_file_name(scope, "requests"), request_export.build_header(), rows
    )
