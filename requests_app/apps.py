from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _

from city import cache


class RequestsAppConfig(AppConfig):
    name = "requests_app"
    verbose_name = _("Service requests")

    def ready(self) -> None:
        """Invalidate the city's cache whenever an ApiKey is saved."""
        # Event.key is a CachedForeignKey: its rows come from the process cache.
        key = self.get_model("ApiKey")
        post_save.connect(cache.invalidate_on_change, sender=key, dispatch_uid="city.cache")
