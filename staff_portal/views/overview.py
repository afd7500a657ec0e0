"""The supervisor's overview of their departments."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staff_portal.access import crew_only
from staff_portal.overview_page import overview_page, supervised


@require_safe
@crew_only
def overview(request):
    departments = supervised(request.user)
    if not departments:
        raise PermissionDenied
    return render(request, "staff/overview.html", overview_page(departments, request.GET))
