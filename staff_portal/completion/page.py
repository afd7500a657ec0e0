"""What the form shows with which a job is finished."""

import uuid

from django.conf import settings
from django.db.models import Count

from city import canned_texts, geo
from city.models import ResolutionCode
from requests_app import timeline, workflow
from requests_app.models import Completion, ServiceRequest
from requests_app.status import Verb
from requests_app.workflow.completion_proof import Proof
from staff_portal.completion.forms import MISSING_PROOF_MESSAGE, format_distance_if_far
from staff_portal.job.page import build_job_log

MAX_SUGGESTIONS = 4
MAX_USUAL_RESOLUTIONS = 4  # resolutions shown at once
DEFAULT_FAR_M = (
    2000  # metres from the pin that ask for a second look, where the category sets no limit
)
MAX_RECENT_COMPLETIONS = 500  # pieces of work of one department, of whichever kind


def build_completion_context(row, user, form) -> dict:
    """The form with which a job is finished, with its photos kept so far."""
    events = timeline.events_of(row)
    log = build_job_log(row, events)
    within = row.category.proof_within_m
    set_photo_distances(form.kept.photos, row)
    return {
        "job": row,
        "log": log,
        "form": form,
        "photos": form.kept.photos,
        "key": form["key"].value() or uuid.uuid4(),
        "usual": _list_usual_resolutions(row),
        "suggestions": canned_texts.offers("note", row)[:MAX_SUGGESTIONS],
        "seen": events[-1].pk,
        "is_possible": Verb.COMPLETE in workflow.available_verbs(row, user),
        "no_proof": MISSING_PROOF_MESSAGE,
        "within": within if row.coordinates else None,
        "within_said": geo.said_distance(within) if within else "",
        "most_photos": settings.MAX_PHOTOS,
    }


def set_photo_distances(photos, row) -> None:
    """Sets `far` of each of `photos`: the distance in words where its own position is far from the
    pin, else "".
    """
    limit = row.category.proof_within_m or DEFAULT_FAR_M
    for photo in photos:
        photo.far = format_distance_if_far(Proof(photos=(photo,)), row, limit)


def load_rejected_values(row) -> dict:
    """What a crew filled in with work whose photos could not be opened; nothing where none was."""
    last = row.completions.select_related("event__words").last() if not row.completed_at else None
    if last is None:
        return {}
    words = last.event.comment
    return {
        "note": words.body if words else "",
        "resolution": last.resolution.code,
        "proof_reason": last.proof_reason,
    }


def _list_usual_resolutions(row) -> list[str]:
    """The codes with which this kind of work mostly ended lately, in the department that has the
    job; filled up from the list's top.
    """
    finished = ServiceRequest.objects.filter(completed_by=row.department_id)
    lately = finished.order_by("-completed_at").values("pk")[:MAX_RECENT_COMPLETIONS]
    used = Completion.objects.filter(
        service_request__in=lately,
        service_request__category=row.category_id,
        resolution__is_active=True,
    )
    codes = used.values_list("resolution__code").annotate(n=Count("pk")).order_by("-n")
    listed = ResolutionCode.objects.active().values_list("code", flat=True)
    known = [code for code, _n in codes[:MAX_USUAL_RESOLUTIONS]]
    return list(dict.fromkeys([*known, *listed]))[:MAX_USUAL_RESOLUTIONS]
