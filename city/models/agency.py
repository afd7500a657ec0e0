from django.db import models
from django.utils.translation import gettext_lazy as _

from city.models.shared import (
    DeactivatableQuerySet,
    NamedModel,
    is_active_field,
    name_field,
    position_field,
    slug_field,
)


class Agency(NamedModel):
    """Another agency, responsible for what the city is not: a city, the state, a utility."""

    slug = slug_field()
    name = name_field()
    phone = models.CharField(_("phone, as people say it"), max_length=40, blank=True)
    phone_tel = models.CharField(_("phone, as a phone dials it"), max_length=20, blank=True)
    url = models.URLField(_("website"), blank=True)
    handles = models.TextField(_("handles"), blank=True)
    geometry = models.JSONField(
        _("area"),
        null=True,
        blank=True,
        help_text=_("GeoJSON; where it may be responsible outside the city. Often none."),
    )
    is_active = is_active_field()
    position = position_field()

    objects = DeactivatableQuerySet.as_manager()

    class Meta:
        verbose_name = _("other agency")
        verbose_name_plural = _("other agencies")
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="one_agency_per_slug")]
