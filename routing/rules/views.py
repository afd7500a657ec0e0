"""The page of the rules, read-only."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from routing.agents_only import agents_only
from routing.rules.page import RulesPage


@require_safe
@agents_only
def rules(request) -> HttpResponse:
    """Show the rules in use, each with the number of requests it decided in the last DAYS days."""
    return render(request, "routing/rules/rules.html", {"page": RulesPage()})
