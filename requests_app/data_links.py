"""Mailed links to everything that is kept about an address. See `DataLink`."""

from datetime import timedelta

from requests_app.models import AccessLink, DataLink
from santa311.lib import clock

LIVES = timedelta(hours=24)


def link_for(address, nonce) -> DataLink:
    """The link of this letter: asked again with the same nonce (a UUID) it is the same."""
    link = DataLink(nonce=nonce, address=address)
    link, __ = DataLink.objects.get_or_create(
        nonce=nonce, defaults={"address": address, "token_hash": AccessLink.hash_of(link.token)}
    )
    return link


def opened_by(token) -> DataLink | None:
    """The link of this token, while it is good."""
    good = DataLink.objects.filter(created_at__gt=clock.now() - LIVES)
    return good.filter(token_hash=AccessLink.hash_of(token)).first()


def forget_dead_ones():
    DataLink.objects.filter(created_at__lt=clock.now() - LIVES).delete()
