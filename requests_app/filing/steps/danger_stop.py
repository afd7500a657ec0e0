"""The page that interrupts a report whose text names a danger: whom to call, and how to continue.

A report is never refused for its words. If the person says that nobody is in danger, the draft
stores the kinds of danger named, and does not stop for these again. The form's data are saved
before, or carried along by the page.
"""

from django.http import HttpResponse

from city import danger
from city.models import Question
from lib.http import list_form_values
from requests_app.actions.danger_warning import DISMISSED_FIELD
from requests_app.filing import questions
from requests_app.filing.steps.sequence import Step, render_step
from requests_app.models import Draft

_MAX_TEXT_LENGTH = 5000  # characters of one text that are searched


def render_danger_stop(
    request, step: Step, draft: Draft, *texts: str | None
) -> HttpResponse | None:
    """Return the page (422) that asks about a danger named in `texts`, or None to continue.

    Dangers that the form denies are saved in the draft first, and denied dangers are ignored.
    """
    _save_denied_dangers(draft, request.POST.get(DISMISSED_FIELD, ""))
    searched = [text[:_MAX_TEXT_LENGTH] for text in texts if text]
    found = danger.find_advice(*searched, denied_kinds=draft.no_danger)
    if found is None:
        return None
    context = {
        "danger": found,
        "hidden_fields": [pair for pair in list_form_values(request) if pair[0] != DISMISSED_FIELD],
    }
    return render_step(
        request, step, draft, context, template="requests_app/filing/danger.html", status=422
    )


def _save_denied_dangers(draft: Draft, kinds: str) -> None:
    """Add the danger kinds in `kinds` (separated by spaces) to the draft; ignore unknown ones."""
    denied = set(kinds.split()) & set(danger.list_kinds()) - set(draft.no_danger)
    if denied:
        draft.no_danger = [*draft.no_danger, *sorted(denied)]
        draft.save(update_fields=["no_danger"])


def list_typed_texts(draft: Draft) -> list[str]:
    """Return all free texts of the draft: description, location and answers without choices.

    Empty texts are included.
    """
    questions_of_text = Question.objects.filter(category=draft.category_id).exclude(
        datatype__in=questions.CHOICE_DATATYPES
    )
    codes = questions_of_text.values_list("code", flat=True)
    answers = [value for code in codes for value in draft.answers.get(code, [])]
    return [draft.description, draft.location_note, draft.location_text, *answers]
