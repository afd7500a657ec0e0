"""The form that completes a job: what was done, a note for the resident, and proof."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from city import geo
from city.coordinates import BadCoordinate, parse_point
from city.models import NoPhotoReason, ResolutionCode
from lib.text import CleanTextField
from requests_app.errors import DomainError
from requests_app.models import ServiceRequest
from requests_app.workflow import completion_proof
from requests_app.workflow.completion_proof import Proof
from staff_portal.forms import PhotoForm, code_choice_field, note_field

MAX_REASON_LENGTH = 200
MISSING_PROOF_MESSAGE = _("Add a photo of the finished work, or say why there is none.")


class PhonePositionField(forms.CharField):
    """The position of the phone, such as "34.0118,-118.4917".

    A script fills it in, so a malformed value is no error. The cleaned value is (latitude,
    longitude) in degrees, or None.
    """

    widget = forms.HiddenInput

    def clean(self, value: str | None) -> tuple[float, float] | None:
        """Return (latitude, longitude), or None for a missing or malformed value."""
        latitude, __, longitude = (value or "")[:60].partition(",")
        try:
            north, east = parse_point(latitude, longitude)
        except BadCoordinate:
            return None
        return float(north), float(east)


class CompletionForm(PhotoForm):
    name = "completion"
    here = PhonePositionField(required=False)
    no_photo_reason = code_choice_field(NoPhotoReason, _("Why is there no photo?"))
    resolution = code_choice_field(ResolutionCode, _("What did you do?"), _("Choose what you did."))
    note = note_field(_("Tell the resident"), _("Tell the resident what you did."))
    proof_reason = CleanTextField(
        label=_("Why is that?"),
        help_text=_("Only staff read this."),
        max_length=MAX_REASON_LENGTH,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Store the photos; add an error if proof is needed and there is no photo and no reason.

        All that is missing is reported at once, the photo first.
        """
        given = super().clean() or {}
        has_proof = self.kept.photos or given.get("no_photo_reason")
        if self.service_request.category.needs_proof and not has_proof:
            self.add_error("no_photo_reason", MISSING_PROOF_MESSAGE)
        return given

    def verb_arguments(self) -> dict[str, Any]:
        """Return the arguments of the verb with `photos` and `key`.

        With photos, `no_photo_reason` is None.
        """
        own = {"photos": self.kept.photos, "key": self.cleaned_data["key"]}
        given = super().verb_arguments() | own
        return given | ({"no_photo_reason": None} if self.kept.photos else {})

    def add_domain_error(self, error: DomainError) -> None:
        """Add the workflow's error; one about `proof_reason` says how far the pin is.

        That text is only used if the distance is known and far.
        """
        if getattr(error, "field", None) == "proof_reason" and (far := self._format_far_distance()):
            words = _("You are about %(far)s from the pin. Say why.") % {"far": far}
            self.add_error("proof_reason", words)
        else:
            super().add_domain_error(error)

    def _format_far_distance(self) -> str:
        """Return how far the photos or the phone are from the pin, or "".

        "" if they are near, their position is unknown or the category has no limit.
        """
        row = self.service_request
        proof = Proof(photos=tuple(self.kept.photos), here=self.cleaned_data.get("here"))
        return format_distance_if_far(proof, row, row.category.proof_within_m)


def format_distance_if_far(proof: Proof, row: ServiceRequest, limit: int | None) -> str:
    """Return the distance between the proof and the pin as a text.

    Return "" if it is unknown or at most `limit` metres, and without a limit.
    """
    metres = completion_proof.proof_distance_m(proof, row)
    return geo.format_distance(metres) if limit and metres and metres > limit else ""
