"""One photo, or some words, as an agent takes them out of the public's sight."""

import json
from functools import cached_property

from django.utils.translation import gettext as _

from requests_app import timeline
from requests_app.models import Photo
from requests_app.permissions import Audience
from routing.desk.service_request.page import Attempt, Typed, WorkedOn
from routing.desk.service_request.subject import Subject


class Sight(WorkedOn):
    """The page of a `subject`."""

    def __init__(self, subject: Subject, attempt: Attempt | None = None) -> None:
        super().__init__(subject.service_request, attempt)
        self.subject = subject

    @property
    def redaction(self) -> Typed:
        return self.forms.get("redaction") or Typed()

    @property
    def boxes(self) -> list:
        """Those that were drawn and came back, else the photo's own: [x, y, width, height]."""
        typed = self.redaction.values.get("boxes")
        return self.subject.photo.redactions if typed is None else typed

    @property
    def box_texts(self) -> list[dict]:
        """Each box as the form sends it (`value`) and as people read it (`words`)."""
        return [{"value": json.dumps(box), "words": _said(box)} for box in self.boxes]

    @property
    def sides(self) -> list[tuple]:
        """The fields that describe one more box: (name, label, what was typed)."""
        names = {
            "left": _("From the left"),
            "top": _("From the top"),
            "width": _("Wide"),
            "height": _("High"),
        }
        typed = self.redaction.values
        return [(name, label, typed.get(name, "")) for name, label in names.items()]

    @cached_property
    def photos(self) -> list[Photo]:
        """All of the request that can be looked at."""
        rows = self.service_request.photos.exclude(state=Photo.State.UNREADABLE)
        return list(rows.order_by("uploaded_at", "position"))

    @property
    def body(self) -> str:
        typed = self.redaction.values.get("body")
        return self.subject.body if typed is None else typed

    @property
    def picture(self) -> str:
        """The photo without what is black on it, so that boxes can be moved and taken away."""
        photo = self.subject.photo
        is_whole = photo.is_ready and not photo.redactions
        return photo.large if is_whole else self.subject.address("uncovered")

    @property
    def addresses(self) -> dict[str, str]:
        """Where each form is sent, by its noun; a description is not hidden alone."""
        nouns = ["redaction", *(["hiding", "showing"] if self.subject.may_be_hidden else [])]
        return {noun: self.subject.address(noun) for noun in nouns}

    @property
    def written_by(self):
        """The line of the timeline that these words came with; None for a description."""
        comment = self.subject.comment
        if comment is None:
            return None
        lines = timeline.build_timeline(self.events, Audience.STAFF)
        return next((line for line in lines if line.event.pk == comment.event_id), None)


def _said(box) -> str:
    left, top, width, height = (f"{side * 100:.0f}" for side in box)
    words = _("%(width)s × %(height)s %%, %(left)s %% from the left and %(top)s %% from the top")
    return words % {"left": left, "top": top, "width": width, "height": height}
