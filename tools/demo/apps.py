from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """Installed in demo mode only: the story, the role switcher, the mails that were sent."""

    name = "tools.demo"
    verbose_name = _("Demo")
