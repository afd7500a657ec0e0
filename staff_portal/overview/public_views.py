"""What the city did, for everybody, and its tables."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from staff_portal.overview import page, scope, sheets


@require_safe
def figures(request):
    public = scope.of_public(request.GET)
    context = page.public_page(public, request.GET)
    return render(
        request,
        "staff_portal/overview/figures.html",
        context,
        status=422 if public.problem else 200,
    )


@require_safe
def table(request, table):
    """One table as CSV: the same rows as on the page."""
    return sheets.table(scope.of_public(request.GET), table)
