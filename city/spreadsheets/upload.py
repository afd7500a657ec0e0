"""A chosen file between its preview and the confirmation; only who chose it finds it again."""

from datetime import timedelta

from city.models import UploadedSheet
from santa311.lib import clock
from santa311.lib.http import as_uuid

LIVES = timedelta(hours=1)


def find(person, key: str) -> UploadedSheet | None:
    """None where it is used, too old or somebody else's."""
    fresh = UploadedSheet.objects.filter(uploaded_at__gt=clock.now() - LIVES)
    return fresh.filter(person=person, pk=as_uuid(key)).first()


def delete_expired():
    UploadedSheet.objects.filter(uploaded_at__lte=clock.now() - LIVES).delete()
