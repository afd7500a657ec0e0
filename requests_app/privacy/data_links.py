"""Mailed links to everything that is kept about an address. See `DataLink`."""

from datetime import timedelta

from lib import clock
from requests_app.models import DataLink

LIVES = timedelta(hours=24)


def opened_by(token) -> DataLink | None:
    """The link of this token, while it is good."""
    good = DataLink.objects.filter(created_at__gt=clock.now() - LIVES)
    return good.filter(token_hash=DataLink.hash_of(token)).first()


def forget_dead_ones():
    DataLink.objects.filter(created_at__lt=clock.now() - LIVES).delete()
