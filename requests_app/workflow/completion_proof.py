"""The proof that work was done, and the check of it against the category's rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from city import geo
from city.models import NoPhotoReason
from requests_app.errors import InvalidInput
from requests_app.models import Completion, Photo, ServiceRequest

# A camera's clock may be hours off, and a phone may wait for a network before it sends.
MAX_PROOF_AGE = timedelta(days=1)


@dataclass(frozen=True)
class Proof:
    """The `photos` of the finished work, or the `no_photo_reason` why there are none.

    `here` is the position of the sender's phone as (latitude, longitude) in degrees WGS 84, or
    None. `proof_reason` is the staff's explanation of a proof that does not follow the category's
    rules.
    """

    photos: tuple[Photo, ...] = ()
    no_photo_reason: NoPhotoReason | None = None
    here: tuple[float, float] | None = None
    proof_reason: str = ""


def check_proof(proof: Proof, service_request: ServiceRequest, now: datetime) -> None:
    """Raise InvalidInput if the proof does not follow the rules of the request's category.

    The error's field is the one that resolves it. A `proof_reason` excuses all but a missing photo.
    """
    category = service_request.category
    if category.needs_proof and not proof.photos and proof.no_photo_reason is None:
        raise InvalidInput(
            "photos", _("Add a photo of the finished work, or say why there is none.")
        )
    if proof.proof_reason:
        return
    if category.proof_is_fresh and any(_is_too_old(photo, now) for photo in proof.photos):
        raise InvalidInput("proof_reason", _("This photo is older than a day. Say why."))
    if category.proof_within_m is not None and service_request.coordinates is not None:
        _check_distance(proof_distance_m(proof, service_request), service_request)


def proof_distance_m(proof: Proof, service_request: ServiceRequest) -> int | None:
    """Return the metres from the pin to the nearest position of the proof; None if unknown."""
    pin = service_request.coordinates
    if pin is None:
        return None
    found = [round(geo.distance_m(place, pin)) for place in _iterate_positions(proof)]
    return min(found, default=None)


def format_proof(completion: Completion) -> str:
    """Return how a Completion was proved, for staff, without the `proof_reason`; "" if unknown."""
    words = []
    if completion.metres is not None:
        far = geo.format_distance(completion.metres)
        words.append(_("Proof taken %(far)s from the pin") % {"far": far})
    if completion.no_photo_reason:
        words.append(_("No photo: %(why)s") % {"why": completion.no_photo_reason})
    if not words and completion.proof_reason:
        words.append(_("Photo location unknown"))
    return ". ".join(words)


def _iterate_positions(proof: Proof) -> Iterator[tuple[float, float]]:
    """Yield (latitude, longitude) of the sender's phone and of each photo that has a position."""
    if proof.here is not None:
        yield proof.here
    for photo in proof.photos:
        if photo.latitude is not None:
            yield float(photo.latitude), float(photo.longitude)


def _is_too_old(photo: Photo, now: datetime) -> bool:
    """Return whether the photo was taken more than MAX_PROOF_AGE ago; False if unknown."""
    return photo.taken_at is not None and now - photo.taken_at > MAX_PROOF_AGE


def _check_distance(metres: int | None, service_request: ServiceRequest) -> None:
    """Raise InvalidInput for `proof_reason` if the distance is unknown or above the limit.

    The request's category must have the limit, `proof_within_m`.
    """
    if metres is None:
        raise InvalidInput(
            "proof_reason",
            _("We can't tell where this was done. Say why your location is missing."),
        )
    if metres > service_request.category.proof_within_m:
        raise InvalidInput(
            "proof_reason", _("You're far from the pin. Say why, or update your location.")
        )
