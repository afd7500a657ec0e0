"""The page that comes where the words tell of danger: whom to call, and a link to go on.

A report is never refused for its words. Who says that no one is in danger is not asked again about
any kind of danger that the words told of then, as long as the draft lives. What was typed is kept
before, or comes again.
"""

from django.http import HttpResponse

from city import danger
from lib.http import typed_in
from requests_app.actions.danger_stop import DISMISSED_FIELD
from requests_app.filing import questions
from requests_app.filing.steps.sequence import render_step

_MAX_TEXT_LENGTH = 5000  # characters of one text that are looked at


def render_danger_stop(request, step, draft, *texts) -> HttpResponse | None:
    """The page that stops here, or None to go on. `texts` is what people typed, or None."""
    _save_denied_dangers(draft, request.POST.get(DISMISSED_FIELD, ""))
    found = danger.stop(
        *(text[:_MAX_TEXT_LENGTH] for text in texts if text), besides=draft.no_danger
    )
    if found is None:
        return None
    context = {
        "danger": found,
        "again": [pair for pair in typed_in(request) if pair[0] != DISMISSED_FIELD],
    }
    return render_step(
        request, step, draft, context, template="requests_app/filing/danger.html", status=422
    )


def _save_denied_dangers(draft, kinds) -> None:
    denied = set(kinds.split()) & set(danger.kinds()) - set(draft.no_danger)
    if denied:
        draft.no_danger = [*draft.no_danger, *sorted(denied)]
        draft.save(update_fields=["no_danger"])


def list_typed_texts(draft) -> list[str]:
    """Everything the draft says in somebody's own words."""
    asked = draft.category.questions.exclude(datatype__in=questions.CHOICE_DATATYPES)
    codes = asked.values_list("code", flat=True)
    answers = [value for code in codes for value in draft.answers.get(code, [])]
    return [draft.description, draft.location_note, draft.location_text, *answers]
