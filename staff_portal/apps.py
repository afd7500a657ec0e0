from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffPortalConfig(AppConfig):
    name = "staff_portal"
    verbose_name = _("Staff portal")
