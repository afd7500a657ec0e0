"""The form with which a job is finished: what was done, words for the resident, and the proof."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from city import geo
from city.coordinates import BadCoordinate, parse_point
from city.models import NoPhotoReason, ResolutionCode
from lib.text import CleanTextField
from requests_app.workflow import completion_proof
from requests_app.workflow.completion_proof import Proof
from staff_portal.forms import WithPhotos, choice_of, note_field

LONGEST_REASON = 200
NO_PROOF = _("Add a photo of the finished work, or say why there is none.")


class Here(forms.CharField):
    """Where the phone is, as `34.0118,-118.4917`: cleaned to (latitude, longitude), or None.

    A phone fills this in, not a person; what cannot be understood is as good as no position.
    """

    widget = forms.HiddenInput

    def clean(self, value) -> tuple[float, ...] | None:
        latitude, __, longitude = (value or "")[:60].partition(",")
        try:
            return tuple(map(float, parse_point(latitude, longitude)))
        except BadCoordinate:
            return None


class Complete(WithPhotos):
    name = "completion"
    here = Here(required=False)
    no_photo_reason = choice_of(NoPhotoReason, _("Why is there no photo?"))
    resolution = choice_of(ResolutionCode, _("What did you do?"), _("Choose what you did."))
    note = note_field(_("Tell the resident"), _("Tell the resident what you did."))
    proof_reason = CleanTextField(
        label=_("Why is that?"),
        help_text=_("Only staff read this."),
        max_length=LONGEST_REASON,
        required=False,
    )

    def clean(self) -> dict[str, Any] | None:
        """What is missing is said all at once, the photo first."""
        given = super().clean()
        has_proof = self.kept.photos or given.get("no_photo_reason")
        if self.service_request.category.needs_proof and not has_proof:
            self.add_error("no_photo_reason", NO_PROOF)
        return given

    def verb_arguments(self) -> dict[str, Any]:
        own = {"photos": self.kept.photos, "key": self.cleaned_data["key"]}
        given = super().verb_arguments() | own
        return given | ({"no_photo_reason": None} if self.kept.photos else {})

    def add_domain_error(self, error) -> None:
        if getattr(error, "field", None) == "proof_reason" and (far := self._how_far()):
            words = _("You are about %(far)s from the pin. Say why.") % {"far": far}
            self.add_error("proof_reason", words)
        else:
            super().add_domain_error(error)

    def _how_far(self) -> str:
        row = self.service_request
        proof = Proof(photos=self.kept.photos, here=self.cleaned_data.get("here"))
        return said_if_far(proof, row, row.category.proof_within_m)


def said_if_far(proof, row, limit) -> str:
    """The distance from the pin in words, where it is more than `limit` metres, if there is one."""
    metres = completion_proof.proof_distance_m(proof, row)
    return geo.said_distance(metres) if limit and metres and metres > limit else ""
