"""Forms of the steps of a report, and the inputs of a category's questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from city import cache
from city.coordinates import BadCoordinate, parse_point
from city.models import Category, Choice, Question
from lib.text import CleanTextField, EmailField, PhoneField, clean_text
from requests_app.filing.questions import get_questions


@cache.cache_per_version
def reportable_categories() -> dict[str, Category]:
    """Return the categories that can be reported today, by service code."""
    return {category.service_code: category for category in Category.objects.offered()}


class CategoryForm(forms.Form):
    """Form of the category step. The cleaned `category` is a Category that can be reported."""

    q = CleanTextField(max_length=200, required=False)
    category = CleanTextField(
        max_length=60, error_messages={"required": _("Choose what it is, so that we can help.")}
    )

    def clean_category(self) -> Category:
        """Return the Category. Raise ValidationError if it cannot be reported today."""
        code = self.cleaned_data["category"]
        category = reportable_categories().get(code)
        if category is None:
            raise ValidationError(
                _("You can't report this here anymore. Please choose another option.")
            )
        return category


class LocationForm(forms.Form):
    """Form of the location step.

    The cleaned `point` is (latitude, longitude) as Decimals in degrees WGS 84, or None.
    """

    latitude = CleanTextField(max_length=40, required=False)
    longitude = CleanTextField(max_length=40, required=False)
    text = CleanTextField(max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Set `point` to (latitude, longitude), or to None if both are empty or malformed.

        Malformed coordinates are an error of `text`.
        """
        super().clean()
        given = self.cleaned_data
        given["point"] = None
        if not self.errors and (given["latitude"] or given["longitude"]):
            try:
                given["point"] = parse_point(given["latitude"], given["longitude"])
            except BadCoordinate as problem:
                self.add_error("text", str(problem))
        return given


class DetailsForm(forms.Form):
    """Form of the details step, without the category's questions; all fields are optional."""

    description = CleanTextField(max_length=2000, multiline=True, required=False)
    location_note = CleanTextField(max_length=200, required=False)
    name = CleanTextField(max_length=120, required=False)
    email = EmailField(required=False)
    phone = PhoneField(required=False)


@dataclass(frozen=True)
class AnswerOption:
    """A choice of a question, and whether the person has chosen it."""

    choice: Choice
    is_chosen: bool


@dataclass(frozen=True)
class QuestionInput:
    """A question as the form shows it: with its options, the text given and the error message.

    `text` and `problem` are "" for none; `options` are empty for a question without choices.
    """

    question: Question
    options: tuple[AnswerOption, ...]
    text: str
    problem: str

    @property
    def name(self) -> str:
        """The name of the question's controls, with which their ids begin."""
        return question_field_name(self.question)

    @property
    def control_type(self) -> str:
        """The kind of control: radio, checkbox, textarea, text, number or date."""
        return _CONTROL_TYPES[self.question.datatype]

    @property
    def anchor_id(self) -> str:
        """The id of the question's first control, such as "answer-color-red" or "answer-size"."""
        return f"{self.name}-{self.options[0].choice.key}" if self.options else self.name


_CONTROL_TYPES: dict[str, str] = {
    Question.Datatype.SINGLE: "radio",
    Question.Datatype.MULTIPLE: "checkbox",
    Question.Datatype.TEXT: "textarea",
    Question.Datatype.STRING: "text",
    Question.Datatype.NUMBER: "number",
    Question.Datatype.DATETIME: "date",
}


def question_field_name(question: Question) -> str:
    """Return the name of the question's inputs in the form, such as "answer-color"."""
    return f"answer-{question.code}"


def build_question_inputs(
    category: Category, answers: Mapping[str, list[str]], problems: Mapping[str, str]
) -> list[QuestionInput]:
    """Return the inputs of the category's questions, in order.

    `answers` and `problems` are the values and the error message by question code.
    """
    return [
        _build_question_input(
            question, answers.get(question.code, []), problems.get(question.code, "")
        )
        for question in get_questions(category)
    ]


def blank_question_inputs() -> dict[str, list[QuestionInput]]:
    """Return unanswered inputs by service code, for the reportable categories with questions."""
    every = {
        code: build_question_inputs(category, {}, {})
        for code, category in reportable_categories().items()
    }
    return {code: questions for code, questions in every.items() if questions}


def _build_question_input(question: Question, values: list[str], problem: str) -> QuestionInput:
    """Return the input with the active choices; its `text` is the first of `values`, or ""."""
    choices = [choice for choice in question.choices.all() if choice.is_active]
    offers = tuple(AnswerOption(choice, choice.key in values) for choice in choices)
    return QuestionInput(question, offers, values[0] if values else "", problem)


def parse_answers(category: Category, posted: QueryDict) -> dict[str, list[str]]:
    """Return the answers in a submitted form by question code, without blank values.

    Each question of the category is a key, with [] if it was not answered. The values are cleaned
    text but not validated (`questions.validate_answers`).
    """
    found = {
        question.code: [
            clean_text(value) for value in posted.getlist(question_field_name(question))
        ]
        for question in get_questions(category)
    }
    return {code: [value for value in values if value] for code, values in found.items()}
