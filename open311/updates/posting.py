"""POST servicerequestupdates: what happened elsewhere becomes a verb of the workflow.

| status | by a front end for residents | by the system of a department |
|---|---|---|
| OPEN, REOPEN | dispute, where the work was called done; else a comment | – |
| FIXED, CLOSED | confirm, where the work was called done; else a comment on a closed one | finish |
| IN_PROGRESS, INVESTIGATING, ACTION_SCHEDULED | a comment while it is open | start |
| ON_HOLD (`hold_reason`) | a comment while it is open | put on hold |
| no status | a comment | – |

The words of the update go with each of them. Whatever else FixMyStreet has (DUPLICATE,
NO_FURTHER_ACTION …) is decided by 311 alone.
"""

from collections.abc import Callable
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from city.models import HoldReason, NoPhotoReason, ResolutionCode
from city.translation import named
from lib.http import list_uploaded_files
from lib.text import CleanTextField, clean_line
from open311 import media
from open311.formats import Listing, Refused, answer
from open311.keys import Sending, authenticate, log_use
from open311.models import ReceivedUpdate
from requests_app import workflow
from requests_app.errors import IllegalTransition
from requests_app.models import ApiKey, Event, Photo, ServiceRequest
from requests_app.models.locks import lock_row
from requests_app.permissions import may_see
from requests_app.reference import normalize_reference
from requests_app.status import Status, Verb
from requests_app.timeline import badge

_UNDERWAY = {"IN_PROGRESS", "INVESTIGATING", "ACTION_SCHEDULED", "ON_HOLD"}
_DONE = {"FIXED", "CLOSED"}
_AGAIN = {"OPEN", "REOPEN"}
_OF_DEPARTMENT = {
    **dict.fromkeys(_UNDERWAY, Verb.START),
    **dict.fromkeys(_DONE, Verb.COMPLETE),
    "ON_HOLD": Verb.HOLD,
}
type Act = Callable[..., Event]
"""A function of the workflow with what the form says; called with the request, `by` and `seen`."""
_NAME, _ITEM = "service_request_updates", "request_update"  # of the answer
STATUSES = sorted(_AGAIN | _UNDERWAY | _DONE)
_DESCRIPTION = CleanTextField(max_length=2000, multiline=True, required=False)


def create(request: HttpRequest) -> HttpResponse:
    """Carry out what the update says, or refuse it with where the request stands."""
    key, posted = authenticate(request), request.POST
    with log_use(key, "update") as use:
        row = _find_request(posted, key)
        use.reference = row.reference
        sent_as = _parse_update_id(posted)
        sending = Sending(request, key, name=_NAME, item=_ITEM)
        if before := sending.before():
            return before
        if known := ReceivedUpdate.objects.find(row, key, sent_as):
            return answer(request, Listing(_NAME, _ITEM, [_entry(known.event_id)]))
        status = clean_line(posted.get("status", "")).upper()
        verb = _OF_DEPARTMENT.get(status) if key.department_id else _verb_of_resident(status, row)
        if verb is None:
            raise Refused(400, _say_impossible(row, status))
        _check_holder(row, key, status)
        act = _READERS[verb](request)
        if verb not in media.KINDS:
            _refuse_photos(request, status)
        urls = media.named_in(posted)
        return sending.once(partial(_carry_out, act, row, key, status, urls, sent_as))


def _find_request(posted: QueryDict, key: ApiKey) -> ServiceRequest:
    """Return the request that the update is about. Raise Refused where `key` may see none."""
    reference = clean_line(posted.get("service_request_id", ""))
    if not reference:
        raise Refused(400, _("service_request_id is missing."))
    row = ServiceRequest.objects.filter(reference=normalize_reference(reference) or "").first()
    if row is None or not may_see(key, row):
        words = _("There's no request with the service_request_id “%(id)s”.")
        raise Refused(404, words % {"id": reference[:40]})
    return row


def _parse_update_id(posted: QueryDict) -> str:
    """Return the sender's own id of the update, which is the same for what is sent again.

    Empty where none is given. Raise Refused for one that is too long to be remembered.
    """
    update_id = clean_line(posted.get("update_id", ""))
    if len(update_id) > ReceivedUpdate.MAX_UPDATE_ID:
        words = _("update_id has at most %(n)s characters.")
        raise Refused(400, words % {"n": ReceivedUpdate.MAX_UPDATE_ID})
    return update_id


def _refuse_photos(request: HttpRequest, status: str) -> None:
    """Raise Refused where photos come with a verb that takes none: they would be lost."""
    if list_uploaded_files(request) or media.named_in(request.POST):
        words = _("Photos can't come with the status “%(status)s”. Send the update without them.")
        raise Refused(400, words % {"status": status[:40]})


