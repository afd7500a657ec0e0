from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class Open311Config(AppConfig):
    name = "open311"
    verbose_name = _("Open311 and other systems")

    def ready(self) -> None:
        """Connect on_webhook_change() to the saving and deletion of webhooks."""
        from open311.models import Webhook
        from open311.webhooks.subscriber import on_webhook_change

        for signal in (post_save, post_delete):
            signal.connect(on_webhook_change, sender=Webhook, dispatch_uid="city.cache")
