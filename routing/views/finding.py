"""What is offered while an agent types."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from requests_app.models import ServiceRequest
from routing.pages import finding
from routing.views.agents import agents_only


@require_safe
@agents_only
def kinds(request, reference):
    found = ServiceRequest.objects.select_related("category")
    row = get_object_or_404(found, reference=reference)
    typed = request.GET.get("q", "")
    context = {"kinds": finding.similar_categories(row, typed), "typed": typed}
    return render(request, "desk/pops/kinds.html", context)
