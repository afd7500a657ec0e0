"""A report that waited on a phone for the network: everything at once, with the key it began with.

The page of each step is for people; this is for the phone, which asks again until it hears an
answer. The same draft sent again is the same request, also where only the answer was lost. Other
words with the key of a request that was filed are refused: they would be lost without a word.
"""

import hashlib
import json

from django.db import transaction
from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from city import danger
from lib.http import own_page
from requests_app.errors import InvalidInput
from requests_app.filing import challenge, drafts
from requests_app.filing.forms import DetailsForm, WhatForm, WhereForm, answers_in
from requests_app.filing.place import find_place
from requests_app.filing.steps import category, details, location
from requests_app.filing.steps.review import STEP_OF
from requests_app.filing.steps.sequence import (
    CHECK,
    DETAILS,
    WHAT,
    WHERE,
    begin_locked,
    for_a_script,
)
from requests_app.models import AccessLink


@require_POST
@own_page
@for_a_script
def delivery(request, draft_id) -> JsonResponse:
    """201 with the reference, or 422 with the step that needs the person, and what is wrong there.

    What is given replaces what the draft holds, step by step; a step of which nothing is given
    stays as it is. What is right is kept whatever is wrong with the rest. 428 while very many come
    in: the challenge is to be solved, and everything sent again with the solution.
    """
    digest = _digest(request.POST)
    with transaction.atomic():
        draft = begin_locked(request, draft_id)
        if draft.corrects_id:
            raise Http404  # a correction is sent from its page alone
        try:
            held_for = "" if draft.service_request_id else challenge.suspicion(request, draft)
        except challenge.Wanted:
            return JsonResponse({"challenge": challenge.challenge_for(draft)}, status=428)
        if _is_another(draft, digest):
            return _refused(draft)
        step, problems = _deliver(draft, request.POST, held_for, digest)
        if problems:
            answer = {"step": step.name, "then": step.url(draft.pk), "problems": problems}
            return JsonResponse(answer, status=422)
        AccessLink.prepare(draft.pk, service_request=draft.service_request)
    challenge.count(request, draft)
    return _sent(draft)


def _sent(draft) -> JsonResponse:
    service_request = draft.service_request
    answer = {
        "reference": service_request.reference,
        "then": reverse("report_sent", args=[draft.pk]),
    }
    if advice := danger.advice_for_kind(service_request.danger):  # nothing was stopped for it
        answer["danger"] = advice.text
    return JsonResponse(answer, status=201)


_NOT_SAID = {"csrfmiddlewaretoken", challenge.TRAP, challenge.CHALLENGE, challenge.SOLUTION}


def _digest(posted) -> str:
    """Of all that is given, in whatever order; blank for nothing, which is no other words."""
    given = {name: values for name, values in posted.lists() if name not in _NOT_SAID}
    whole = json.dumps(given, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest() if given else ""


def _is_another(draft, digest) -> bool:
    before = draft.delivered_digest
    return bool(draft.service_request_id and before and digest and before != digest)


def _refused(draft) -> JsonResponse:
    sent = _("You already sent this report as %(reference)s. Your later changes weren't added.")
    problem = sent % {"reference": draft.service_request.reference}
    then = reverse("report_sent", args=[draft.pk])
    return JsonResponse({"step": CHECK.name, "then": then, "problems": [problem]}, status=422)


def _deliver(draft, posted, held_for, digest) -> tuple[str, list[str]]:
    """Keep what is given and send it: the first step that needs another look, and why."""
    is_sent = bool(draft.service_request_id)
    step, problems = (None, []) if is_sent else _take(draft, posted)
    if not (is_sent or problems):
        try:
            drafts.send_locked(draft, held_for)
        except InvalidInput as refused:
            step, problems = STEP_OF[refused.field], [refused.message]
    if not problems:
        draft.delivered_digest = digest or draft.delivered_digest
    draft.save()
    return step, [str(problem) for problem in problems]


def _take(draft, posted) -> tuple[str | None, list]:
    """Note what is given, up to the first step that needs another look, and why it does."""
    for step, holds, act in _STEPS:
        if holds(posted) and (problems := act(draft, posted)):
            return step, problems
    return None, []


def _what(draft, posted) -> list:
    form = WhatForm(posted)
    if form.is_valid():
        drafts.note(draft, category.recategorized(draft, form.cleaned_data["category"]))
    return _words(form)


def _where(draft, posted) -> list:
    form = WhereForm(posted)
    form.is_valid()
    found = find_place(posted, draft, form)
    if found is None:
        return _words(form) or [location.missing(form["text"].value())]
    drafts.note(draft, location.moved(draft, found))
    return []


def _details(draft, posted) -> list:
    if draft.category is None:
        return []  # sending says so
    form = DetailsForm(posted)
    answers = answers_in(draft.category, posted)
    _given, problems = details.checked(draft.category, answers)
    problems = [*problems.values(), *_words(form)]
    words = {name: form.cleaned_data.get(name, getattr(draft, name)) for name in form.fields}
    drafts.note(draft, details.told(answers, words, is_done=not problems))
    return problems


def _words(form) -> list:
    return [problem for problems in form.errors.values() for problem in problems]


_STEPS = (
    (WHAT, lambda posted: "category" in posted, _what),
    (WHERE, lambda posted: {"latitude", "text", "place"} & set(posted), _where),
    (DETAILS, lambda posted: "description" in posted, _details),
)
