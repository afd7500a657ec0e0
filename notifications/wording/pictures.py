"""Photos in messages."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from requests_app.models import Event, Photo, photo_link

_WIDTH = 320  # pixels


@dataclass
class Picture:
    """A photo in a message: its label, which is also its alternative text, and its absolute URL."""

    label: str
    url: str


def list_before_and_after(event: Event) -> list[Picture]:
    """Return the report's first photo and the first of the finished work, those that are public.

    [] for a request that is not public: the URLs of its photos expire.
    """
    row = event.service_request
    before = row.photos.visible_report_photos().order_by("position", "uploaded_at").first()
    after = event.photos.filter(state=Photo.State.READY).order_by("position", "uploaded_at").first()
    return [
        Picture(label, settings.BASE_URL + photo_link.photo_path(photo, _WIDTH))
        for label, photo in ((_("Before"), before), (_("After"), after))
        if photo and photo_link.is_public_photo(photo)
    ]
