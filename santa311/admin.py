from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Site(admin.AdminSite):
    site_header = _("311 administration")
    site_title = _("311 administration")
    index_title = _("Everything that can be configured")

    def login(self, request, extra_context=None):
        """One sign-in for all staff, with its throttling; the admin's own would go around it."""
        index = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", index))
