from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from city import cache


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = _("Routing")

    def ready(self) -> None:
        """Connect the rules' save and delete signals to the invalidation of the process cache."""
        # `routing.lists` keeps the rules that cannot be applied in the process cache.
        rule = self.get_model("RoutingRule")
        for signal in (post_save, post_delete):
            signal.connect(cache.invalidate_on_change, sender=rule, dispatch_uid="routing.memory")
