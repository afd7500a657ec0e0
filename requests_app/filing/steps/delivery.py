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
from requests_app.filing.forms import CategoryForm, DetailsForm, LocationForm, parse_answers
from requests_app.filing.place import find_posted_location
from requests_app.filing.steps import category, details, location
from requests_app.filing.steps.review import STEPS_BY_FIELD
from requests_app.filing.steps.sequence import (
    CATEGORY_STEP,
    DETAILS_STEP,
    LOCATION_STEP,
    REVIEW_STEP,
    get_or_create_locked_draft,
    require_device_key,
)
from requests_app.models import AccessLink


@require_POST
@own_page
@require_device_key
def deliver_report(request, draft_id) -> JsonResponse:
    """201 with the reference, or 422 with the step that needs the person, and what is wrong there.

    What is given replaces what the draft holds, step by step; a step of which nothing is given
    stays as it is. What is right is kept whatever is wrong with the rest. 428 while very many come
    in: the challenge is to be solved, and everything sent again with the solution.
    """
    digest = _compute_digest(request.POST)
    with transaction.atomic():
        draft = get_or_create_locked_draft(request, draft_id)
        if draft.corrects_id:
            raise Http404  # a correction is sent from its page alone
        try:
            held_for = (
                "" if draft.service_request_id else challenge.find_review_reason(request, draft)
            )
        except challenge.ChallengeRequired:
            return JsonResponse({"challenge": challenge.create_challenge(draft)}, status=428)
        if _has_other_content(draft, digest):
            return _build_conflict_response(draft)
        step, problems = _save_and_send(draft, request.POST, held_for, digest)
        if problems:
            answer = {"step": step.name, "then": step.url(draft.pk), "problems": problems}
            return JsonResponse(answer, status=422)
        AccessLink.prepare(draft.pk, service_request=draft.service_request)
    challenge.count_report(request, draft)
    return _build_receipt_response(draft)


def _build_receipt_response(draft) -> JsonResponse:
    service_request = draft.service_request
    answer = {
        "reference": service_request.reference,
        "then": reverse("report_sent", args=[draft.pk]),
    }
    if advice := danger.advice(service_request.danger):  # nothing was stopped for it
        answer["danger"] = advice.text
    return JsonResponse(answer, status=201)


_IGNORED_FIELDS = {
    "csrfmiddlewaretoken",
    challenge.HONEYPOT_FIELD,
    challenge.CHALLENGE_FIELD,
    challenge.SOLUTION_FIELD,
}


def _compute_digest(posted) -> str:
    """Of all that is given, in whatever order; blank for nothing, which is no other words."""
    given = {name: values for name, values in posted.lists() if name not in _IGNORED_FIELDS}
    whole = json.dumps(given, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest() if given else ""


def _has_other_content(draft, digest) -> bool:
    before = draft.delivered_digest
    return bool(draft.service_request_id and before and digest and before != digest)


def _build_conflict_response(draft) -> JsonResponse:
    sent = _("You already sent this report as %(reference)s. Your later changes weren't added.")
    problem = sent % {"reference": draft.service_request.reference}
    then = reverse("report_sent", args=[draft.pk])
    return JsonResponse({"step": REVIEW_STEP.name, "then": then, "problems": [problem]}, status=422)


def _save_and_send(draft, posted, held_for, digest) -> tuple[str, list[str]]:
    """Keep what is given and send it: the first step that needs another look, and why."""
    is_sent = bool(draft.service_request_id)
    step, problems = (None, []) if is_sent else _save_posted_steps(draft, posted)
    if not (is_sent or problems):
        try:
            drafts.send_locked_draft(draft, held_for)
        except InvalidInput as refused:
            step, problems = STEPS_BY_FIELD[refused.field], [refused.message]
    if not problems:
        draft.delivered_digest = digest or draft.delivered_digest
    draft.save()
    return step, [str(problem) for problem in problems]


def _save_posted_steps(draft, posted) -> tuple[str | None, list]:
    """Note what is given, up to the first step that needs another look, and why it does."""
    for step, holds, act in _STEPS:
        if holds(posted) and (problems := act(draft, posted)):
            return step, problems
    return None, []


def _save_category(draft, posted) -> list:
    form = CategoryForm(posted)
    if form.is_valid():
        drafts.set_columns(
            draft, category.build_category_changes(draft, form.cleaned_data["category"])
        )
    return _list_error_messages(form)


def _save_location(draft, posted) -> list:
    form = LocationForm(posted)
    form.is_valid()
    found = find_posted_location(posted, draft, form)
    if found is None:
        return _list_error_messages(form) or [
            location.describe_missing_location(form["text"].value())
        ]
    drafts.set_columns(draft, location.build_location_changes(draft, found))
    return []


def _save_details(draft, posted) -> list:
    if draft.category is None:
        return []  # sending says so
    form = DetailsForm(posted)
    answers = parse_answers(draft.category, posted)
    _given, problems = details.check_answers(draft.category, answers)
    problems = [*problems.values(), *_list_error_messages(form)]
    words = {name: form.cleaned_data.get(name, getattr(draft, name)) for name in form.fields}
    drafts.set_columns(draft, details.build_details_changes(answers, words, is_done=not problems))
    return problems


def _list_error_messages(form) -> list:
    return [problem for problems in form.errors.values() for problem in problems]


_STEPS = (
    (CATEGORY_STEP, lambda posted: "category" in posted, _save_category),
    (LOCATION_STEP, lambda posted: {"latitude", "text", "place"} & set(posted), _save_location),
    (DETAILS_STEP, lambda posted: "description" in posted, _save_details),
)
