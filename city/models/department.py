from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from city.models.history import history_records
from city.models.shared import (
    DeactivatableQuerySet,
    NamedModel,
    is_active_field,
    position_field,
    slug_field,
    takes_new_field,
)


class Department(NamedModel):
    """A department that does the work. Residents read its name, and never the name of a person."""

    slug = slug_field()
    name = models.CharField(
        _("name"), max_length=80, help_text=_("As residents read it: “With Water Resources”.")
    )
    division_of = models.CharField(_("division of"), max_length=80, blank=True)
    email = models.EmailField(
        _("email"),
        blank=True,
        help_text=_("Gets a daily digest, and emails about disputed and urgent requests."),
    )
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the daily digest"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(23)],
        help_text=_("From 0 to 23. Blank: the same hour as for the rest of the city."),
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    handles = models.TextField(
        _("handles"), blank=True, help_text=_("What it does, for the agents who route to it.")
    )
    is_active = is_active_field()
    takes_new = takes_new_field()
    position = position_field()

    objects = DeactivatableQuerySet.as_manager()
    history = history_records()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="one_department_per_slug")]

    @property
    def hour_of_digest(self) -> int:
        """Return the hour of the daily digest, 0 to 23: its own, or that of the city."""
        return settings.STAFF_DIGEST_HOUR if self.digest_hour is None else self.digest_hour

    @property
    def may_receive(self) -> bool:
        """True if requests may be routed to the department: it is active and takes new requests."""
        return self.is_active and self.takes_new
