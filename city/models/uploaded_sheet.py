import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models

from santa311.lib import clock
from santa311.lib.http import as_uuid

LIVES = timedelta(hours=1)


class UploadedSheets(models.QuerySet):
    def expired(self):
        return self.filter(uploaded_at__lte=clock.now() - LIVES)

    def found(self, person, key):
        """The one of this key; none where it is used, too old or somebody else's."""
        fresh = self.filter(uploaded_at__gt=clock.now() - LIVES)
        return fresh.filter(person=person, pk=as_uuid(key)).first()


class UploadedSheet(models.Model):
    """What is in a file that somebody chose, until they confirm what it would change.

    In the database, where every web process finds it and losing the cache loses nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    records = models.JSONField()  # as they were read: (line, cells, problem, is_comment)
    uploaded_at = models.DateTimeField(default=clock.now)

    objects = UploadedSheets.as_manager()

    def __str__(self):
        return self.name
