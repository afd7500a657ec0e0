"""POST servicerequestupdates: updates by other systems, as verbs of the workflow.

| status | by a front end for residents | by the system of a department |
|---|---|---|
| OPEN, REOPEN | dispute, if finished or closed; else a comment | – |
| FIXED, CLOSED | confirm, if finished or disputed; a comment, if closed | finish |
| IN_PROGRESS, INVESTIGATING, ACTION_SCHEDULED | a comment while it is open | start |
| ON_HOLD (`hold_reason`) | a comment while it is open | put on hold |
| no status | a comment | – |

Each verb gets the description of the update. Only 311 itself may set FixMyStreet's other statuses
(DUPLICATE, NO_FURTHER_ACTION …).
"""

from collections.abc import Callable
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from city.models import HoldReason, NoPhotoReason, ResolutionCode
from city.translation import translate_name
from lib.http import list_uploaded_files
from lib.text import CleanTextField, clean_line
from open311 import media
from open311.formats import Listing, RequestRefused, render_document
from open311.keys import IdempotentRequest, authenticate, log_use
from open311.models import ReceivedUpdate
from requests_app import workflow
from requests_app.errors import IllegalTransition
from requests_app.models import ApiKey, Event, Photo, ServiceRequest
from requests_app.models.locks import lock_row
from requests_app.permissions import may_see
from requests_app.reference import normalize_reference
from requests_app.status import Status, Verb
from requests_app.timeline import badge

_UNDERWAY_STATUSES = {"IN_PROGRESS", "INVESTIGATING", "ACTION_SCHEDULED", "ON_HOLD"}
_DONE_STATUSES = {"FIXED", "CLOSED"}
_REOPENING_STATUSES = {"OPEN", "REOPEN"}
_DEPARTMENT_VERBS = {
    **dict.fromkeys(_UNDERWAY_STATUSES, Verb.START),
    **dict.fromkeys(_DONE_STATUSES, Verb.COMPLETE),
    "ON_HOLD": Verb.HOLD,
}
type Action = Callable[..., Event]
"""A verb of the workflow with the form's values bound; takes the request, `by` and `seen`."""
_NAME, _ITEM = "service_request_updates", "request_update"  # of the response
STATUSES = sorted(_REOPENING_STATUSES | _UNDERWAY_STATUSES | _DONE_STATUSES)
_DESCRIPTION = CleanTextField(max_length=2000, multiline=True, required=False)


def post_update(request: HttpRequest) -> HttpResponse:
    """Perform the update and return its id; a repeated one gets the earlier response.

    Raise RequestRefused if the status is impossible now (400), the request is unknown (404) or
    another department's (403), or a field is invalid. Raise InvalidKey, RateLimitExceeded,
    KeyReused, and InvalidInput for a long Idempotency-Key.
    """
    key, posted = authenticate(request), request.POST
    with log_use(key, "update") as use:
        row = _find_request(posted, key)
        use.reference = row.reference
        sent_as = _parse_update_id(posted)
        sending = IdempotentRequest(request, key, name=_NAME, item=_ITEM)
        if before := sending.find_previous_response():
            return before
        if known := ReceivedUpdate.objects.find(row, key, sent_as):
            return render_document(request, Listing(_NAME, _ITEM, [_build_entry(known.event_id)]))
        status = clean_line(posted.get("status", "")).upper()
        verb = (
            _DEPARTMENT_VERBS.get(status)
            if key.department_id
            else _find_front_end_verb(status, row)
        )
        if verb is None:
            raise RequestRefused(400, _explain_impossible(row, status))
        _check_holder(row, key, status)
        act = _ACTION_READERS[verb](request)
        if verb not in media.PHOTO_KINDS:
            _refuse_photos(request, status)
        urls = media.parse_media_urls(posted)
        return sending.run_once(partial(_perform_action, act, row, key, status, urls, sent_as))


