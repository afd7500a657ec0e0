"""POST servicerequestupdates: what happened elsewhere becomes a verb of the workflow.

| status | by a front end for residents | by the system of a department |
|---|---|---|
| OPEN, REOPEN | dispute, where the work was called done; else a comment | – |
| FIXED, CLOSED | confirm, where the work was called done; else a comment on a closed one | finish |
| IN_PROGRESS, INVESTIGATING, ACTION_SCHEDULED | a comment while it is open | start |
| ON_HOLD (`hold_reason`) | a comment while it is open | put on hold |
| no status | a comment | – |

Whatever else FixMyStreet has (DUPLICATE, NO_FURTHER_ACTION …) is decided by 311 alone.
"""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from city.models import HoldReason, NoPhotoReason, ResolutionCode
from open311 import media
from open311.formats import Listing, Refused, answer
from open311.keys import Sending, authenticate, log_use
from requests_app import workflow
from requests_app.errors import IllegalTransition
from requests_app.models import ServiceRequest
from requests_app.models.locks import lock
from requests_app.permissions import may_see
from requests_app.reference import tidy
from requests_app.status import Status, Verb
from requests_app.timeline import badge
from santa311.lib.text import Words, clean_line

_UNDERWAY = {"IN_PROGRESS", "INVESTIGATING", "ACTION_SCHEDULED", "ON_HOLD"}
_DONE = {"FIXED", "CLOSED"}
_AGAIN = {"OPEN", "REOPEN"}
STATUSES = sorted(_AGAIN | _UNDERWAY | _DONE)
_DESCRIPTION = Words(max_length=2000, multiline=True, required=False)


def create(request):
    """Carries it out, or says where the request stands."""
    key, posted = authenticate(request), request.POST
    with log_use(key, "update") as use:
        row = _request(posted, key)
        use.reference = row.reference
        status = clean_line(posted.get("status", "")).upper()
        verb = _verb(status, row, key)
        sending = Sending(request, key, alike=_alike(posted, row))
        if before := sending.before():
            return before
        given = _GIVEN[verb](posted)
        if kind := media.KINDS.get(verb):
            given["photos"] = media.photos_in(request, kind)
        return sending.once(partial(_act, request, row, key, verb, status, given))


def _request(posted, key):
    reference = clean_line(posted.get("service_request_id", ""))
    if not reference:
        raise Refused(400, _("service_request_id is missing."))
    row = ServiceRequest.objects.filter(reference=tidy(reference) or "").first()
    if row is None or not may_see(key, row):
        words = _("There's no request with the service_request_id “%(id)s”.")
        raise Refused(404, words % {"id": reference[:40]})
    return row


def _alike(posted, row):
    """The sender's own id of the update; it is the same for what is sent again."""
    update = posted.get("update_id", "").strip()
    return [row.reference, update] if update else None


def _verb(status, row, key) -> Verb:
    """What the status means, by a key of this kind, where the request stands now."""
    verb = _of_department(status) if key.department_id else _of_resident(status, row)
    if verb is None:
        raise Refused(400, _impossible(row, status))
    return verb


def _of_department(status):
    if status in _DONE:
        return Verb.COMPLETE
    if status == "ON_HOLD":
        return Verb.HOLD
    return Verb.START if status in _UNDERWAY else None


def _of_resident(status, row):
    is_done = row.status in {Status.COMPLETED, Status.CLOSED}
    if status in _AGAIN and is_done:
        return Verb.DISPUTE
    if status in _DONE and row.status in {Status.COMPLETED, Status.DISPUTED}:
        return Verb.CONFIRM
    if not status or (status in _DONE and is_done):
        return Verb.COMMENT
    if status in _AGAIN | _UNDERWAY and row.is_open:
        return Verb.COMMENT
    return None


def _impossible(row, status):
    return _("%(id)s stands at “%(now)s”. “%(status)s” isn't possible from there.") % {
        "id": row.reference,
        "now": badge.for_others(row).words,
        "status": status[:40],
    }


@transaction.atomic
def _act(request, row, key, verb, status, given):
    """The row is locked first: what the other system knows is all that happened until now."""
    lock(row)
    seen = row.events.order_by("-pk").values_list("pk", flat=True).first()
    try:
        event = getattr(workflow, verb.value)(row, by=key, seen=seen, **given)
    except IllegalTransition as refused:
        raise Refused(400, _impossible(row, status)) from refused
    if verb in media.KINDS:
        media.owe(event, media.named_in(request.POST))
    update = {"update_id": str(event.pk)}
    return answer(request, Listing("service_request_updates", "request_update", [update]))


def _words(posted):
    try:
        return _DESCRIPTION.clean(posted.get("description", ""))
    except ValidationError as problem:
        raise Refused(400, *problem.messages) from problem


def _comment(posted):
    return {"words": _words(posted)}


def _nothing(posted):
    return {}


def _completion(posted):
    resolution = _chosen(ResolutionCode, posted, "resolution_code")
    usual = ResolutionCode.objects.active().filter(is_no_fault=False).first()
    return {
        "resolution": resolution or usual,
        "note": _words(posted),
        "no_photo_reason": _chosen(NoPhotoReason, posted, "no_photo_reason"),
        "proof_reason": clean_line(posted.get("proof_reason", ""))[:200],
    }


def _holding(posted):
    reason = _chosen(HoldReason, posted, "hold_reason")
    if reason is None:
        raise Refused(400, _wanted(HoldReason, "hold_reason"))
    return {"reason": reason, "words": _words(posted)}


def _chosen(model, posted, name):
    """The entry of one of the city's lists that a field names by its code, or None."""
    code = clean_line(posted.get(name, ""))
    if not code:
        return None
    found = model.objects.active().filter(code=code).first()
    if found is None:
        raise Refused(400, _wanted(model, name))
    return found


def _wanted(model, name):
    codes = ", ".join(model.objects.active().values_list("code", flat=True))
    return _("%(name)s is one of: %(codes)s.") % {"name": name, "codes": codes}


_GIVEN = {
    Verb.COMMENT: _comment,
    Verb.CONFIRM: _comment,
    Verb.DISPUTE: _comment,
    Verb.START: _nothing,
    Verb.HOLD: _holding,
    Verb.COMPLETE: _completion,
}
