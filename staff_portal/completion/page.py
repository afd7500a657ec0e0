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
from staff_portal.completion.forms import NO_PROOF, said_if_far
from staff_portal.job.page import told_of

MOST_SUGGESTIONS = 4
MOST_USUAL = 4  # resolutions shown at once
FAR = 2000  # metres from the pin that ask for a second look, where the category sets no limit
LATELY = 500  # pieces of work of one department, of whichever kind


def completion_page(row, user, form) -> dict:
    """The form with which a job is finished, with its photos kept so far."""
    events = timeline.load_events(row)
    told = told_of(row, events)
    within = row.category.proof_within_m
    look_how_far(form.kept.photos, row)
    return {
        "job": row,
        "told": told,
        "form": form,
        "photos": form.kept.photos,
        "key": form["key"].value() or uuid.uuid4(),
        "usual": _usual(row),
        "suggestions": canned_texts.offers("note", row)[:MOST_SUGGESTIONS],
        "seen": events[-1].pk,
        "is_possible": Verb.COMPLETE in workflow.available_verbs(row, user),
        "no_proof": NO_PROOF,
        "within": within if row.coordinates else None,
        "within_said": geo.said_distance(within) if within else "",
        "most_photos": settings.MAX_PHOTOS,
    }


def look_how_far(photos, row) -> None:
    """Sets `far` of each of `photos`: the distance in words where its own position is far from the
    pin, else "".
    """
    limit = row.category.proof_within_m or FAR
    for photo in photos:
        photo.far = said_if_far(Proof(photos=(photo,)), row, limit)


def as_rejected(row) -> dict:
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


def _usual(row) -> list[str]:
    """The codes with which this kind of work mostly ended lately, in the department that has the
    job; filled up from the list's top.
    """
    finished = ServiceRequest.objects.filter(completed_by=row.department_id)
    lately = finished.order_by("-completed_at").values("pk")[:LATELY]
    used = Completion.objects.filter(
        service_request__in=lately,
        service_request__category=row.category_id,
        resolution__is_active=True,
    )
    codes = used.values_list("resolution__code").annotate(n=Count("pk")).order_by("-n")
    listed = ResolutionCode.objects.active().values_list("code", flat=True)
    known = [code for code, _n in codes[:MOST_USUAL]]
    return list(dict.fromkeys([*known, *listed]))[:MOST_USUAL]
