from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
@login_required
def workplace(request):
    """After signing in: the desk, the department's inbox, the city's figures or the admin."""
    user = request.user
    if user.is_agent:
        return redirect("desk")
    if user.roles:
        return redirect("inbox")
    if user.is_lead:
        return redirect("city_overview")
    return redirect("admin:index" if user.is_staff else "home")
