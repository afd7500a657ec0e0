"""Moments and addresses of photos, as every answer writes them."""

from datetime import UTC, datetime

from django.conf import settings

PHOTO = 1920  # pixels of the longer side


def moment(at: datetime | None) -> str | None:
    """Return the moment, rounded down to the second.

    Who asks for what changed since then misses nothing.
    """
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def photo_url(photo) -> str:
    address = photo.url(PHOTO)
    return settings.BASE_URL + address if address.startswith("/") else address


def told(line) -> str:
    """Return a line of the public timeline: its sentence and reason, then the words."""
    sentence = line.sentence
    if line.reason:
        sentence = f"{sentence.rstrip('.')}: {line.reason.rstrip('.')}."
    return " ".join(filter(None, [sentence, line.also, line.quote and f"“{line.quote}”"]))
