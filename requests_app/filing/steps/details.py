"""Step 3: the category's questions, words for the crew, and how to reach the reporter."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from city import danger
from lib.http import own_page, page_with_form
from requests_app.actions.forms import list_form_errors
from requests_app.filing import drafts, questions
from requests_app.filing.forms import DetailsForm, build_question_inputs, parse_answers
from requests_app.filing.steps import danger_stop
from requests_app.filing.steps.sequence import (
    DETAILS_STEP,
    DUPLICATES_STEP,
    LOCATION_STEP,
    REVIEW_STEP,
    find_draft,
    redirect_to_needed_step,
    render_step,
)
from requests_app.personal_data import hints

_COLUMNS = tuple(DetailsForm.base_fields)


@page_with_form
@own_page
def details_step(request, draft_id) -> HttpResponse:
    draft = find_draft(request, draft_id)
    if elsewhere := redirect_to_needed_step(draft, draft_id, DETAILS_STEP):
        return elsewhere
    if request.method == "POST":
        return _process_form(request, draft)
    form = DetailsForm(initial={column: getattr(draft, column) for column in _COLUMNS})
    return _render_page(request, draft, form, draft.answers)


def _process_form(request, draft) -> HttpResponse:
    form = DetailsForm(_apply_text_removals(request.POST))
    answers = parse_answers(draft.category, request.POST)
    given, problems = check_answers(draft.category, answers)
    if problems or not form.is_valid():
        return _render_page(request, draft, form, answers, problems)
    stop = next((answer.stop for answer in given if answer.stop), None)
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


def _apply_text_removals(posted) -> QueryDict:
    """The form as it was sent, and where a button said so, without what it names."""
    words = {field: posted.get(field, "") for field in hints.REPORT_FIELDS}
    changed = posted.copy()
    left = hints.taken_out(posted.get("take_out", ""), words, posted.get("name", ""))
    for field, text in left.items():
        changed[field] = text
    return changed


def check_answers(category, answers) -> tuple[list, dict]:
    """What the answers mean, and what is wrong with them by question code."""
    try:
        return questions.validate_answers(category, answers), {}
    except questions.InvalidAnswers as invalid:
        return [], invalid.problems


def build_details_changes(answers, words, *, is_done) -> dict:
    """What changes with the answers and the words of this step."""
    words = {column: words[column] for column in _COLUMNS}
    return words | {"answers": answers, "details_done": is_done}


def _render_page(request, draft, form, answers, problems=None) -> HttpResponse:
    questions_asked = build_question_inputs(draft.category, answers, problems or {})
    words = {field: form[field].value() for field in hints.REPORT_FIELDS}
    summary = [(each.anchor_id, each.problem) for each in questions_asked if each.problem]
    context = {
        "blank": danger.blank_advice(),
        "danger_words": danger.address(),
        "back": (DUPLICATES_STEP if draft.not_these else LOCATION_STEP).url(draft.pk),
        "form": form,
        "questions": questions_asked,
        "personal": hints.of_report(draft.category, words, form["name"].value() or ""),
        "problems": summary + list_form_errors(form),
    }
    return render_step(request, DETAILS_STEP, draft, context)
