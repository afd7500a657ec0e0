"""The form of a drafted rule, with select boxes and checks for contradictions."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib.lazy_text import LazyText
from routing.models import DraftedRule
from routing.models.conditions import choices_in_use, format_choice, offered_choices

HELP_TEXTS = {
    "category": gettext_lazy("Only requests of this category."),
    "group": gettext_lazy("Or of any category of this group."),
    "zone": gettext_lazy("Only where the pin is in this area."),
    "priority": gettext_lazy("Priority set by the answers in the report."),
    "channel": gettext_lazy("How it came in: the web, the desk, the API."),
    "from_time": gettext_lazy("When the rule starts, in the city's time zone."),
    "to_time": gettext_lazy("When it stops; earlier than “From” means the next morning."),
    "department": gettext_lazy("Who gets the request."),
    "mode": gettext_lazy(
        "A suggestion waits for an agent to press Enter. Automatic routing does not."
    ),
    "draft": gettext_lazy("The draft it belongs to."),
}
_EMPTY_LABELS = {
    "category": gettext_lazy("any category"),
    "group": gettext_lazy("any group"),
    "zone": gettext_lazy("any area"),
    "priority": gettext_lazy("any priority"),
    "channel": gettext_lazy("any channel"),
}


class DraftedRuleForm(forms.ModelForm):
    """Form of a drafted rule. `answered` is “question=answer”."""

    answered = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        required=False,
        help_text=gettext_lazy("One answer to one question of the category it's about."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekdays"),
        coerce=int,
        required=False,
        choices=list(WEEKDAYS_ABBR.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "When the rule applies, in the city's time zone. Blank means always. Hours can "
            "cross midnight: Saturday 22:00 to 06:00 ends on Sunday morning."
        ),
    )

    class Meta:
        model = DraftedRule
        fields: list[str] = []  # the ModelAdmin sets the fields that it shows
        help_texts = HELP_TEXTS
        widgets = dict.fromkeys(
            ["from_time", "to_time"], forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # For users who may only read, the form has no fields.
        for name in self.fields.keys() & _EMPTY_LABELS.keys():
            _set_empty_label(self.fields[name], _EMPTY_LABELS[name])
        self.initial["answered"] = _format_pair(self.instance.question, self.instance.answer)
        answered = self.fields["answered"]
        if isinstance(answered, forms.ChoiceField):
            answered.choices = _list_answer_choices(self.instance)

    def clean_weekdays(self) -> list:
        """Return the weekdays as sorted numbers (Monday is 0)."""
        return sorted(self.cleaned_data["weekdays"])

    def clean(self) -> dict[str, Any]:
        """Set the instance's question and answer, and add an error for conditions that contradict.

        Errors are a category together with a group, an answer that is not offered, incomplete
        hours, and conditions that can never hold together. Return `cleaned_data`.
        """
        super().clean()
        given = self.cleaned_data
        question, _equals, answer = given.get("answered", "").partition("=")
        self.instance.question, self.instance.answer = question, answer
        rule = DraftedRule(
            question=question,
            answer=answer,
            category=given.get("category"),
            group=given.get("group"),
            priority=given.get("priority", ""),
            channel=given.get("channel", ""),
        )
        if rule.category and rule.group:
            self.add_error("group", _("Choose a category or a group of them, not both."))
        elif question and not rule.is_answer_offered:
            self._add_answer_error(rule)
        self._check_hours(given)
        if not self.errors and rule.contradiction:
            self.add_error(None, _("This rule would never apply. %s") % rule.contradiction)
        return given

    def _add_answer_error(self, rule: DraftedRule) -> None:
        """Add the error that the rule's category does not offer its answer, and say which do."""
        names = ", ".join(
            offering.name
            for offering, _choice in offered_choices().get((rule.question, rule.answer), [])
        )
        words = _("%(what)s doesn't offer this answer. It's offered by: %(by)s.") % {
            "what": rule.category or rule.group or _("The city"),
            "by": names or _("no category"),
        }
        self.add_error("answered", words)

    def _check_hours(self, given: dict[str, Any]) -> None:
        """Add an error if one of the two hours is missing, or both are equal.

        Nothing is checked if one of them could not be read.
        """
        if {"from_time", "to_time"} - set(given):
            return  # an hour that cannot be read has its own error
        beginning, end = given["from_time"], given["to_time"]
        if (beginning is None) != (end is None):
            missing = "from_time" if beginning is None else "to_time"
            self.add_error(missing, _("Hours need a beginning and an end."))
        elif beginning is not None and beginning == end:
            self.add_error("to_time", _("It ends when it begins. Leave both empty for all day."))


def _set_empty_label(field: forms.Field, words: LazyText) -> None:
    """Set the label of the empty choice of `field`, such as “any category”."""
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = words
    elif isinstance(field, forms.ChoiceField):
        # The stubs declare the type for assigning `choices`, not for reading it.
        pairs: Iterable[tuple[Any, Any]] = field.choices  # type: ignore[assignment]
        field.choices = [("", words), *(pair for pair in pairs if pair[0])]


def _format_pair(question: str, answer: str) -> str:
    """Return “question=answer”, a value of the field `answered`; empty without a question."""
    return f"{question}={answer}" if question else ""


def _list_answer_choices(rule: DraftedRule) -> list:
    """Return the choices of the field `answered`, grouped: (category name, [(value, label), …]).

    The first choice is empty. The rule's current answer follows if no category offers it any more.
    """
    in_order = choices_in_use().order_by(
        "question__category__name", "question__category", "question__position", "position", "pk"
    )
    found: list[tuple[str, str | list[tuple[str, str]]]] = [
        (
            category.name,
            [(_format_pair(row.question.code, row.key), format_choice(row)) for row in offered],
        )
        for category, offered in groupby(in_order, lambda row: row.question.category)
    ]
    if rule.question_and_answer and rule.question_and_answer not in offered_choices():
        found.insert(0, (_format_pair(*rule.question_and_answer), rule.answer_label))
    return [("", _("any answer")), *found]
