"""Text templates for staff: replies, questions, completion notes."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from city import cache, emergency_number
from city.models.category import Category, CategoryGroup
from city.models.history import history_records
from city.models.shared import SLUG, DeactivatableQuerySet, is_active_field, position_field

PLACEHOLDERS = ("reference", "department", "day", "category", "place", "emergency")
MAX_LENGTH = 2000
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")


def status_choices() -> list[tuple[str, str]]:
    """Return (value, staff's name) of each status of a request, from a higher app."""
    return import_string(settings.REQUEST_STATUSES).choices


def check_statuses(values: object) -> None:
    """Raise ValidationError unless `values` is a list of known statuses."""
    known = [value for value, _name in status_choices()]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValidationError(_("Statuses must be a list."))
    for value in values:
        if value not in known:
            message = _("There's no status “%(value)s”; the statuses are: %(known)s.")
            raise ValidationError(message % {"value": value, "known": ", ".join(known)})


def check_placeholders(text: str) -> None:
    """Raise ValidationError for the first brace or placeholder that cannot be filled in."""
    for found in _BRACES.finditer(text):
        if found[1] not in PLACEHOLDERS:
            message = _("“%(found)s” can't be filled in; what can: %(known)s.")
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise ValidationError(message % {"found": found[0], "known": known})


def find_placeholders(text: str) -> set[str]:
    """Return the names of the placeholders in `text`."""
    return {found[1] for found in _BRACES.finditer(text) if found[1]}


class CannedTextQuerySet(DeactivatableQuerySet):
    def list_fitting(self, use, service_request) -> list["CannedText"]:
        """Return the active texts for `use` that fit the status and category of `service_request`.

        Texts of the category come first, then those of its group, of the status, and the rest. The
        texts come from the cache, whatever the queryset's filters: no query if the category is
        loaded.
        """
        found = [
            text
            for text in _load_active_texts()
            if text.use == use and text.is_fitting(service_request)
        ]
        return sorted(found, key=lambda text: text.generality)


class CannedText(models.Model):
    """A text that staff edit before they send it."""

    class Use(models.TextChoices):
        REPLY = "reply", _("a public reply")
        QUESTION = "question", _("a question to the reporter")
        NOTE = "note", _("a crew's note on finished work")

    code = models.CharField(
        _("code"), max_length=60, unique=True, validators=[SLUG], help_text=_("It never changes.")
    )
    title = models.CharField(
        _("title"), max_length=60, help_text=_("What staff pick it by; residents never read it.")
    )
    body = models.TextField(
        _("text"),
        validators=[MaxLengthValidator(MAX_LENGTH), check_placeholders],
        help_text=_(
            "You can use {reference}, {department}, {day}, {category} and {place}. {day} is "
            "the planned day or, if there is none, the due date."
        ),
    )
    use = models.CharField(_("use"), max_length=10, choices=Use.choices)
    statuses = models.JSONField(
        _("statuses"),
        default=list,
        blank=True,
        validators=[check_statuses],
        help_text=_("Offered only in these statuses. Leave blank to offer it in all."),
    )
    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, verbose_name=_("category"),
        related_name="canned_texts", help_text=_("Offered for this category only."),
    )  # fmt: skip
    group = models.ForeignKey(
        CategoryGroup, models.CASCADE, null=True, blank=True, verbose_name=_("group"),
        related_name="canned_texts", help_text=_("Offered for every category of this group."),
    )  # fmt: skip
    is_active = is_active_field()
    position = position_field()

    objects = CannedTextQuerySet.as_manager()
    history = history_records()

    class Meta:
        verbose_name = _("canned text")
        verbose_name_plural = _("canned texts")
        ordering = ["position", "title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(category=None) | models.Q(group=None),
                name="a_canned_text_names_a_category_or_a_group",
                violation_error_message=_("Choose a category or a group, not both."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Raise ValidationError for an emergency number written out in `body` or wrong braces."""
        emergency_number.validate_texts(self, "body", fillable=PLACEHOLDERS)

    def is_fitting(self, service_request) -> bool:
        """Return True if the text may be used for the status, category and group of a request.

        A text without statuses, category or group fits all.
        """
        category = service_request.category
        return (
            (not self.statuses or service_request.status in self.statuses)
            and self.category_id in {None, category.pk}
            and self.group_id in {None, category.group_id}
        )

    @property
    def generality(self) -> tuple[bool, bool, bool, int]:
        """Sort key by which more specific texts come first."""
        return (self.category_id is None, self.group_id is None, not self.statuses, self.position)


@cache.cache_per_version
def _load_active_texts() -> list[CannedText]:
    """Return the active texts in their order, cached."""
    return list(CannedText.objects.active())
