from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from city.keys import CachedForeignKey
from city.models.department import Department
from city.models.history import history_records
from city.models.shared import (
    SLUG,
    DeactivatableQuerySet,
    NamedModel,
    is_active_field,
    name_field,
    position_field,
    slug_field,
    takes_new_field,
)

MAX_TARGET_DAYS = 250  # working days: about a year
TARGET_VALIDATORS = [MinValueValidator(1), MaxValueValidator(MAX_TARGET_DAYS)]


class GroupQuerySet(DeactivatableQuerySet):
    def with_offered_categories(self) -> Self:
        """Filter to active groups with an active category that takes new requests, each once."""
        offered = {"categories__is_active": True, "categories__takes_new": True}
        return self.active().filter(**offered).distinct()


class CategoryGroup(NamedModel):
    """A heading under which residents look for a category."""

    slug = slug_field()
    name = name_field()
    icon = models.CharField(_("icon"), max_length=30, help_text=_("An id in the icon sprite."))
    is_active = is_active_field()
    position = position_field()

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group of categories")
        verbose_name_plural = _("groups of categories")
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="one_group_per_slug")]


class CategoryQuerySet(DeactivatableQuerySet):
    def offered(self) -> Self:
        """Filter to categories that can be reported today: active, and taking new requests."""
        return self.active().filter(takes_new=True)

    def popular(self) -> Self:
        """Filter to offered categories that are marked for the home page."""
        return self.offered().filter(is_popular=True)


class Category(NamedModel):
    """Something that can be reported: its name, its department, its target, its questions."""

    service_code = models.CharField(
        _("service code"),
        max_length=60,
        validators=[SLUG],
        help_text=_("Open311's name for it. It never changes."),
    )
    group = CachedForeignKey(
        CategoryGroup, models.PROTECT, related_name="categories", verbose_name=_("group")
    )
    name = models.CharField(
        _("name"), max_length=80, help_text=_("Short: “Storm drain broken or blocked”.")
    )
    hint = models.CharField(
        _("hint"), max_length=160, blank=True, help_text=_("The line under the name.")
    )
    keywords = models.TextField(
        _("keywords"),
        blank=True,
        help_text=_("Comma-separated everyday words and phrases, in every language of the city."),
    )
    icon = models.CharField(_("icon"), max_length=30, help_text=_("An id in the icon sprite."))
    department = CachedForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="categories",
        verbose_name=_("department"),
        help_text=_("Where it goes when no rule matches. If blank, it goes to the desk."),
    )
    target_days = models.PositiveSmallIntegerField(
        _("target (business days)"),
        validators=TARGET_VALIDATORS,
        help_text=_("Working days until it should be done."),
    )
    urgent_target_days = models.PositiveSmallIntegerField(
        _("target when urgent (business days)"), null=True, blank=True, validators=TARGET_VALIDATORS
    )
    needs_proof = models.BooleanField(
        _("needs a photo of the work"),
        default=True,
        help_text=_("Completing asks for a photo, or for the reason why there is none."),
    )
    proof_is_fresh = models.BooleanField(
        _("the photo is of the day"),
        default=False,
        help_text=_("A photo that's older than a day needs a reason."),
    )
    proof_within_m = models.PositiveSmallIntegerField(
        _("proof taken within"),
        null=True,
        blank=True,
        validators=[MinValueValidator(20), MaxValueValidator(2000)],
        help_text=_(
            "Meters from the pin. A reason is required if the photo was taken farther away or "
            "the location is unknown."
        ),
    )
    is_private = models.BooleanField(
        _("private"),
        default=False,
        help_text=_("Requests are seen by the reporter and staff only."),
    )
    is_location_sensitive = models.BooleanField(
        _("sensitive location"),
        default=False,
        db_default=False,
        help_text=_(
            "The open data files show its requests at the middle of their block. The map and the "
            "request's page still show the pin; make the category private to hide it."
        ),
    )
    radius_m = models.PositiveSmallIntegerField(
        _("radius for similar requests"),
        default=90,
        validators=[MaxValueValidator(2000)],
        help_text=_("Meters; “Is it one of these?” looks this far."),
    )
    crew_note = models.CharField(
        _("note for the crew"), max_length=160, blank=True, help_text=_("What to bring.")
    )
    is_active = is_active_field()
    takes_new = takes_new_field()
    is_popular = models.BooleanField(
        _("on the first page"), default=False, help_text=_("Shown among the quick choices.")
    )
    position = position_field()

    objects = CategoryQuerySet.as_manager()
    history = history_records()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["group__position", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["service_code"], name="one_category_per_service_code"),
            models.CheckConstraint(
                condition=models.Q(target_days__range=(1, MAX_TARGET_DAYS))
                & (
                    models.Q(urgent_target_days=None)
                    | models.Q(urgent_target_days__range=(1, models.F("target_days")))
                ),
                name="urgent_work_is_promised_no_later",
            ),
        ]

    @property
    def is_offered(self) -> bool:
        """True if the category can be reported today: it is active and takes new requests."""
        return self.is_active and self.takes_new
