from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from city import cache, checks


class CityAppConfig(AppConfig):
    name = "city"
    verbose_name = _("The city")

    def ready(self) -> None:
        """Register the system check, and the signals that invalidate the cache.

        Saving or deleting a row of any model of the app invalidates the cache, except histories and
        uploaded sheets.
        """
        register(checks.check_geocoder)
        # Every change invalidates the cache, whether by a form, the shell or code.
        for model in self.get_models():
            if not hasattr(model, "history_object") and model.__name__ != "UploadedSheet":
                post_save.connect(
                    cache.invalidate_on_change, sender=model, dispatch_uid="city.cache"
                )
                post_delete.connect(
                    cache.invalidate_on_change, sender=model, dispatch_uid="city.cache"
                )
