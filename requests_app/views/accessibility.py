"""What people who cannot see, hear, point or wait can rely on here, and whom to tell if not."""

from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def accessibility(request):
    return render(request, "accessibility.html")
