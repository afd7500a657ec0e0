from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The app of the demo: its simulated city, the role switcher, and the page of sent mails.

    It is installed in demo mode only.
    """

    name = "tools.demo"
    verbose_name = _("Demo")