def _find_request(posted: QueryDict, key: ApiKey) -> ServiceRequest:
    """Return the request of the update. Raise RequestRefused if it is missing or unknown.

    The status is 400 without an id, and 404 for an unknown request or one that `key` may not see.
    """
    reference = clean_line(posted.get("service_request_id", ""))
    if not reference:
        raise RequestRefused(400, _("service_request_id is missing."))
    row = ServiceRequest.objects.filter(reference=normalize_reference(reference) or "").first()
    if row is None or not may_see(key, row):
        words = _("There's no request with the service_request_id “%(id)s”.")
        raise RequestRefused(404, words % {"id": reference[:40]})
    return row


def _parse_update_id(posted: QueryDict) -> str:
    """Return the sender's id of the update, "" for none. Raise RequestRefused if it is too long."""
    update_id = clean_line(posted.get("update_id", ""))
    if len(update_id) > ReceivedUpdate.MAX_UPDATE_ID:
        words = _("update_id has at most %(n)s characters.")
        raise RequestRefused(400, words % {"n": ReceivedUpdate.MAX_UPDATE_ID})
    return update_id


def _refuse_photos(request: HttpRequest, status: str) -> None:
    """Raise RequestRefused if photos come with a verb that takes none."""
    if list_uploaded_files(request) or media.parse_media_urls(request.POST):
        words = _("Photos can't come with the status “%(status)s”. Send the update without them.")
        raise RequestRefused(400, words % {"status": status[:40]})


def _check_holder(row: ServiceRequest, key: ApiKey, status: str) -> None:
    """Raise RequestRefused if the key has a department and the request is not with it.

    That is 400 if the request is with no department, else 403. `status` is the status posted.
    """
    if key.department_id is None or key.works_for(row.department_id):
        return
    if row.department_id is None:
        not_routed = _("It isn't with a department.")
        raise RequestRefused(400, f"{_explain_impossible(row, status)} {not_routed}")
    words = _("%(id)s isn't with your department (%(department)s).")
    raise RequestRefused(
        403, words % {"id": row.reference, "department": translate_name(key.department)}
    )


def _find_front_end_verb(status: str, row: ServiceRequest) -> Verb | None:
    """Return DISPUTE, CONFIRM or COMMENT for a front end's status, None if it is impossible."""
    if status in _REOPENING_STATUSES and not row.is_open:
        return Verb.DISPUTE
    if status in _DONE_STATUSES and row.status in {Status.COMPLETED, Status.DISPUTED}:
        return Verb.CONFIRM
    if not status or (status in _DONE_STATUSES and not row.is_open):
        return Verb.COMMENT
    return (
        Verb.COMMENT if status in _REOPENING_STATUSES | _UNDERWAY_STATUSES and row.is_open else None
    )


def _explain_impossible(row: ServiceRequest, status: str) -> str:
    """Return the sentence that the status is not possible now, with the present state."""
    return _("%(id)s stands at “%(now)s”. “%(status)s” isn't possible from there.") % {
        "id": row.reference,
        "now": badge.public_badge(row).words,
        "status": status[:40],
    }


@transaction.atomic
def _perform_action(
    act: Action,
    row: ServiceRequest,
    key: ApiKey,
    status: str,
    urls: list[str],
    update_id: str,
) -> dict:
    """Perform the action, store `update_id` in the same transaction, and return the entry.

    The row is locked first, so that a simultaneous duplicate waits, and no other event comes
    between; a duplicate gets the earlier entry. Raise RequestRefused for an illegal transition.
    """
    lock_row(row)
    if known := ReceivedUpdate.objects.find(row, key, update_id):
        return _build_entry(known.event_id)
    seen = row.events.order_by("-pk").values_list("pk", flat=True).first()
    try:
        event = act(row, by=key, seen=seen)
    except IllegalTransition as refused:
        raise RequestRefused(400, _explain_impossible(row, status)) from refused
    media.schedule_fetches(event, urls)
    if update_id:
        ReceivedUpdate.objects.create(
            service_request=row, key=key, update_id=update_id, event=event
        )
    return _build_entry(event.pk)


def _build_entry(event_id: int) -> dict:
    """Return the entry of the response, which has the event's id as its update_id."""
    return {"update_id": str(event_id)}


