"""Mailed links to everything that is kept about an address. See `DataLink`."""

from datetime import timedelta

from requests_app.models import DataLink
from santa311.lib import clock

LIVES = timedelta(hours=24)


def opened_by(token) -> DataLink | None:
    """The link of this token, while it is good."""
    good = DataLink.objects.filter(created_at__gt=clock.now() - LIVES)
    return good.filter(token_hash=DataLink.hash_of(token)).first()


def forget_dead_ones():
    DataLink.objects.filter(created_at__lt=clock.now() - LIVES).delete()
