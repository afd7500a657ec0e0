from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from city.models import Choice, Question
from city.translation import translate
from requests_app.models.columns import city_foreign_key, request_foreign_key


class Answer(models.Model):
    """The answer to a question of the category.

    `values` are the keys of the choices, or one text, number or date; `said` is the answer as it
    was shown to people, which a later change of the question does not alter.
    """

    service_request = request_foreign_key("answers")
    question = city_foreign_key(Question, _("question"), db_index=False)
    values = ArrayField(models.CharField(max_length=1000), verbose_name=_("values"))
    said = models.TextField(_("answer"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["question__position", "pk"]
        indexes = [models.Index(fields=["question", "id"], name="answers_to_a_question")]
        constraints = [
            models.UniqueConstraint(
                fields=["service_request", "question"], name="each_question_is_answered_once"
            )
        ]

    def __str__(self) -> str:
        return self.said[:60]


@dataclass(frozen=True)
class GivenAnswer:
    """An answer that is not saved yet. `values` are the keys of the choices, or one text.

    `said` is the answer in the city's own language, for staff.
    """

    question: Question
    values: list[str]
    said: str
    choices: tuple[Choice, ...] = ()

    @property
    def display_text(self) -> str:
        """Return the answer in the active language."""
        return ", ".join(translate(choice.label) for choice in self.choices) or self.said

    @property
    def is_urgent(self) -> bool:
        return any(choice.effect == "urgent" for choice in self.choices)

    @property
    def stop_choice(self) -> Choice | None:
        """Return the choice that ends the report (call 911, another agency's matter), or None."""
        return next((choice for choice in self.choices if choice.effect == "stop"), None)
