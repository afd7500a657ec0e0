"""What proves that work was done, and whether it is what the category asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from city import geo
from city.models import NoPhotoReason
from requests_app.errors import InvalidInput

# The clock of a camera may be hours off, and a phone may have waited for a network.
FRESH = timedelta(days=1)


@dataclass(frozen=True)
class Proof:
    """`photos` of the finished work, or the `no_photo_reason` why there is none.

    `here` is where the sender's phone says it is, (latitude, longitude) in degrees WGS 84, or
    None; `proof_reason` is the staff's own word on why the proof is not as the category asks.
    """

    photos: tuple = ()
    no_photo_reason: NoPhotoReason | None = None
    here: tuple[float, float] | None = None
    proof_reason: str = ""


def check(proof, service_request, now) -> None:
    """Raises InvalidInput, with the field that mends it, where a rule of proof is not met."""
    category = service_request.category
    if category.needs_proof and not proof.photos and proof.no_photo_reason is None:
        raise InvalidInput(
            "photos", _("Add a photo of the finished work, or say why there is none.")
        )
    if proof.proof_reason:
        return
    if category.proof_is_fresh and any(_is_old(photo, now) for photo in proof.photos):
        raise InvalidInput("proof_reason", _("This photo is older than a day. Say why."))
    if category.proof_within_m is not None and service_request.coordinates is not None:
        _check_distance(metres_away(proof, service_request), service_request)


def metres_away(proof, service_request) -> int | None:
    """How far from the pin the proof was taken: the nearest of what phone and photos say."""
    pin = service_request.coordinates
    if pin is None:
        return None
    found = [round(geo.distance_m(place, pin)) for place in _places(proof)]
    return min(found, default=None)


def said(completion) -> str:
    """How the work was proved, for staff; nothing where nothing is known. Without its reason."""
    words = []
    if completion.metres is not None:
        far = geo.format_distance(completion.metres)
        words.append(_("Proof taken %(far)s from the pin") % {"far": far})
    if completion.no_photo_reason:
        words.append(_("No photo: %(why)s") % {"why": completion.no_photo_reason})
    if not words and completion.proof_reason:
        words.append(_("Photo location unknown"))
    return ". ".join(words)


def _places(proof) -> Iterator[tuple[float, float]]:
    if proof.here is not None:
        yield proof.here
    for photo in proof.photos:
        if photo.latitude is not None:
            yield float(photo.latitude), float(photo.longitude)


def _is_old(photo, now) -> bool:
    return photo.taken_at is not None and now - photo.taken_at > FRESH


def _check_distance(metres, service_request) -> None:
    if metres is None:
        raise InvalidInput(
            "proof_reason",
            _("We can't tell where this was done. Say why your location is missing."),
        )
    if metres > service_request.category.proof_within_m:
        raise InvalidInput(
            "proof_reason", _("You're far from the pin. Say why, or update your location.")
        )
