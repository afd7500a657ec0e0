"""Base classes and fields that the models of a city's pack share."""

from typing import Self

from django.core.exceptions import FieldDoesNotExist
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

SLUG = RegexValidator(
    r"^[a-z0-9]+(?:[-_][a-z0-9]+)*\Z", _("Use small letters, digits and hyphens.")
)


class NamedModel(models.Model):
    """A row that people know by its name."""

    name: models.CharField

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class DeactivatableQuerySet(models.QuerySet):
    """A queryset of rows that are deactivated instead of deleted."""

    def active(self) -> Self:
        """Filter to rows in use (`is_active`); the others only explain old requests."""
        return self.filter(is_active=True)


def concrete_field(model: type[models.Model], name: str) -> models.Field:
    """Return a field of `model` that is a column.

    Raise FieldDoesNotExist if there is none of this name, or it is a reverse relation.
    """
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise FieldDoesNotExist(f"{model.__name__}.{name} is no column")
    return field


def slug_field() -> models.CharField:
    """Return a new field for a slug of at most 60 characters; the model must make it unique."""
    return models.CharField(
        _("slug"),
        max_length=60,
        validators=[SLUG],
        help_text=_("The short name used in the pack and in addresses. It never changes."),
    )


def name_field() -> models.CharField:
    return models.CharField(_("name"), max_length=80)


def position_field() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Smaller numbers come first.")
    )


def takes_new_field() -> models.BooleanField:
    return models.BooleanField(
        _("takes new requests"),
        default=True,
        db_default=True,
        help_text=_("If not, nothing new goes here, and what is open is finished."),
    )


def is_active_field() -> models.BooleanField:
    return models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("Turn off instead of deleting: old requests keep the name."),
    )
