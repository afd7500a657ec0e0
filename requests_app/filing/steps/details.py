"""Step 3 of a report: the category's questions, a description and the reporter's contact data."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from city import danger
from city.models import Category
from lib.http import private_page, require_get_or_post
from requests_app.actions.forms import list_form_errors
from requests_app.filing import drafts, questions
from requests_app.filing.forms import DetailsForm, build_question_inputs, parse_answers
from requests_app.filing.steps import danger_stop
from requests_app.filing.steps.sequence import (
    DETAILS_STEP,
    DUPLICATES_STEP,
    LOCATION_STEP,
    REVIEW_STEP,
    render_step,
    require_steps_before,
)
from requests_app.models import Draft
from requests_app.models.answer import GivenAnswer
from requests_app.personal_data import hints

_COLUMNS = tuple(DetailsForm.base_fields)


@require_get_or_post
@private_page
@require_steps_before(DETAILS_STEP)
def details_step(request, draft: Draft) -> HttpResponse:
    """Show the form with what the draft has; on POST, save it and redirect to the review.

    An invalid form, an answer that ends the report, and a danger in the text are a 422.
    """
    if request.method == "POST":
        return _process_form(request, draft)
    form = DetailsForm(initial={column: getattr(draft, column) for column in _COLUMNS})
    return _render_page(request, draft, form, draft.answers)


def _process_form(request, draft) -> HttpResponse:
    """Save the form if it is valid; then go to the review step, or stop for an answer or a danger.

    Return the form with errors (422); the page of an answer whose choice says that the city does
    not handle this (422); or the page of a danger in the text (422). The button "take_out" removes
    personal data, saves, and redirects to this step.
    """
    form = DetailsForm(_apply_text_removals(request.POST))
    answers = parse_answers(draft.category, request.POST)
    checked = check_answers(draft.category, answers)
    if checked.problems or not form.is_valid():
        return _render_page(request, draft, form, answers, checked.problems)
    stop = next((answer.stop_choice for answer in checked.answers if answer.stop_choice), None)
    drafts.save_columns(
        draft, build_details_changes(answers, form.cleaned_data, is_done=stop is None)
    )
    if "take_out" in request.POST:
        return redirect(DETAILS_STEP.url(draft.pk, fragment="id_description"))
    if stop:
        template = "requests_app/filing/stop.html"
        return render_step(
            request, DETAILS_STEP, draft, {"stop": stop}, template=template, status=422
        )
    halt = danger_stop.render_danger_stop(
        request, DETAILS_STEP, draft, *danger_stop.list_typed_texts(draft)
    )
    return halt or redirect(REVIEW_STEP.url(draft.pk))


def _apply_text_removals(posted: QueryDict) -> QueryDict:
    """Return a copy of the form without the personal data that the pressed button removes.

    Without the button "take_out" the copy is the same.
    """
    words = {field: posted.get(field, "") for field in hints.REPORT_FIELDS}
    changed = posted.copy()
    left = hints.remove_flagged_text(posted.get("take_out", ""), words, posted.get("name", ""))
    for field, text in left.items():
        changed[field] = text
    return changed


class CheckedAnswers(NamedTuple):
    """Validated answers, [] if one is invalid; error messages by question code, {} for none."""

    answers: list[GivenAnswer]
    problems: dict[str, str]


def check_answers(category: Category, answers: Mapping[str, list[str]]) -> CheckedAnswers:
    """Return the valid answers, or else [] with the errors; raise nothing."""
    try:
        return CheckedAnswers(questions.validate_answers(category, answers), {})
    except questions.InvalidAnswers as invalid:
        return CheckedAnswers([], invalid.problems)


def build_details_changes(
    answers: dict[str, list[str]], words: Mapping[str, str], *, is_done: bool
) -> dict[str, object]:
    """Return the draft's columns to change: the texts in `words`, the answers and `details_done`.

    `words` has a text for each field of DetailsForm; other keys are ignored.
    """
    texts = {column: words[column] for column in _COLUMNS}
    return texts | {"answers": answers, "details_done": is_done}


def _render_page(
    request,
    draft,
    form: DetailsForm,
    answers: dict[str, list[str]],
    problems: Mapping[str, str] = MappingProxyType({}),
) -> HttpResponse:
    """Return the page of the form; the status is 422 if the form or an answer has an error."""
    inputs = build_question_inputs(draft.category, answers, problems)
    words = {field: form[field].value() for field in hints.REPORT_FIELDS}
    summary = [(each.anchor_id, each.problem) for each in inputs if each.problem]
    context = {
        "blank_advice": danger.blank_advice(),
        "danger_table_url": danger.table_url(),
        "back": (DUPLICATES_STEP if draft.not_these else LOCATION_STEP).url(draft.pk),
        "form": form,
        "questions": inputs,
        "personal": hints.build_report_hints(draft.category, words, form["name"].value() or ""),
        "problems": summary + list_form_errors(form),
    }
    return render_step(request, DETAILS_STEP, draft, context)