def _check_holder(row: ServiceRequest, key: ApiKey, status: str) -> None:
    """Refuse the update of a department for a request that does not lie with it.

    Raise Refused: 400 while it lies with no department, else 403.
    """
    if key.department_id is None or key.works_for(row.department_id):
        return
    if row.department_id is None:
        not_routed = _("It isn't with a department.")
        raise Refused(400, f"{_say_impossible(row, status)} {not_routed}")
    words = _("%(id)s isn't with your department (%(department)s).")
    raise Refused(403, words % {"id": row.reference, "department": named(key.department)})


def _verb_of_resident(status: str, row: ServiceRequest) -> Verb | None:
    """Return the verb by which a front end says this status now; None where it may not."""
    if status in _AGAIN and not row.is_open:
        return Verb.DISPUTE
    if status in _DONE and row.status in {Status.COMPLETED, Status.DISPUTED}:
        return Verb.CONFIRM
    if not status or (status in _DONE and not row.is_open):
        return Verb.COMMENT
    return Verb.COMMENT if status in _AGAIN | _UNDERWAY and row.is_open else None


def _say_impossible(row: ServiceRequest, status: str) -> str:
    return _("%(id)s stands at “%(now)s”. “%(status)s” isn't possible from there.") % {
        "id": row.reference,
        "now": badge.public_badge(row).words,
        "status": status[:40],
    }


@transaction.atomic
def _carry_out(
    act: Act,
    row: ServiceRequest,
    key: ApiKey,
    status: str,
    urls: list[str],
    update_id: str,
) -> dict:
    """Carry out `act`, remember the `update_id` in the same transaction, and return the entry.

    The row is locked first: what the other system knows is all that happened until now, and who
    sends the same update at the same moment waits here for the first.
    """
    lock_row(row)
    if known := ReceivedUpdate.objects.find(row, key, update_id):
        return _entry(known.event_id)
    seen = row.events.order_by("-pk").values_list("pk", flat=True).first()
    try:
        event = act(row, by=key, seen=seen)
    except IllegalTransition as refused:
        raise Refused(400, _say_impossible(row, status)) from refused
    media.owe(event, urls)
    if update_id:
        ReceivedUpdate.objects.create(
            service_request=row, key=key, update_id=update_id, event=event
        )
    return _entry(event.pk)


def _entry(event_id: int) -> dict:
    return {"update_id": str(event_id)}


def _read_comment(request: HttpRequest) -> Act:
    words, photos = _read_words(request), _keep_photos(request, Verb.COMMENT)
    return partial(workflow.comment, words=words, photos=photos)


def _read_confirmation(request: HttpRequest) -> Act:
    words, photos = _read_words(request), _keep_photos(request, Verb.CONFIRM)
    return partial(workflow.confirm, words=words, photos=photos)


def _read_dispute(request: HttpRequest) -> Act:
    words, photos = _read_words(request), _keep_photos(request, Verb.DISPUTE)
    return partial(workflow.dispute, words=words, photos=photos)


def _read_start(request: HttpRequest) -> Act:
    return partial(workflow.start, words=_read_words(request))


def _read_hold(request: HttpRequest) -> Act:
    reason = _choose(HoldReason, request.POST, "hold_reason", is_required=True)
    return partial(workflow.hold, reason=reason, words=_read_words(request))


def _read_completion(request: HttpRequest) -> Act:
    posted = request.POST
    resolution = _choose(ResolutionCode, posted, "resolution_code")
    usual = ResolutionCode.objects.active().filter(is_no_fault=False).first()
    return partial(
        workflow.complete,
        resolution=resolution or usual,
        note=_read_words(request),
        no_photo_reason=_choose(NoPhotoReason, posted, "no_photo_reason"),
        proof_reason=clean_line(posted.get("proof_reason", ""))[:200],
        photos=_keep_photos(request, Verb.COMPLETE),
    )


def _read_words(request: HttpRequest) -> str:
    """Return the description. Raise Refused for one too long."""
    try:
        return _DESCRIPTION.clean(request.POST.get("description", ""))
    except ValidationError as problem:
        raise Refused(400, *problem.messages) from problem


def _keep_photos(request: HttpRequest, verb: Verb) -> list[Photo]:
    """Store the photos of the form; call it last, once the form has no other problem."""
    return media.photos_in(request, media.KINDS[verb])


def _choose(
    model: type[Model], posted: QueryDict, name: str, *, is_required: bool = False
) -> Model | None:
    """Return the entry of one of the city's lists that a field names by its code, or None.

    Raise Refused, with the codes that there are, for another one and for a missing required one.
    """
    code = clean_line(posted.get(name, ""))
    found = model.objects.active().filter(code=code).first() if code else None
    if found is None and (code or is_required):
        codes = ", ".join(model.objects.active().values_list("code", flat=True))
        words = _("%(name)s is one of: %(codes)s.")
        raise Refused(400, words % {"name": name, "codes": codes})
    return found


_READERS: dict[Verb, Callable[[HttpRequest], Act]] = {
    Verb.COMMENT: _read_comment,
    Verb.CONFIRM: _read_confirmation,
    Verb.DISPUTE: _read_dispute,
    Verb.START: _read_start,
    Verb.HOLD: _read_hold,
    Verb.COMPLETE: _read_completion,
}
