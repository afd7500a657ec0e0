"""The city's lists of reasons, for declining, holding, moving, or a missing photo."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from city import emergency_number
from city.models.history import history_records
from city.models.shared import (
    SLUG,
    DeactivatableQuerySet,
    NamedModel,
    is_active_field,
    position_field,
)


class Reason(NamedModel):
    """An entry of a list of reasons; events keep its code, people read its name."""

    code = models.CharField(
        _("code"), max_length=40, unique=True, validators=[SLUG], help_text=_("It never changes.")
    )
    name = models.CharField(_("name"), max_length=120)
    is_active = is_active_field()
    position = position_field()

    objects = DeactivatableQuerySet.as_manager()
    history = history_records(inherit=True)

    class Meta:
        abstract = True
        ordering = ["position", "name"]


class DeclineReason(Reason):
    """A reason why the city declines; `name` is for staff, `words` are for the resident."""

    words = models.TextField(
        _("text for the resident"), help_text=_("Kind, short, and what to do instead.")
    )

    class Meta(Reason.Meta):
        verbose_name = _("reason to decline")
        verbose_name_plural = _("reasons to decline")

    def clean(self) -> None:
        """Raise ValidationError if `words` write out an emergency number or have a placeholder.

        The placeholder `{emergency}` is allowed.
        """
        emergency_number.validate_texts(self, "words")


class HoldReason(Reason):
    """A reason why work waits; residents read “On hold: {name}”."""

    class Meta(Reason.Meta):
        verbose_name = _("reason to hold")
        verbose_name_plural = _("reasons to hold")


class HandBackReason(Reason):
    """A reason why a department returns a request to the desk."""

    class Meta(Reason.Meta):
        verbose_name = _("reason to hand back")
        verbose_name_plural = _("reasons to hand back")


class RouteReason(Reason):
    """A reason why a request moved to another department; residents read it."""

    class Meta(Reason.Meta):
        verbose_name = _("reason to reroute")
        verbose_name_plural = _("reasons to reroute")


class ResolutionCode(Reason):
    """A result of the work; residents read it."""

    is_no_fault = models.BooleanField(
        _("nothing was wrong"),
        default=False,
        help_text=_("The crew found nothing to do: counted apart from work done."),
    )

    class Meta(Reason.Meta):
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")


class NoPhotoReason(Reason):
    """A reason why completed work has no photo although its category requires one."""

    class Meta(Reason.Meta):
        verbose_name = _("reason for no photo")
        verbose_name_plural = _("reasons for no photo")