def _read_comment(request: HttpRequest) -> Action:
    """Store the photos; return a function that comments with them and the description.

    Raise RequestRefused for an invalid description or photo.
    """
    words, photos = _read_description(request), _store_photos(request, Verb.COMMENT)
    return partial(workflow.comment, words=words, photos=photos)


def _read_confirmation(request: HttpRequest) -> Action:
    """Store the photos; return a function that confirms the request with them and the description.

    Raise RequestRefused for an invalid description or photo.
    """
    words, photos = _read_description(request), _store_photos(request, Verb.CONFIRM)
    return partial(workflow.confirm, words=words, photos=photos)


def _read_dispute(request: HttpRequest) -> Action:
    """Store the photos; return a function that disputes the request with them and the description.

    Raise RequestRefused for an invalid description or photo.
    """
    words, photos = _read_description(request), _store_photos(request, Verb.DISPUTE)
    return partial(workflow.dispute, words=words, photos=photos)


def _read_start(request: HttpRequest) -> Action:
    """Return a function that starts the work with the description.

    Raise RequestRefused for an invalid description.
    """
    return partial(workflow.start, words=_read_description(request))


def _read_hold(request: HttpRequest) -> Action:
    """Return a function that puts the work on hold with the reason and the description.

    Raise RequestRefused without a known hold_reason.
    """
    reason = _find_by_code(
        HoldReason.objects.active(), request.POST, "hold_reason", is_required=True
    )
    return partial(workflow.hold, reason=reason, words=_read_description(request))


def _read_completion(request: HttpRequest) -> Action:
    """Store the photos; return a function that completes the request by the form.

    Besides photos and description it has no_photo_reason and proof_reason. Without a
    resolution_code, the resolution is the first active one that does not mean “no fault”. Raise
    RequestRefused, for example for an unknown code.
    """
    posted = request.POST
    resolution = _find_by_code(ResolutionCode.objects.active(), posted, "resolution_code")
    usual = ResolutionCode.objects.active().filter(is_no_fault=False).first()
    return partial(
        workflow.complete,
        resolution=resolution or usual,
        note=_read_description(request),
        no_photo_reason=_find_by_code(NoPhotoReason.objects.active(), posted, "no_photo_reason"),
        proof_reason=clean_line(posted.get("proof_reason", ""))[:200],
        photos=_store_photos(request, Verb.COMPLETE),
    )


def _read_description(request: HttpRequest) -> str:
    """Return the cleaned description, "" if blank. Raise RequestRefused if it is invalid."""
    try:
        return _DESCRIPTION.clean(request.POST.get("description", ""))
    except ValidationError as problem:
        raise RequestRefused(400, *problem.messages) from problem


def _store_photos(request: HttpRequest, verb: Verb) -> list[Photo]:
    """Store and return the photos of the form, of the kind of `verb`.

    Raise RequestRefused if one is invalid. Call this last, after all other validation.
    """
    return media.store_photos(request, media.PHOTO_KINDS[verb])


def _find_by_code[Row: Model](
    rows: QuerySet[Row], posted: QueryDict, name: str, *, is_required: bool = False
) -> Row | None:
    """Return the row whose code the field has, None if it is blank. Raise RequestRefused.

    The refusal names the known codes; it is for an unknown code, and for a missing one that is
    required.
    """
    code = clean_line(posted.get(name, ""))
    found = rows.filter(code=code).first() if code else None
    if found is None and (code or is_required):
        codes = ", ".join(rows.values_list("code", flat=True))
        words = _("%(name)s is one of: %(codes)s.")
        raise RequestRefused(400, words % {"name": name, "codes": codes})
    return found


_ACTION_READERS: dict[Verb, Callable[[HttpRequest], Action]] = {
    Verb.COMMENT: _read_comment,
    Verb.CONFIRM: _read_confirmation,
    Verb.DISPUTE: _read_dispute,
    Verb.START: _read_start,
    Verb.HOLD: _read_hold,
    Verb.COMPLETE: _read_completion,
}
