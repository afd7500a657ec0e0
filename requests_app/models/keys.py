"""Columns that point to a request, an event or a device."""

from django.db import models
from django.utils.translation import gettext_lazy as _


def _key_to(model, name):
    """A maker of columns that point to `model`, which people call `name`; `one` points to one."""

    def column(related_name, on_delete=models.CASCADE, *, one=False, **options):
        kind = models.OneToOneField if one else models.ForeignKey
        names = {"related_name": related_name, "verbose_name": name}
        return kind(f"requests_app.{model}", on_delete, **names, **options)

    return column


request_key = _key_to("ServiceRequest", _("service request"))
event_key = _key_to("Event", _("event"))
device_key = _key_to("Device", _("device"))
