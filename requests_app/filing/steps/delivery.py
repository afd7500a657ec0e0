"""A report that waited on a phone for the network: everything at once, with the key it began with.

The page of each step is for people; this is for the phone, which asks again until it hears an
answer. The same draft sent again is the same request, also where only the answer was lost. Other
words with the key of a request that was filed are refused: they would be lost without a word.
"""

import hashlib
import json

from django.db import transaction
from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from city import danger
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
    begin,
    for_a_script,
    own_page,
)
from requests_app.models import Draft
from requests_app.tracking.private_links import link_for


@require_POST
@own_page
@for_a_script
def delivery(request, draft_id):
    """201 with the reference, or 422 with the step that needs the person, and what is wrong there.

    What is given replaces what the draft holds, step by step; a step of which nothing is given
    stays as it is. What is right is kept whatever is wrong with the rest. 428 while very many come
    in: the challenge is to be solved, and everything sent again with the solution.
    """
    draft, digest = begin(request, draft_id), _digest(request.POST)
    try:
        held_for = "" if draft.service_request_id else challenge.suspicion(request, draft)
    except challenge.Wanted:
        return JsonResponse({"challenge": challenge.challenge_for(draft)}, status=428)
    with transaction.atomic():
        draft = Draft.objects.select_for_update(of=["self"]).get(pk=draft.pk)
        if _is_another(draft, digest):
            return _refused(draft)
        step, problems = _deliver(draft, request.POST, held_for)
        if not problems and digest:
            Draft.objects.filter(pk=draft.pk).update(delivered_digest=digest)
    if problems:
        answer = {"step": step.name, "then": step.url(draft.pk), "problems": problems}
        return JsonResponse(answer, status=422)
    service_request = drafts.send(draft)
    challenge.count(request, draft)
    link_for(service_request, draft.pk)
    answer = {
        "reference": service_request.reference,
        "then": reverse("report_sent", args=[draft.pk]),
    }
    if advice := danger.advice(service_request.danger):  # nothing was stopped for it
        answer["danger"] = advice.text
    return JsonResponse(answer, status=201)


_NOT_SAID = {"csrfmiddlewaretoken", challenge.TRAP, challenge.CHALLENGE, challenge.SOLUTION}


def _digest(posted) -> str:
    """Of all that is given, in whatever order; blank for nothing, which is no other words."""
    given = {name: values for name, values in posted.lists() if name not in _NOT_SAID}
    whole = json.dumps(given, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest() if given else ""


def _is_another(draft, digest):
    before = draft.delivered_digest
    return bool(draft.service_request_id and before and digest and before != digest)


def _refused(draft):
    sent = _("You already sent this report as %(reference)s. Your later changes weren't added.")
    problem = sent % {"reference": draft.service_request.reference}
    then = reverse("report_sent", args=[draft.pk])
    return JsonResponse({"step": CHECK.name, "then": then, "problems": [problem]}, status=422)


def _deliver(draft, posted, held_for):
    """Keep what is given and send it: the first step that needs another look, and why."""
    if draft.service_request_id:
        return None, []
    for step, holds, act in _STEPS:
        if holds(posted) and (problems := act(draft, posted)):
            return step, [str(problem) for problem in problems]
    try:
        drafts.send(draft, held_for)
    except InvalidInput as refused:
        return STEP_OF[refused.field], [str(refused.message)]
    return None, []


def _what(draft, posted):
    form = WhatForm(posted)
    if form.is_valid():
        category.choose(draft, form.cleaned_data["category"])
    return _words(form)


def _where(draft, posted):
    form = WhereForm(posted)
    form.is_valid()
    found = find_place(posted, draft, form)
    if found is None:
        return _words(form) or [location.missing(form["text"].value())]
    location.keep(draft, found)
    return []


def _details(draft, posted):
    if draft.category is None:
        return []  # sending says so
    form = DetailsForm(posted)
    answers = answers_in(draft.category, posted)
    _given, problems = details.checked(draft.category, answers)
    problems = [*problems.values(), *_words(form)]
    words = {name: form.cleaned_data.get(name, getattr(draft, name)) for name in form.fields}
    details.keep(draft, answers, words, is_done=not problems)
    return problems


def _words(form):
    return [problem for problems in form.errors.values() for problem in problems]


_STEPS = (
    (WHAT, lambda posted: "category" in posted, _what),
    (WHERE, lambda posted: {"latitude", "text", "place"} & set(posted), _where),
    (DETAILS, lambda posted: "description" in posted, _details),
)
