from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from city.models import Choice, Question
from city.translation import translate
from requests_app.models.columns import city_key, request_key


class Answer(models.Model):
    """What was said to one of the category's questions.

    `values` holds the chosen keys, or the one text, number or date as it was given; `said` is the
    same in the words shown to people at the time, which later edits of the question leave alone.
    """

    service_request = request_key("answers")
    question = city_key(Question, _("question"), db_index=False)
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
class Answered:
    """One answered question. `values`: chosen keys, or the one text.

    `said` is the same in the pack's own words, which staff read; `told` in the active language.
    """

    question: Question
    values: list[str]
    said: str
    choices: tuple[Choice, ...] = ()

    @property
    def told(self) -> str:
        return ", ".join(translate(choice.label) for choice in self.choices) or self.said

    @property
    def is_urgent(self) -> bool:
        return any(choice.effect == "urgent" for choice in self.choices)

    @property
    def stop(self) -> Choice | None:
        """The choice that ends the report: call 911, or another agency's matter."""
        return next((choice for choice in self.choices if choice.effect == "stop"), None)
