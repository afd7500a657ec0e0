from django.db import models
from django.utils.translation import gettext_lazy as _

from city import emergency_number
from city.keys import CachedForeignKey
from city.models.agency import Agency
from city.models.category import Category
from city.models.history import history_records
from city.models.shared import SLUG, DeactivatableQuerySet, is_active_field, position_field


class Question(models.Model):
    """A question of a category to the resident; an attribute in Open311."""

    class Datatype(models.TextChoices):
        STRING = "string", _("a line of text")
        NUMBER = "number", _("a number")
        DATETIME = "datetime", _("a date and time")
        TEXT = "text", _("several lines of text")
        SINGLE = "singlevaluelist", _("one of the choices")
        MULTIPLE = "multivaluelist", _("some of the choices")

    category = models.ForeignKey(
        Category, models.CASCADE, related_name="questions", verbose_name=_("category")
    )
    code = models.CharField(_("code"), max_length=60, validators=[SLUG])
    label = models.CharField(_("question"), max_length=160)
    hint = models.CharField(_("hint"), max_length=200, blank=True)
    datatype = models.CharField(_("kind of answer"), max_length=16, choices=Datatype.choices)
    is_required = models.BooleanField(_("required"), default=False)
    crew_label = models.CharField(
        _("short name for staff"),
        max_length=80,
        blank=True,
        help_text=_("“Foot or wheel could fall in”; without one the question itself."),
    )
    is_active = is_active_field()
    position = position_field()

    objects = DeactivatableQuerySet.as_manager()
    history = history_records()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "code"], name="a_category_asks_each_question_once"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def staff_label(self) -> str:
        """The short name for staff, else the question itself."""
        return self.crew_label or self.label


class Choice(models.Model):
    """An answer to a question, with its effect: none, urgent, or a stop of the report."""

    class Effect(models.TextChoices):
        NONE = "", _("nothing")
        URGENT = "urgent", _("makes the request urgent")
        STOP = "stop", _("stops the report")

    class Stop(models.TextChoices):
        NONE = "", _("no stop")
        CALL_911 = "call_911", _("call the emergency number")
        OTHER_AGENCY = "other_agency", _("not the city's: another agency")

    question = models.ForeignKey(
        Question, models.CASCADE, related_name="choices", verbose_name=_("question")
    )
    key = models.CharField(_("key"), max_length=60, validators=[SLUG])
    label = models.CharField(_("answer"), max_length=120)
    hint = models.CharField(_("hint"), max_length=200, blank=True)
    effect = models.CharField(_("effect"), max_length=8, blank=True, choices=Effect.choices)
    stop_kind = models.CharField(_("kind of stop"), max_length=16, blank=True, choices=Stop.choices)
    stop_text = models.TextField(
        _("message of the stop"), blank=True, help_text=_("What the resident should do instead.")
    )
    agency = CachedForeignKey(
        Agency, models.PROTECT, null=True, blank=True, verbose_name=_("other agency")
    )
    is_active = is_active_field()
    position = position_field()

    objects = DeactivatableQuerySet.as_manager()
    history = history_records()

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "key"], name="a_question_offers_each_choice_once"
            ),
            models.CheckConstraint(
                condition=(~models.Q(effect="stop") & models.Q(stop_kind="", agency=None))
                | (models.Q(effect="stop") & ~models.Q(stop_kind="") & ~models.Q(stop_text="")),
                name="a_stop_says_what_to_do",
            ),
            models.CheckConstraint(
                condition=models.Q(stop_kind="other_agency", agency__isnull=False)
                | ~models.Q(stop_kind="other_agency"),
                name="a_stop_for_another_agency_names_it",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Raise ValidationError by field for `hint` or `stop_text` with a fault.

        A fault is an emergency number written out, or a placeholder that cannot be filled in.
        """
        emergency_number.validate_texts(self, "hint", "stop_text")

    @property
    def has_emergency_number(self) -> bool:
        """True if the message of the stop has the placeholder of the emergency number."""
        return emergency_number.has_placeholder(self.stop_text)
