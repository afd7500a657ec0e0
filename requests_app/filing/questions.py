"""The questions of a category, and the validation of answers to them."""

import re
from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from city import cache
from city.models import Category, Question
from city.translation import translate
from lib.days import InvalidDay, parse_day
from requests_app.errors import InvalidInput
from requests_app.models.answer import GivenAnswer

CHOICE_DATATYPES = {"singlevaluelist", "multivaluelist"}


def get_questions(category: Category) -> list[Question]:
    """Return the active questions of `category` in order; [] if it has none.

    The list is cached and shared by the process, so it is read-only. The choices and their agencies
    are prefetched.
    """
    return _questions_by_category().get(category.pk, [])


@cache.cache_per_version
def _questions_by_category() -> dict[int, list[Question]]:
    """Return the active questions in order, by category id, for categories that have any."""
    found: defaultdict[int, list[Question]] = defaultdict(list)
    for question in Question.objects.active().prefetch_related("choices__agency"):
        found[question.category_id].append(question)
    return dict(found)


def validate_answers(category: Category, raw: Mapping[str, list[str]]) -> list[GivenAnswer]:
    """Return the answers in `raw` (question code to values), in the order of the questions.

    Blank values and codes of other questions are ignored. Raise InvalidAnswers, with all errors, if
    a required answer is missing or an answer is invalid.
    """
    given: list[GivenAnswer] = []
    problems: dict[str, str] = {}
    for question in get_questions(category):
        try:
            answer = _validate_answer(
                question, [value for value in raw.get(question.code, []) if value]
            )
        except InvalidInput as problem:
            problems[question.code] = str(problem.message)
            continue
        if answer:
            given.append(answer)
    if problems:
        raise InvalidAnswers(problems)
    return given


class InvalidAnswers(InvalidInput):
    """Missing or invalid answers. `problems` maps question codes to translated messages."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("answers", next(iter(problems.values())))
        self.problems = problems


def _validate_answer(question: Question, values: list[str]) -> GivenAnswer | None:
    """Return the answer, or None for no values.

    Raise InvalidInput, with the question's code as `field`, for an invalid answer or a missing one
    that is required.
    """
    if not values:
        if question.is_required:
            raise InvalidInput(
                question.code, _("Please answer: %(label)s") % {"label": translate(question.label)}
            )
        return None
    if question.datatype in CHOICE_DATATYPES:
        return _validate_choices(question, values)
    text = values[0].strip()
    _validate_text(question, text)
    return GivenAnswer(question, [text], text)


def _validate_choices(question: Question, values: list[str]) -> GivenAnswer:
    """Return the answer with the choices whose keys are `values`, each once.

    Raise InvalidInput if a key is unknown, or several are given where one is allowed.
    """
    if question.datatype == "singlevaluelist" and len(values) > 1:
        raise InvalidInput(question.code, _("Please choose one answer."))
    by_key = {choice.key: choice for choice in question.choices.all() if choice.is_active}
    if unknown := [value for value in values if value not in by_key]:
        raise InvalidInput(
            question.code, _("“%(value)s” isn't one of the answers.") % {"value": unknown[0][:40]}
        )
    chosen = tuple(by_key[value] for value in dict.fromkeys(values))
    return GivenAnswer(
        question, [c.key for c in chosen], ", ".join(c.label for c in chosen), chosen
    )


def _validate_text(question: Question, text: str) -> None:
    """Raise InvalidInput if `text` exceeds 1,000 characters, or is no number or date as asked.

    The code of the question is the `field` of the error. A number has up to 12 digits and 6
    decimals. A date is what `parse_day` reads in the first ten characters: 2026-11-30 or
    11/30/2026.
    """
    if len(text) > 1000:
        raise InvalidInput(question.code, _("Please keep this under 1,000 characters."))
    if question.datatype == "number" and not re.fullmatch(r"-?[0-9]{1,12}([.][0-9]{1,6})?", text):
        raise InvalidInput(question.code, _("Please enter a number, such as 12."))
    if question.datatype == "datetime":
        try:
            parse_day(text[:10])
        except InvalidDay as error:
            raise InvalidInput(
                question.code, _("Please enter a date, such as 11/30/2026.")
            ) from error
