"""Moments and addresses of photos, as every answer writes them."""

from datetime import UTC, datetime

from django.conf import settings

PHOTO = 1920  # pixels of the longer side


def moment(at: datetime | None) -> str | None:
    """To the second, rounded down: who asks for what changed since then misses nothing."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def photo_url(photo) -> str:
    address = photo.url(PHOTO)
    return settings.BASE_URL + address if address.startswith("/") else address
