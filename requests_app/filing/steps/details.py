"""Step 3: the category's questions, words for the crew, and how to reach the reporter."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from city import danger
from lib.http import own_page, page_with_form
from requests_app.actions.forms import problems_of
from requests_app.filing import drafts, questions
from requests_app.filing.forms import DetailsForm, answers_in, asked
from requests_app.filing.steps import danger_stop
from requests_app.filing.steps.sequence import (
    CHECK,
    DETAILS,
    SAME,
    WHERE,
    find,
    page,
    redirect_elsewhere,
)
from requests_app.personal_data import hints

_COLUMNS = tuple(DetailsForm.base_fields)


@page_with_form
@own_page
def details(request, draft_id) -> HttpResponse:
    draft = find(request, draft_id)
    if elsewhere := redirect_elsewhere(draft, draft_id, DETAILS):
        return elsewhere
    if request.method == "POST":
        return _save(request, draft)
    form = DetailsForm(initial={column: getattr(draft, column) for column in _COLUMNS})
    return _page(request, draft, form, draft.answers)


def _save(request, draft) -> HttpResponse:
    form = DetailsForm(_without_what_was_taken_out(request.POST))
    answers = answers_in(draft.category, request.POST)
    given, problems = checked(draft.category, answers)
    if problems or not form.is_valid():
        return _page(request, draft, form, answers, problems)
    stop = next((answer.stop for answer in given if answer.stop), None)
    drafts.change(draft, told(answers, form.cleaned_data, is_done=stop is None))
    if "take_out" in request.POST:
        return redirect(DETAILS.url(draft.pk, fragment="id_description"))
    if stop:
        template = "requests_app/filing/stop.html"
        return page(request, DETAILS, draft, {"stop": stop}, template=template, status=422)
    halt = danger_stop.stop(request, DETAILS, draft, *danger_stop.texts_of(draft))
    return halt or redirect(CHECK.url(draft.pk))


def _without_what_was_taken_out(posted) -> QueryDict:
    """The form as it was sent, and where a button said so, without what it names."""
    words = {field: posted.get(field, "") for field in hints.REPORT_FIELDS}
    changed = posted.copy()
    left = hints.taken_out(posted.get("take_out", ""), words, posted.get("name", ""))
    for field, text in left.items():
        changed[field] = text
    return changed


def checked(category, answers) -> tuple[list, dict]:
    """What the answers mean, and what is wrong with them by question code."""
    try:
        return questions.check(category, answers), {}
    except questions.InvalidAnswers as invalid:
        return [], invalid.problems


def told(answers, words, *, is_done) -> dict:
    """What changes with the answers and the words of this step."""
    words = {column: words[column] for column in _COLUMNS}
    return words | {"answers": answers, "details_done": is_done}


def _page(request, draft, form, answers, problems=None) -> HttpResponse:
    questions_asked = asked(draft.category, answers, problems or {})
    words = {field: form[field].value() for field in hints.REPORT_FIELDS}
    summary = [(each.anchor, each.problem) for each in questions_asked if each.problem]
    context = {
        "blank": danger.blank_advice(),
        "danger_words": danger.table_url(),
        "back": (SAME if draft.not_these else WHERE).url(draft.pk),
        "form": form,
        "questions": questions_asked,
        "personal": hints.of_report(draft.category, words, form["name"].value() or ""),
        "problems": summary + problems_of(form),
    }
    return page(request, DETAILS, draft, context)
