"""The rules, to be read."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from routing.pages.rules import RulesPage
from routing.views.agents import agents_only


@require_safe
@agents_only
def rules(request):
    return render(request, "desk/rules.html", {"page": RulesPage()})
