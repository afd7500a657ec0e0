"""Phrases that people write when somebody is in danger, and the advice for them."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from city import emergency_number
from city.models.history import history_records
from city.models.shared import SLUG, DeactivatableQuerySet, is_active_field, position_field
from city.models.translation import LANGUAGE

DIALED = RegexValidator(r"^\+?[0-9]{2,15}\Z", _("Digits only, as a phone dials it, or +1…"))


class DangerKind(models.Model):
    """A kind of danger in one language; the gravest kind has the smallest position.

    The emergency number is the city's and not in this table. The second number is an additional
    one, such as the gas company's.
    """

    kind = models.CharField(
        _("kind"),
        max_length=40,
        validators=[SLUG],
        help_text=_("The same in every language; the log of a request names it. It never changes."),
    )
    language = models.CharField(_("language"), max_length=16, validators=[LANGUAGE])
    name = models.CharField(
        _("name"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_("What staff read: gas leak, fire or smoke."),
    )
    phrases = models.TextField(
        _("phrases"),
        help_text=_(
            "What people write, with commas between. Found with typing mistakes, plurals, missing "
            "accents, and up to two other words in between. “gas/power line” is either of the two; "
            "“someone” is anyone."
        ),
    )
    exceptions = models.TextField(
        _("exceptions"),
        blank=True,
        help_text=_(
            "What looks like one of the phrases and is no danger: fire hydrant, fire lane. A star "
            "is the rest of the sentence up to a comma: could catch *."
        ),
    )
    advice = models.TextField(
        _("advice"), help_text=_("What to do, then whom to call. Short sentences.")
    )
    second_label = models.CharField(_("second number's name"), max_length=80, blank=True)
    second_phone = models.CharField(_("second number, as people say it"), max_length=40, blank=True)
    second_phone_tel = models.CharField(
        _("second number, as a phone dials it"), max_length=20, blank=True, validators=[DIALED]
    )
    is_active = is_active_field()
    position = position_field()

    objects = DeactivatableQuerySet.as_manager()
    history = history_records()

    class Meta:
        verbose_name = _("kind of danger")
        verbose_name_plural = _("kinds of danger")
        ordering = ["position", "kind", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"],
                name="a_kind_of_danger_stands_once_per_language",
                violation_error_message=_("This kind of danger has a row in this language."),
            ),
            models.CheckConstraint(
                condition=models.Q(second_label="", second_phone="", second_phone_tel="")
                | ~(
                    models.Q(second_label="")
                    | models.Q(second_phone="")
                    | models.Q(second_phone_tel="")
                ),
                name="a_second_number_has_a_name_and_can_be_dialed",
                violation_error_message=_(
                    "A second number needs its name, and the number as people say and dial it."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"

    def clean(self) -> None:
        """Raise ValidationError by field for emergency numbers written out and wrong placeholders.

        The second number is allowed.
        """
        names = ("phrases", "exceptions", "advice")
        emergency_number.validate_texts(self, *names, allowed=[self.second_phone])
