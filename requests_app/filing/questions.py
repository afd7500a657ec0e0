"""The category's own questions: what may be answered, and what an answer means."""

import re
from collections import defaultdict

from django.utils.translation import gettext as _

from city import cache
from city.models import Question
from city.translation import translated
from lib.days import NoDay, typed_day
from requests_app.errors import InvalidInput
from requests_app.models.answer import Answered

CHOICE_DATATYPES = {"singlevaluelist", "multivaluelist"}


def get_questions(category) -> list[Question]:
    """Return the questions in use, in order, with their choices and the agencies of these.

    The process remembers them.
    """
    return _questions_by_category().get(category.pk, [])


@cache.remembered
def _questions_by_category() -> dict[int, list[Question]]:
    """By the id of the category."""
    found = defaultdict(list)
    for question in Question.objects.active().prefetch_related("choices__agency"):
        found[question.category_id].append(question)
    return dict(found)


def validate_answers(category, raw) -> list[Answered]:
    """Every answer in `raw` (question code to list of strings) to the questions of `category`.

    Raises InvalidAnswers with one message per question that is unanswered or makes no sense.
    """
    given, problems = [], {}
    for question in get_questions(category):
        try:
            answer = _validate_answer(
                question, [value for value in raw.get(question.code, []) if value]
            )
        except InvalidInput as problem:
            problems[question.code] = problem.message
            continue
        if answer:
            given.append(answer)
    if problems:
        raise InvalidAnswers(problems)
    return given


class InvalidAnswers(InvalidInput):
    """`problems` maps a question's code to what is wrong, in the person's words."""

    def __init__(self, problems) -> None:
        super().__init__("answers", next(iter(problems.values())))
        self.problems = problems


def _validate_answer(question, values) -> Answered | None:
    if not values:
        if question.is_required:
            raise InvalidInput(
                question.code, _("Please answer: %(label)s") % {"label": translated(question.label)}
            )
        return None
    if question.datatype in CHOICE_DATATYPES:
        return _validate_choices(question, values)
    text = values[0].strip()
    _validate_text(question, text)
    return Answered(question, [text], text)


def _validate_choices(question, values) -> Answered:
    if question.datatype == "singlevaluelist" and len(values) > 1:
        raise InvalidInput(question.code, _("Please choose one answer."))
    by_key = {choice.key: choice for choice in question.choices.all() if choice.is_active}
    if unknown := [value for value in values if value not in by_key]:
        raise InvalidInput(
            question.code, _("“%(value)s” isn't one of the answers.") % {"value": unknown[0][:40]}
        )
    chosen = tuple(by_key[value] for value in dict.fromkeys(values))
    return Answered(question, [c.key for c in chosen], ", ".join(c.label for c in chosen), chosen)


def _validate_text(question, text) -> None:
    if len(text) > 1000:
        raise InvalidInput(question.code, _("Please keep this under 1,000 characters."))
    if question.datatype == "number" and not re.fullmatch(r"-?[0-9]{1,12}([.][0-9]{1,6})?", text):
        raise InvalidInput(question.code, _("Please enter a number, such as 12."))
    if question.datatype == "datetime":
        try:
            typed_day(text[:10])
        except NoDay as error:
            raise InvalidInput(
                question.code, _("Please enter a date, such as 11/30/2026.")
            ) from error
