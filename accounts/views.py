from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
@login_required
def workplace(request):
    """After signing in: the desk, the department's inbox or the admin, by role."""
    user = request.user
    if user.is_agent:
        return redirect("desk")
    if user.roles:
        return redirect("inbox")
    return redirect("admin:index" if user.is_staff else "home")
