import uuid

from django.db import models

from city.models.shared import NamedModel
from lib import clock


class UploadedSheet(NamedModel):
    """What is in a file that somebody chose, until they confirm what it would change.

    In the database, where every web process finds it and losing the cache loses nothing. What is
    never confirmed is deleted with old drafts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.BigIntegerField()  # no foreign key: the city lies below the accounts
    name = models.CharField(max_length=255)
    records = models.JSONField()  # as they were read: (line, cells, problem, is_comment)
    uploaded_at = models.DateTimeField(default=clock.now)
