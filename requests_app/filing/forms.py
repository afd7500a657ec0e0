"""What a resident types on the way to a request, one form per step."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from city import cache
from city.coordinates import BadCoordinate, parse_point
from city.models import Category, Choice, Question
from lib.text import EmailField, PhoneField, Words, clean
from requests_app.filing.questions import get_questions


@cache.remembered
def reportable_categories() -> dict[str, Category]:
    """What can be reported today, by its service code."""
    return {category.service_code: category for category in Category.objects.offered()}


class CategoryForm(forms.Form):
    """`category` becomes a Category that can be reported today."""

    q = Words(max_length=200, required=False)
    category = Words(
        max_length=60, error_messages={"required": _("Choose what it is, so that we can help.")}
    )

    def clean_category(self) -> Category:
        code = self.cleaned_data["category"]
        category = reportable_categories().get(code)
        if category is None:
            raise ValidationError(
                _("You can't report this here anymore. Please choose another option.")
            )
        return category


class LocationForm(forms.Form):
    """`point` is (latitude, longitude) as Decimals in degrees WGS 84, or None without any."""

    latitude = Words(max_length=40, required=False)
    longitude = Words(max_length=40, required=False)
    text = Words(max_length=200, required=False)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        given["point"] = None
        if not self.errors and (given["latitude"] or given["longitude"]):
            try:
                given["point"] = parse_point(given["latitude"], given["longitude"])
            except BadCoordinate as problem:
                self.add_error("text", str(problem))
        return given


class DetailsForm(forms.Form):
    """Everything beside the category's own questions; nothing of it must be given."""

    description = Words(max_length=2000, multiline=True, required=False)
    location_note = Words(max_length=200, required=False)
    name = Words(max_length=120, required=False)
    email = EmailField(required=False)
    phone = PhoneField(required=False)


@dataclass(frozen=True)
class AnswerOption:
    """One choice, and whether it is chosen at the moment."""

    choice: Choice
    is_chosen: bool


@dataclass(frozen=True)
class QuestionInput:
    """One question with what was answered so far, and what is wrong with that."""

    question: Question
    options: tuple[AnswerOption, ...]
    text: str
    problem: str

    @property
    def name(self) -> str:
        """Of its controls, and the beginning of their ids."""
        return question_field_name(self.question)

    @property
    def control_type(self) -> str:
        """`radio`, `checkbox`, `textarea` or a type of input."""
        return _CONTROLS[self.question.datatype]

    @property
    def anchor_id(self) -> str:
        """The id of the control that a link to this question goes to."""
        return f"{self.name}-{self.options[0].choice.key}" if self.options else self.name


_CONTROLS = {
    Question.Datatype.SINGLE: "radio",
    Question.Datatype.MULTIPLE: "checkbox",
    Question.Datatype.TEXT: "textarea",
    Question.Datatype.STRING: "text",
    Question.Datatype.NUMBER: "number",
    Question.Datatype.DATETIME: "date",
}


def question_field_name(question) -> str:
    return f"answer-{question.code}"


def build_question_inputs(category, answers, problems) -> list[QuestionInput]:
    """The category's questions with `answers` (code to list) and `problems` (code to text)."""
    return [
        _build_question_input(
            question, answers.get(question.code, []), problems.get(question.code, "")
        )
        for question in get_questions(category)
    ]


def blank_question_inputs() -> dict[str, list[QuestionInput]]:
    """The questions of every category that can be reported today, by service code."""
    every = {
        code: build_question_inputs(category, {}, {})
        for code, category in reportable_categories().items()
    }
    return {code: questions for code, questions in every.items() if questions}


def _build_question_input(question, values, problem) -> QuestionInput:
    choices = [choice for choice in question.choices.all() if choice.is_active]
    offers = tuple(AnswerOption(choice, choice.key in values) for choice in choices)
    return QuestionInput(question, offers, values[0] if values else "", problem)


def parse_answers(category, posted) -> dict[str, list[str]]:
    """The answers in a submitted form (a QueryDict), cleaned, by question code."""
    found = {
        question.code: [clean(value) for value in posted.getlist(question_field_name(question))]
        for question in get_questions(category)
    }
    return {code: [value for value in values if value] for code, values in found.items()}
