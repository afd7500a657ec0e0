"""A request's photos as the desk shows them: what came in, what was done, what is still wrong."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from requests_app import timeline
from requests_app.models import Photo
from requests_app.status import Verb

_LONG_BEFORE = timedelta(hours=1)


class Picture(NamedTuple):
    """`label` says what it shows, `who` sent it; `taken_before` when, if that was long before."""

    label: str
    photo: Photo
    who: str

    @property
    def taken_before(self) -> datetime | None:
        photo = self.photo
        was_long_before = photo.taken_at and photo.uploaded_at - photo.taken_at > _LONG_BEFORE
        return photo.taken_at if was_long_before else None


def before_and_after(events) -> tuple[list[Picture], list[Picture]]:
    """Those of the report; those of the last work, and of the last dispute. Oldest events first."""
    standing = timeline.exclude_undone(events)
    before = _of(standing[:1], _("Reported"))
    done = [event for event in standing if event.verb == Verb.COMPLETE][-1:]
    wrong = [event for event in standing if event.verb == Verb.DISPUTE][-1:]
    is_disputed = done and wrong and wrong[0].pk > done[0].pk
    label = _("Done, then disputed") if is_disputed else _("Done")
    return before, _of(done, label) + _of(wrong, _("Not fixed"))


def of_line(line) -> list[Picture]:
    """Those that came with one line of the timeline."""
    return _of([line.event], _("Attached"))


def _of(events, label) -> list[Picture]:
    return [
        Picture(label, photo, event.actor.short_name if event.actor else _("a resident"))
        for event in events
        for photo in event.photos.all()
        if photo.state != Photo.State.UNREADABLE
    ]
