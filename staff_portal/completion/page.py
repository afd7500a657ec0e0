"""Template context of the page that completes a job."""

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Count

from accounts.models import User
from city import canned_texts, geo
from city.models import ResolutionCode
from requests_app import timeline, workflow
from requests_app.models import Completion, Photo, ServiceRequest
from requests_app.status import Verb
from requests_app.workflow.completion_proof import Proof
from staff_portal.completion.forms import (
    MISSING_PROOF_MESSAGE,
    CompletionForm,
    format_distance_if_far,
)
from staff_portal.job.page import build_job_log

MAX_SUGGESTIONS = 4
MAX_USUAL_RESOLUTIONS = 4  # resolutions shown at once
DEFAULT_FAR_M = (
    2000  # metres from the pin beyond which a photo is far, if the category has no limit
)
MAX_RECENT_COMPLETIONS = 500  # of one department, of all categories


def build_completion_context(row: ServiceRequest, user: User, form: CompletionForm) -> dict:
    """Return the context of the page, with the photos stored so far; set `far` on each of them."""
    events = timeline.load_events(row)
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
        "is_reporter_asked": workflow.can_reach_reporter(row),
        "suggestions": canned_texts.list_offers("note", row)[:MAX_SUGGESTIONS],
        "seen": events[-1].pk,
        "is_possible": Verb.COMPLETE in workflow.available_verbs(row, user),
        "no_proof": MISSING_PROOF_MESSAGE,
        "within": within if row.coordinates else None,
        "within_said": geo.format_distance(within) if within else "",
        "most_photos": settings.MAX_PHOTOS,
    }


def set_photo_distances(photos: Iterable[Photo], row: ServiceRequest) -> None:
    """Set `far` on each photo: its distance from the pin as text, "" if near or unknown.

    Near is within the category's limit, or within DEFAULT_FAR_M if there is no limit.
    """
    limit = row.category.proof_within_m or DEFAULT_FAR_M
    for photo in photos:
        distance = format_distance_if_far(Proof(photos=(photo,)), row, limit)
        photo.far = distance  # type: ignore[attr-defined]  # read by the template's tiles


def load_rejected_values(row: ServiceRequest) -> dict:
    """Return the form's initial values from the last completion, if its photos were unreadable.

    Return {} if the request is completed, or never was.
    """
    last = row.completions.select_related("event__words").last() if not row.completed_at else None
    if last is None:
        return {}
    words = last.event.comment
    return {
        "note": words.body if words else "",
        "resolution": last.resolution.code,
        "proof_reason": last.proof_reason,
    }


def _list_usual_resolutions(row: ServiceRequest) -> list[str]:
    """Return up to MAX_USUAL_RESOLUTIONS active codes, the most used first.

    Of the department's last MAX_RECENT_COMPLETIONS completions, those in the request's category
    are counted. The first codes of the city's list fill up the rest.
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
