"""Delivery of a report by a phone that was offline: all fields in one POST, by a script.

The script repeats the POST until it gets an answer. The draft's id is the idempotency key: the
same POST again returns the same request. Other content for a draft that was filed is refused, as
it would be lost.
"""

import hashlib
import json
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.forms import Form
from django.http import Http404, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from city import danger
from lib.http import private_page
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
    Step,
    get_or_create_locked_draft,
    require_device_key,
)
from requests_app.models import AccessLink, Draft


@require_POST
@private_page
@require_device_key
def deliver_report(request, draft_id: UUID) -> JsonResponse:
    """Save the posted fields in the draft and file it.

    Return 201 with the reference, also if the draft was filed before with the same content; 422
    with the step to go to and its error messages; or 428 with a challenge to be solved, after which
    the script posts everything again. Steps of which nothing is posted stay as they are. Valid
    fields are saved even if others are not valid. Raise Http404 for a correction or for a draft of
    another browser.
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
        outcome = _save_and_send(draft, request.POST, held_for, digest)
        if outcome.problems:
            answer = {
                "step": outcome.step.name,
                "then": outcome.step.url(draft.pk),
                "problems": outcome.problems,
            }
            return JsonResponse(answer, status=422)
        AccessLink.create_if_missing(draft.pk, service_request=draft.service_request)
    challenge.count_report(request, draft)
    return _build_receipt_response(draft)


def _build_receipt_response(draft) -> JsonResponse:
    """Return 201 with `reference`, `then` (the receipt's URL) and `danger` (advice), if any."""
    service_request = draft.service_request
    answer = {
        "reference": service_request.reference,
        "then": reverse("report_sent", args=[draft.pk]),
    }
    if advice := danger.advice_for_kind(service_request.danger):  # a delivery has no danger stop
        answer["danger"] = advice.text
    return JsonResponse(answer, status=201)


_IGNORED_FIELDS = {
    "csrfmiddlewaretoken",
    challenge.HONEYPOT_FIELD,
    challenge.CHALLENGE_FIELD,
    challenge.SOLUTION_FIELD,
}


def _compute_digest(posted: QueryDict) -> str:
    """Return a SHA-256 of the posted fields in any order, without those of the challenge.

    Return "" if nothing else was posted.
    """
    given = {name: values for name, values in posted.lists() if name not in _IGNORED_FIELDS}
    whole = json.dumps(given, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest() if given else ""


def _has_other_content(draft: Draft, digest: str) -> bool:
    """Return True if the draft was filed by a delivery with other content."""
    before = draft.delivered_digest
    return bool(draft.service_request_id and before and digest and before != digest)


def _build_conflict_response(draft) -> JsonResponse:
    """Return 422 with `step`, `then` and `problems`: the draft was filed with other content."""
    sent = _("You already sent this report as %(reference)s. Your later changes weren't added.")
    problem = sent % {"reference": draft.service_request.reference}
    then = reverse("report_sent", args=[draft.pk])
    return JsonResponse({"step": REVIEW_STEP.name, "then": then, "problems": [problem]}, status=422)


class _Outcome(NamedTuple):
    """Error messages, [] for none, and the step to which they belong."""

    step: Step
    problems: list[str]


_VALID = _Outcome(REVIEW_STEP, [])


def _save_and_send(draft: Draft, posted: QueryDict, held_for: str, digest: str) -> _Outcome:
    """Save the posted fields, and file the draft if there are no errors and it was not filed.

    Return the errors, or _VALID. The draft is saved in any case; fields of a filed draft are
    ignored.
    """
    outcome = _VALID
    if not draft.service_request_id:
        outcome = _set_posted_fields(draft, posted)
        if not outcome.problems:
            outcome = _send(draft, held_for)
    if not outcome.problems:
        draft.delivered_digest = digest or draft.delivered_digest
    draft.save()
    return outcome


def _send(draft: Draft, held_for: str) -> _Outcome:
    """File the draft and return _VALID, or the error's message with its step."""
    try:
        drafts.send_locked_draft(draft, held_for)
    except InvalidInput as refused:
        return _Outcome(STEPS_BY_FIELD[refused.field], [str(refused.message)])
    return _VALID


def _set_posted_fields(draft: Draft, posted: QueryDict) -> _Outcome:
    """Set the draft's columns step by step, up to the first step with an error.

    Return that step's errors, or _VALID. The draft is not saved.
    """
    for step, names, set_fields in _STEPS:
        if names & posted.keys() and (problems := set_fields(draft, posted)):
            return _Outcome(step, problems)
    return _VALID


def _set_category(draft: Draft, posted: QueryDict) -> list[str]:
    """Set the category if it is valid; return the error messages, [] for none."""
    form = CategoryForm(posted)
    if form.is_valid():
        drafts.set_columns(
            draft, category.build_category_changes(draft, form.cleaned_data["category"])
        )
    return _list_error_messages(form)


def _set_location(draft: Draft, posted: QueryDict) -> list[str]:
    """Set the location, inside the city or not; return the error messages, [] for none."""
    form = LocationForm(posted)
    form.is_valid()
    found = find_posted_location(posted, draft, form)
    if found is None:
        return _list_error_messages(form) or [
            location.describe_missing_location(form["text"].value())
        ]
    drafts.set_columns(draft, location.build_location_changes(draft, found))
    return []


def _set_details(draft: Draft, posted: QueryDict) -> list[str]:
    """Set texts and answers, also beside invalid ones; return the error messages, [] for none.

    Invalid answers are set, too; a text that is invalid keeps its former value. Without a category,
    do nothing and return [].
    """
    if draft.category is None:
        return []  # filing the draft reports this error
    form = DetailsForm(posted)
    answers = parse_answers(draft.category, posted)
    checked = details.check_answers(draft.category, answers)
    problems = [*checked.problems.values(), *_list_error_messages(form)]
    words = {name: form.cleaned_data.get(name, getattr(draft, name)) for name in form.fields}
    drafts.set_columns(draft, details.build_details_changes(answers, words, is_done=not problems))
    return problems


def _list_error_messages(form: Form) -> list[str]:
    """Return all error messages of the form, field by field."""
    return [str(message) for messages in form.errors.values() for message in messages]


_STEPS = (
    # Step, its inputs (at least one is posted if the step is), function that sets its columns.
    (CATEGORY_STEP, {"category"}, _set_category),
    (LOCATION_STEP, {"latitude", "text", "place"}, _set_location),
    (DETAILS_STEP, {"description"}, _set_details),
)
